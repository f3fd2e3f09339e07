//go:build unix

package lab

import (
	"fmt"
	"net"
	"syscall"
)

// emptyQueue leaves no room for connections that wait to be accepted; what is
// never accepted stays there.
func emptyQueue(ln *net.TCPListener) error {
	raw, err := ln.SyscallConn()
	if err != nil {
		return fmt.Errorf("lab: %w", err)
	}
	if cerr := raw.Control(func(fd uintptr) { err = syscall.Listen(int(fd), 0) }); cerr != nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("lab: shorten the queue of a listener: %w", err)
	}
	return nil
}
