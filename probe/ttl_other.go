//go:build !linux

package probe

import "syscall"

func setFloor(syscall.RawConn, bool, int) error { return errNotHere }

func unacknowledged(syscall.RawConn) (int, error) { return 0, errNotHere }

func setMSS(syscall.RawConn, int) error { return errNotHere }
