package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// mostAtStart is what a package may allocate before main, in bytes: what it makes there,
// such as compiled expressions, every run of the command pays for.
const mostAtStart = 60 << 10

func TestNoPackageMakesMuchBeforeItIsAsked(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("parley", "version")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var trace bytes.Buffer
	cmd.Stderr = &trace
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	const module = "github.com/parley-tls/parley"
	line, ours := regexp.MustCompile(`(?m)^init (\S+) @.*, (\d+) bytes`), 0
	for _, m := range line.FindAllStringSubmatch(trace.String(), -1) {
		if pkg, ok := strings.CutPrefix(m[1], module); ok && pkg != "/cmd/parley" { // which has the tests' own here
			ours++
			if n, _ := strconv.Atoi(m[2]); n > mostAtStart {
				t.Errorf("parley%s allocates %d bytes at the start, want at most %d", pkg, n, mostAtStart)
			}
		}
	}
	if ours < 10 {
		t.Errorf("the start of %d packages was traced:\n%s", ours, trace.String())
	}
}
