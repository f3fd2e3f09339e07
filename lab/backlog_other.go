//go:build !unix

package lab

import (
	"errors"
	"net"
)

// emptyQueue is not to be had here.
func emptyQueue(*net.TCPListener) error {
	return errors.New("lab: the queue of a listener cannot be shortened on this system")
}
