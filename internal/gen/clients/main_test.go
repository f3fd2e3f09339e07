package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

const specimens = "../../../knowledge/clients/specimens"

func TestCommittedSpecimensAreThoseOfTheCorpus(t *testing.T) {
	corpus := os.Getenv("PARLEY_CORPUS")
	if corpus == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("PARLEY_CORPUS is not set")
		}
		t.Skip("PARLEY_CORPUS is not set")
	}
	dir := t.TempDir()
	if err := run(corpus, dir); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.hello"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 80 {
		t.Errorf("%d specimens, want 80 and more", len(files))
	}
	for _, f := range files {
		want, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(specimens, filepath.Base(f)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go generate ./knowledge/clients", filepath.Base(f))
		}
	}
}

func TestCapturedIsSortedByID(t *testing.T) {
	t.Parallel()
	for i := 1; i < len(captured); i++ {
		if captured[i-1].id >= captured[i].id {
			t.Errorf("%s stands before %s", captured[i-1].id, captured[i].id)
		}
	}
}
