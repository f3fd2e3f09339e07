package lab

import (
	"net"

	"golang.org/x/sys/unix"
)

// setTTL sets the TTL of what c sends from now on.
func setTTL(c *net.TCPConn, ttl int) {
	onSocket(c, func(fd int) { unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_TTL, ttl) })
}

// segmentsIn counts the segments with data that came in; 0: not known.
func segmentsIn(c *net.TCPConn) (n int) {
	onSocket(c, func(fd int) {
		if info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			n = int(info.Data_segs_in)
		}
	})
	return n
}

// largestSegment is the size of the segments that may be sent; 0: not known.
func largestSegment(c *net.TCPConn) (n int) {
	onSocket(c, func(fd int) { n, _ = unix.GetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_MAXSEG) })
	return n
}

func onSocket(c *net.TCPConn, f func(fd int)) {
	if raw, err := c.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { f(int(fd)) })
	}
}
