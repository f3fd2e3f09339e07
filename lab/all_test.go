package lab

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
)

// declared are the Fault variables of the package's source, by file.
func declared(t *testing.T) map[string][]string {
	byFile := map[string][]string{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, s := range g.Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok || len(v.Values) != 1 {
					continue
				}
				lit, ok := v.Values[0].(*ast.CompositeLit)
				if !ok {
					continue
				}
				if name, ok := lit.Type.(*ast.Ident); ok && name.Name == "Fault" {
					byFile[file] = append(byFile[file], v.Names[0].Name)
				}
			}
		}
	}
	return byFile
}

func TestEveryFaultHasAFileOfItsOwnAndStandsInTheList(t *testing.T) {
	t.Parallel()
	var vars []string
	files := map[string]bool{}
	for file, names := range declared(t) {
		if len(names) != 1 {
			t.Errorf("%s declares %d faults, want 1", file, len(names))
		}
		vars = append(vars, names...)
		files[strings.TrimSuffix(file, ".go")] = true
	}
	if len(vars) != len(faults) {
		t.Errorf("the source declares %d faults, the list in all.go has %d", len(vars), len(faults))
	}
	for _, f := range faults {
		if base := strings.NewReplacer("-", "_", ".", "_").Replace(f.Name); !files[base] {
			t.Errorf("fault %s has no file %s.go", f.Name, base)
		}
	}
}

func TestFaultsAreSortedNamedOnceAndFoundByName(t *testing.T) {
	t.Parallel()
	all := All()
	if !slices.IsSortedFunc(all, func(a, b Fault) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("All is not sorted by name")
	}
	kebab := regexp.MustCompile(`^[a-z]+(-[a-z0-9.]+)+$`)
	seen := map[string]bool{}
	for _, f := range all {
		switch {
		case seen[f.Name]:
			t.Errorf("%s stands twice", f.Name)
		case !kebab.MatchString(f.Name):
			t.Errorf("%q is not kebab-case", f.Name)
		case f.Title == "" || len(f.Title) > 60 || strings.HasSuffix(f.Title, "."):
			t.Errorf("%s: title %q is empty, ends in a full stop or has more than 60 characters", f.Name, f.Title)
		case f.Start == nil:
			t.Errorf("%s does not start", f.Name)
		}
		seen[f.Name] = true
		if got, err := Get(f.Name); err != nil || got.Name != f.Name {
			t.Errorf("Get(%q) = %q, %v", f.Name, got.Name, err)
		}
	}
	if _, err := Get("no-such-fault"); err == nil {
		t.Error("Get finds a fault that is not there")
	}
}

func TestWantsAreWholeAndTheirExitStatusFits(t *testing.T) {
	t.Parallel()
	for _, f := range All() {
		w := f.Want
		switch {
		case w.Cause == "":
			if w != (Want{}) && w != couldNotTell {
				t.Errorf("%s: without a cause it wants %+v", f.Name, w)
			}
		case strings.HasPrefix(string(w.Cause), "network.") || w.Cause == "server.no-answer":
			if w.Exit != 3 {
				t.Errorf("%s: exit %d, want 3", f.Name, w.Exit)
			}
		case w.Exit != 1 || w.Certainty == parley.NotCertain:
			t.Errorf("%s: wants %+v", f.Name, w)
		}
	}
}
