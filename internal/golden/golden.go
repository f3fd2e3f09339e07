// Package golden compares what a test got with a committed file. It owns the
// one -update flag: go test ./pkg -update rewrites the files of tests that
// fail, and the diff is read in review like code.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files of tests that fail")

// Updating reports whether the test run rewrites goldens.
func Updating() bool { return *update }

// Assert fails t when got differs from the file at path, relative to the
// package's folder. With -update it writes the file instead.
func Assert(t testing.TB, path string, got []byte) {
	t.Helper()
	want, err := os.ReadFile(path)
	if err == nil && string(want) == string(got) {
		return
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Fatalf("%v: run go test -update in this package", err)
	}
	diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n"))
	t.Errorf("%s differs (-want +got); if got is right, run go test -update:\n%s", path, diff)
}

// AssertString is Assert for text.
func AssertString(t testing.TB, path, got string) {
	t.Helper()
	Assert(t, path, []byte(got))
}
