// Command iana writes the generated files of package iana from the registry
// files beside it. It runs in the folder of that package and reads nothing
// else, so its output is a pure function of iana/registry.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
)

func main() {
	files, err := generate(os.DirFS("registry"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "iana:", err)
		os.Exit(1)
	}
	for name, data := range files {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "iana:", err)
			os.Exit(1)
		}
	}
}

// generate returns the generated files by name.
func generate(dir fs.FS) (map[string][]byte, error) {
	steps := []struct {
		input, output string
		write         func(*strings.Builder, []row) error
	}{
		{input: "suites.csv", output: "suites_names_gen.go", write: suiteConstants},
		{input: "suites.csv", output: "suites_table_gen.go", write: suiteTable},
		{input: "groups.csv", output: "groups_gen.go", write: groups},
		{input: "schemes.csv", output: "schemes_gen.go", write: schemes},
	}
	files := map[string][]byte{}
	for _, s := range steps {
		reg, err := readRegistry(dir, s.input)
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		header(&b, reg)
		if err := s.write(&b, reg.rows); err != nil {
			return nil, fmt.Errorf("%s: %w", s.input, err)
		}
		if files[s.output], err = formatted(&b); err != nil {
			return nil, err
		}
	}
	for _, p := range plains {
		reg, err := readRegistry(dir, p.file+".csv")
		if err != nil {
			return nil, err
		}
		var b strings.Builder
		header(&b, reg)
		plainRegistry(&b, p, reg.rows)
		if files[p.file+"_gen.go"], err = formatted(&b); err != nil {
			return nil, err
		}
	}
	return files, nil
}
