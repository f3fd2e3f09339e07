package golden

import (
	"os"
	"path/filepath"
	"testing"
)

// fake counts the failures that Assert reports.
type fake struct {
	testing.TB
	errors, fatals int
}

func (f *fake) Helper()               {}
func (f *fake) Errorf(string, ...any) { f.errors++ }
func (f *fake) Fatalf(string, ...any) { f.fatals++ }

func TestAssertFailsOnADifference(t *testing.T) {
	path := filepath.Join(t.TempDir(), "want.txt")
	if err := os.WriteFile(path, []byte("a\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var f fake
	AssertString(&f, path, "a\n")
	if f.errors != 0 {
		t.Errorf("equal content: %d failures, want 0", f.errors)
	}
	AssertString(&f, path, "b\n")
	if f.errors != 1 {
		t.Errorf("different content: %d failures, want 1", f.errors)
	}
}

func TestUpdateWritesTheFile(t *testing.T) {
	*update = true
	defer func() { *update = false }()
	path := filepath.Join(t.TempDir(), "new", "want.txt")
	AssertString(t, path, "a\n")
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "a\n" {
		t.Errorf("got %q, %v; want %q", got, err, "a\n")
	}
}
