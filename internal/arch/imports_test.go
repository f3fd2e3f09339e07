package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "github.com/parley-tls/parley"

// layers is the direction of every import: a package imports packages on
// earlier lines, never on its own line or a later one. It states a policy:
// change it together with the document that explains it.
var layers = []string{
	"iana",
	"wire",
	".", // the vocabulary
	"transcript knowledge/* config",
	"causes config/*",
	"diagnose report casefile", // up to here packages only compute
	"probe host capture logs observe",
	"survey path",
	"lab",
	"check explain lint clients census diff fix verify",
	"fleet",
	"fleet/web cmd/* bench bench/*",
}

// pureLayers counts the layers whose packages only compute: the same arguments
// give the same result. They import nothing but one another, so to look at
// what each imports itself covers what it reaches within the module.
const pureLayers = 6

// impure lists what a package that only computes may not import, and why.
var impure = map[string]string{
	"net": "the network", "net/http": "the network", "crypto/tls": "the network", "os": "the disk", "os/exec": "other programs",
	"syscall": "the system", "math/rand": "chance", "math/rand/v2": "chance", "crypto/rand": "chance",
}

// clock lists what a package that only computes may not call of package time.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

func TestPackagesImportOnlyEarlierLayers(t *testing.T) {
	problems, packages := violations(t, os.DirFS("../.."))
	for _, p := range problems {
		t.Error(p)
	}
	if packages < 2 {
		t.Errorf("saw only %d packages", packages)
	}
}

func TestThePolicyIsSeenToFail(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, source, want string }{
		{name: "a later layer", file: "iana/a.go", source: `package iana; import _ "github.com/parley-tls/parley/wire"`, want: "iana imports wire"},
		{name: "its own layer", file: "report/a.go", source: `package report; import _ "github.com/parley-tls/parley/diagnose"`, want: "report imports diagnose"},
		{name: "the root from below", file: "wire/a.go", source: `package wire; import _ "github.com/parley-tls/parley"`, want: "wire imports ."},
		{name: "internal from product code", file: "check/a.go", source: `package check; import _ "github.com/parley-tls/parley/internal/peers"`, want: "check imports internal/peers"},
		{name: "no layer", file: "util/a.go", source: `package util`, want: "util is in no layer"},
		{name: "the network", file: "causes/a.go", source: `package causes; import _ "net"`, want: `causes imports "net"`},
		{name: "x/sys", file: "wire/a.go", source: `package wire; import _ "golang.org/x/sys/unix"`, want: `wire imports "golang.org/x/sys/unix"`},
		{name: "the clock", file: "diagnose/a.go", source: "package diagnose\nimport \"time\"\nvar _ = time.Now", want: "diagnose uses time.Now"},
		{name: "the clock renamed", file: "diagnose/a.go", source: "package diagnose\nimport clock \"time\"\nvar _ = clock.Since", want: "diagnose uses time.Since"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, _ := violations(t, fstest.MapFS{tt.file: {Data: []byte(tt.source)}})
			if len(got) != 1 || !strings.Contains(got[0], tt.want) {
				t.Errorf("got %q, want one with %q", got, tt.want)
			}
		})
	}
	allowed := fstest.MapFS{
		"a.go":                 {Data: []byte(`package parley; import (_ "net/netip"; _ "github.com/parley-tls/parley/iana")`)},
		"probe/a.go":           {Data: []byte("package probe\nimport (\"net\"; \"time\")\nvar _, _ = net.Dial, time.Now")},
		"iana/a_test.go":       {Data: []byte(`package iana; import _ "crypto/tls"`)},
		"internal/gen/x/a.go":  {Data: []byte(`package main; import _ "os"`)},
		"internal/peers/a.go":  {Data: []byte(`package peers; import _ "github.com/parley-tls/parley/internal/golden"`)},
		"wire/testdata/x/a.go": {Data: []byte(`package x; import _ "os"`)},
	}
	if got, packages := violations(t, allowed); len(got) != 0 || packages != 4 {
		t.Errorf("got %q and %d packages, want none and 4", got, packages)
	}
}

// violations returns what breaks the policy in the module at root, and how many
// packages it saw. It reads the files itself: of a child process such as go
// list the test cache would not know which files it read.
func violations(t *testing.T, root fs.FS) (problems []string, packages int) {
	t.Helper()
	seen := map[string]bool{}
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 1 && d.Name()[0] == '.'):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		data, err := fs.ReadFile(root, file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, data, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		pkg := path.Dir(file)
		if !seen[pkg] && layer(pkg) < 0 {
			problems = append(problems, pkg+" is in no layer: give it one")
		}
		seen[pkg] = true
		problems = append(problems, judge(pkg, f)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return problems, len(seen)
}

// judge returns what breaks the policy in one file.
func judge(pkg string, f *ast.File) (problems []string) {
	mine := layer(pkg)
	pure := mine >= 0 && mine < pureLayers
	timeName := ""
	for _, spec := range f.Imports {
		imp, _ := strconv.Unquote(spec.Path.Value)
		dep, ours := strings.CutPrefix(imp+"/", module+"/")
		dep = path.Clean(dep)
		why, bad := impure[imp]
		if strings.HasPrefix(imp, "golang.org/x/sys/") {
			why, bad = "the system", true
		}
		switch {
		case ours && mine >= 0 && mine < len(layers) && layer(dep) >= mine:
			problems = append(problems, fmt.Sprintf("%s imports %s, which is on no earlier line of layers", pkg, dep))
		case !ours && pure && bad:
			problems = append(problems, fmt.Sprintf("%s imports %q, which reaches %s, but it may only compute", pkg, imp, why))
		}
		if imp == "time" {
			timeName = "time"
			if spec.Name != nil {
				timeName = spec.Name.Name
			}
		}
	}
	if !pure || timeName == "" {
		return problems
	}
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == timeName && slices.Contains(clock, sel.Sel.Name) {
			problems = append(problems, fmt.Sprintf("%s uses time.%s, but it may only compute: take the time as a value", pkg, sel.Sel.Name))
		}
		return true
	})
	return problems
}

// layer returns the line of a package, or -1. Tests and generators come last.
func layer(pkg string) int {
	if strings.HasPrefix(pkg, "internal/") {
		return len(layers)
	}
	return slices.IndexFunc(layers, func(line string) bool {
		return slices.ContainsFunc(strings.Fields(line), func(pattern string) bool {
			ok, _ := path.Match(pattern, pkg)
			return ok
		})
	})
}
