package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// maxMemory is what a check may take at most, in KiB.
const maxMemory = 40 << 10

// measureVar makes the test binary run the command of its arguments and print
// how much memory it took. The test itself cannot tell: what Linux counts of a
// process begins with what its parent had when it was started.
const measureVar = "PARLEY_TEST_MEASURE"

func init() {
	if os.Getenv(measureVar) == "" {
		return
	}
	os.Unsetenv(measureVar)
	c := exec.Command(os.Args[1], os.Args[2:]...)
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
	os.Exit(0)
}

func TestACheckTakesLittleMemory(t *testing.T) {
	t.Parallel()
	parley := filepath.Join(t.TempDir(), "parley")
	build := exec.Command("go", "build", "-o", parley, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"serve-today", "accept-only-1.0", "disagree-between-addresses",
		// Peers that would have more of it.
		"echo-hello", "flood-change-cipher-spec", "flood-empty-records", "flood-hello-requests", "flood-warnings",
		"retry-with-cookie-of-64-kib", "send-10000-certificates", "send-certificate-of-16-mib",
	} {
		target := begin(t, name)
		args := []string{"check", target.Address}
		if target.Resolver != "" {
			args = append(args, "--connect", target.Addresses[0].String()+target.Address[strings.LastIndexByte(target.Address, ':'):])
		}
		c := exec.Command(self, append([]string{parley}, args...)...)
		c.Env = append(os.Environ(), measureVar+"=1", "HTTPS_PROXY=", "https_proxy=", "ALL_PROXY=", "all_proxy=")
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		used, err := strconv.ParseInt(string(out), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if used > maxMemory {
			t.Errorf("%s: %d KiB, want at most %d", name, used, maxMemory)
		}
		t.Logf("%s: %d KiB", name, used)
	}
}
