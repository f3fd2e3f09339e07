//go:build !linux

package peers

import (
	"errors"
	"net/netip"
	"runtime"
	"testing"
)

var errLinux = errors.New("peers: the servers are Debian's; this is " + runtime.GOOS)

func tempDir(t testing.TB) string { t.Helper(); return t.TempDir() }

func reservePort(t testing.TB, _ netip.Addr) uint16 {
	t.Helper()
	t.Skip("SKIPPED: ", errLinux)
	return 0
}

func run(testing.TB, *job) error { return errLinux }

func (j *job) chown(string) error { return errLinux }

func (j *job) command(...string) error { return errLinux }
