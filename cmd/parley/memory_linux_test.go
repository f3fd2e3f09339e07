package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// maxMemory is what a check may take at most, in MiB.
const maxMemory = 32

func TestACheckTakesLittleMemory(t *testing.T) {
	t.Parallel()
	// What Linux counts of a process begins with what its parent had when it was
	// started, so a small program stands between this one and the command.
	dir := t.TempDir()
	if out, err := exec.Command("go", "build", "-o", dir, ".", "../../bench/measure").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{
		"serve-today", "accept-only-1.0", "disagree-between-addresses",
		// Peers that would have more of it.
		"echo-hello", "flood-change-cipher-spec", "flood-empty-records", "flood-hello-requests", "flood-key-updates",
		"flood-session-tickets", "flood-warnings",
		"retry-with-cookie-of-64-kib", "send-10000-certificates", "send-certificate-of-16-mib",
	} {
		target := begin(t, name)
		args := []string{"check", target.Address}
		if target.Resolver != "" {
			args = append(args, "--connect", target.Addresses[0].String()+target.Address[strings.LastIndexByte(target.Address, ':'):])
		}
		c := exec.Command(filepath.Join(dir, "measure"), append([]string{filepath.Join(dir, "parley")}, args...)...)
		c.Env = append(os.Environ(), "HTTPS_PROXY=", "https_proxy=", "ALL_PROXY=", "all_proxy=")
		out, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		used, err := strconv.ParseFloat(strings.TrimSpace(strings.Split(string(out), "|")[2]), 64)
		if err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		if used > maxMemory {
			t.Errorf("%s: %g MiB, want at most %d", name, used, maxMemory)
		}
		t.Logf("%s: %g MiB", name, used)
	}
}
