//go:build unix

package main

import (
	"math"
	"syscall"
)

// filesApart are the open files that are left for all else than a scan's
// connections.
const filesApart = 64

// openFiles is how many connections this process may have open. Go has raised
// the limit as far as it may.
func openFiles() int {
	var r syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r); err != nil || uint64(r.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return max(int(r.Cur)-filesApart, 1)
}
