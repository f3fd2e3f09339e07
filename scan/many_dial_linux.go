package scan

import (
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// connect opens a connection with what a probe needs and no more: half of what a
// connection costs is what package net asks the system about it. It is known
// to interrupt from the start, and its time is bounded once, for all of it.
func (w *worker) connect(at netip.AddrPort) (stream, error) {
	if w.o.Dialer != nil || at.Addr().Zone() != "" {
		return w.dial(at)
	}
	family, to := syscall.AF_INET, syscall.Sockaddr(nil)
	if a := at.Addr(); a.Is4() {
		to = &syscall.SockaddrInet4{Port: int(at.Port()), Addr: a.As4()}
	} else {
		family, to = syscall.AF_INET6, &syscall.SockaddrInet6{Port: int(at.Port()), Addr: a.As16()}
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	// Of a descriptor that does not block the runtime's poller takes care.
	s := &socket{File: os.NewFile(uintptr(fd), ""), fd: fd}
	w.line.hold(s, time.Now().Add(w.o.Patience))
	raw, err := s.SyscallConn()
	if err != nil {
		w.line.drop()
		return nil, err
	}
	begun := false
	var refused error
	err = raw.Write(func(uintptr) bool {
		if !begun {
			begun = true
			refused = syscall.Connect(fd, to)
			return refused != syscall.EINPROGRESS
		}
		refused = nil
		if no, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_ERROR); err != nil {
			refused = err
		} else if no != 0 {
			refused = syscall.Errno(no)
		}
		return true
	})
	if err == nil && refused != nil {
		err = &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", refused)}
	}
	if err != nil {
		w.line.drop()
		return nil, err
	}
	return s, nil
}

// socket is a connection as the poller has it.
type socket struct {
	*os.File
	fd int
}

// SetLinger says what closing does to what was not sent: 0, a reset.
func (s *socket) SetLinger(seconds int) error {
	return syscall.SetsockoptLinger(s.fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1, Linger: int32(seconds)})
}
