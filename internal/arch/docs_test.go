package arch

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatIsExportedIsDocumented(t *testing.T) {
	t.Parallel()
	exceptions{}.judge(t, undocumented(sources(t, tree())))
}

// undocumented are the exported names without a comment of their own or of
// their group, and those of functions and types whose comment is about
// something else. Methods of unexported types are there for an interface,
// which documents them.
func undocumented(files []source) map[string]string {
	problems := map[string]string{}
	packages := map[string]bool{}
	for _, s := range files {
		if s.test {
			continue
		}
		packages[s.pkg()] = packages[s.pkg()] || s.file.Doc != nil
		problem := func(name string, doc *ast.CommentGroup, begins bool) {
			switch {
			case !token.IsExported(name):
			case doc == nil:
				problems[s.path+" "+name] = "exported without a comment"
			case begins && !startsWith(doc.Text(), name):
				problems[s.path+" "+name] = "its comment begins with something else than its name"
			}
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil || token.IsExported(receiver(d)) {
					problem(d.Name.Name, d.Doc, true)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						problem(spec.Name.Name, either(spec.Doc, d.Doc), spec.Doc != nil || !d.Lparen.IsValid())
					case *ast.ValueSpec:
						for _, n := range spec.Names {
							problem(n.Name, either(spec.Doc, spec.Comment, d.Doc), false)
						}
					}
				}
			}
		}
	}
	for pkg, documented := range packages {
		if !documented {
			problems[pkg] = "the package has no comment"
		}
	}
	return problems
}

func either(docs ...*ast.CommentGroup) *ast.CommentGroup {
	for _, d := range docs {
		if d != nil {
			return d
		}
	}
	return nil
}

// startsWith says whether a comment begins with a name. One comment may be
// about several: "AddVersion, AddSuite and AddGroup are".
func startsWith(doc, name string) bool {
	for _, article := range []string{"A ", "An ", "The "} {
		doc = strings.TrimPrefix(doc, article)
	}
	return strings.HasPrefix(doc, name)
}

func receiver(f *ast.FuncDecl) string {
	x := f.Recv.List[0].Type
	if star, ok := x.(*ast.StarExpr); ok {
		x = star.X
	}
	if generic, ok := x.(*ast.IndexExpr); ok {
		x = generic.X
	}
	if id, ok := x.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}

func TestWhatIsUndocumentedIsSeen(t *testing.T) {
	t.Parallel()
	got := undocumented(sources(t, fstest.MapFS{"a/a.go": {Data: []byte(`package a

func F() {}

// Wrong is about something else.
func G() {}

type T struct{}

// The words of T.
func (*T) M() {}

type u struct{}

func (u) Read() {}

const C = 1

// Both are documented.
const (
	D = 1
	E = 2
)
`)}}))
	want := []string{"a", "a/a.go C", "a/a.go F", "a/a.go G", "a/a.go M", "a/a.go T"}
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
}
