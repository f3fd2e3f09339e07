package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestTheListOfCausesIsUpToDate(t *testing.T) {
	t.Parallel()
	const dir = "../../../causes"
	want, err := Generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "all.go"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("causes/all.go is stale: run go generate ./causes")
	}
	if n := bytes.Count(want, []byte("\n\t\t")); n < 33 {
		t.Errorf("%d causes are listed, want 33 and more", n)
	}
}
