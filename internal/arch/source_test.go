package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// source is one Go file of the module.
type source struct {
	path      string // from the root, with slashes
	text      string
	fset      *token.FileSet
	file      *ast.File
	test      bool // is compiled for tests only
	generated bool
}

// pkg is the folder of the file.
func (s source) pkg() string { return path.Dir(s.path) }

// line is that of a position.
func (s source) line(p token.Pos) int { return s.fset.Position(p).Line }

// sources reads every Go file below root. It reads them itself: of a child
// process such as go list the test cache would not know which files it read.
func sources(t testing.TB, root fs.FS) []source {
	t.Helper()
	var out []source
	eachFile(t, root, ".go", func(name, text string) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, source{
			path: name, text: text, fset: fset, file: f,
			test: strings.HasSuffix(name, "_test.go"), generated: ast.IsGenerated(f),
		})
	})
	return out
}

// eachFile calls f for each file below root whose name ends so. Folders named
// testdata and those that begin with a dot are left out.
func eachFile(t testing.TB, root fs.FS, ending string, f func(name, text string)) {
	t.Helper()
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 1 && d.Name()[0] == '.'):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ending):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err == nil {
			f(name, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tree is the module that the tests judge.
func tree() fs.FS { return os.DirFS("../..") }

// exceptions are places that a policy leaves alone, and why. The key is what
// the policy says of the place.
type exceptions map[string]string

// judge reports the problems that are no exception, and exceptions that
// nothing needs any more.
func (x exceptions) judge(t *testing.T, problems map[string]string) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(problems)) {
		if x[key] == "" {
			t.Errorf("%s: %s", key, problems[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(x)) {
		if problems[key] == "" {
			t.Errorf("%s is excepted (%s), and nothing there needs it: drop the exception", key, x[key])
		}
	}
}

// function names the function that a position is in, such as "(*T).Run".
func (s source) function(p token.Pos) string {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Pos() <= p && p < f.End() {
			return f.Name.Name
		}
	}
	return ""
}

// imported is the name under which the file imports a package, or "".
func (s source) imported(pkg string) string {
	for _, spec := range s.file.Imports {
		if spec.Path.Value != `"`+pkg+`"` {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(pkg)
	}
	return ""
}

// selects calls f for each use of a name of an imported package.
func (s source) selects(pkg string, f func(name string, p token.Pos)) {
	as := s.imported(pkg)
	if as == "" {
		return
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == as {
			f(sel.Sel.Name, sel.Pos())
		}
		return true
	})
}
