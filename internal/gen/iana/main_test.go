package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

const pkg = "../../../iana"

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	files, err := generate(os.DirFS(filepath.Join(pkg, "registry")))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(pkg, name))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Equal(got, want) {
			t.Errorf("iana/%s is stale: run go generate ./iana", name)
		}
	}
	committed, err := filepath.Glob(filepath.Join(pkg, "*_gen.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range committed {
		if files[filepath.Base(file)] == nil {
			t.Errorf("iana/%s is no longer generated: remove it", filepath.Base(file))
		}
	}
}

func TestGenerateIsAPureFunction(t *testing.T) {
	t.Parallel()
	dir := os.DirFS(filepath.Join(pkg, "registry"))
	first, err := generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs between two runs", name)
		}
		if !strings.HasPrefix(string(first[name]), "// Code generated ") || !strings.Contains(string(first[name]), "DO NOT EDIT.") {
			t.Errorf("%s is not marked as generated", name)
		}
	}
}

func TestReadRegistryRefuses(t *testing.T) {
	t.Parallel()
	const head = "# Source: somewhere\n# Date: 2026-11-21\nvalue,name,go\n"
	tests := []struct{ name, file, want string }{
		{name: "no source", file: "# Date: 2026-11-21\nvalue,name,go\n0x00,a,A\n", want: "Source"},
		{name: "no date", file: "# Source: x\nvalue,name,go\n0x00,a,A\n", want: "Date"},
		{name: "out of order", file: head + "0x02,a,A\n0x01,b,B\n", want: "out of order"},
		{name: "a value twice", file: head + "0x01,a,A\n0x01,b,B\n", want: "out of order"},
		{name: "a name twice", file: head + "0x01,a,A\n0x02,A,B\n", want: "no name of its own"},
		{name: "no name", file: head + "0x01,,A\n", want: "no name of its own"},
		{name: "no number", file: head + "x,a,A\n", want: "invalid syntax"},
		{name: "a short line", file: head + "0x01,a\n", want: "wrong number of fields"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := readRegistry(fstest.MapFS{"x.csv": {Data: []byte(tt.file)}}, "x.csv")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestDeriveRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"TLS_FOO_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_FOO_SHA", "TLS_FOO_BAR"} {
		if s, err := derive(name); err == nil {
			t.Errorf("derive(%s) = %+v, want an error", name, s)
		}
	}
}
