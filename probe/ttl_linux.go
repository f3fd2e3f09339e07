package probe

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// setFloor drops what arrives with a TTL below bound; 0 drops nothing.
func setFloor(c syscall.RawConn, v6 bool, bound int) error {
	return control(c, func(fd int) error {
		if v6 {
			return unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_MINHOPCOUNT, bound)
		}
		return unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_MINTTL, bound)
	})
}

// unacknowledged counts the segments that are under way.
func unacknowledged(c syscall.RawConn) (n int, err error) {
	err = control(c, func(fd int) error {
		const closed = 7 // TCP_CLOSE
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		switch {
		case err != nil:
			return err
		case info.State == closed:
			return unix.ECONNRESET
		}
		n = int(info.Unacked)
		return nil
	})
	return n, err
}

// setMSS bounds the segments that the peer is told to send.
func setMSS(c syscall.RawConn, mss int) error {
	return control(c, func(fd int) error { return unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_MAXSEG, mss) })
}

func control(c syscall.RawConn, f func(fd int) error) error {
	var inner error
	if err := c.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return err
	}
	return inner
}
