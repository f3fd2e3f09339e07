//go:build unix

package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

func TestALabThatASignalEndsTakesItsFilesWithIt(t *testing.T) {
	t.Parallel()
	// A process that is begun by one that takes a signal begins with the system's way
	// of it: these tests may themselves run under nohup.
	taken := make(chan os.Signal, 1)
	signal.Notify(taken, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(taken) })
	for _, end := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(end.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), "parley", "lab", "require-1.2-of-java")
			cmd.Env = append(os.Environ(), "TMPDIR="+dir)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			errs, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// It says that it runs once all is there.
			said := bufio.NewScanner(errs)
			for said.Scan() && !strings.Contains(said.Text(), "until interrupted") {
			}
			if left := entries(t, dir); len(left) != 1 {
				t.Errorf("while it runs the folder holds %q, want one folder", left)
			}
			if err := cmd.Process.Signal(end); err != nil {
				t.Fatal(err)
			}
			screen, err := io.ReadAll(out)
			if err != nil {
				t.Fatal(err)
			}
			err = cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
				t.Errorf("it ended with %v, want exit status %d", err, exitInterrupted)
			}
			if left := entries(t, dir); len(left) > 0 {
				t.Errorf("it leaves %q behind", left)
			}
			if !strings.Contains(string(screen), "\n  try      parley check 127.0.0.1:") {
				t.Errorf("it says nothing to try:\n%s", screen)
			}
		})
	}
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}
