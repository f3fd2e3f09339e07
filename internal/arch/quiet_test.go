package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// loud are the names that write to the process's own output, or end it.
var loud = map[string][]string{
	"fmt": {"Print", "Printf", "Println"},
	"os":  {"Stdout", "Stderr", "Exit"},
	"log": {
		"Print", "Printf", "Println", "Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln",
		"Default", "SetOutput", "SetFlags", "SetPrefix",
	},
	"log/slog": {"Debug", "Info", "Warn", "Error", "Log", "Default"},
}

func TestOnlyCommandsPrint(t *testing.T) {
	t.Parallel()
	exceptions{}.judge(t, printing(sources(t, tree())))
}

// printing is what writes to the process's output outside of commands.
func printing(files []source) map[string]string {
	problems := map[string]string{}
	for _, s := range files {
		if s.test || s.file.Name.Name == "main" {
			continue
		}
		problem := func(name string, p token.Pos) {
			problems[fmt.Sprintf("%s %s", s.path, s.function(p))] = "uses " + name + ": only commands print; return it, or write to an io.Writer"
		}
		for pkg, names := range loud {
			s.selects(pkg, func(name string, p token.Pos) {
				if slices.Contains(names, name) {
					problem(pkg+"."+name, p)
				}
			})
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if id, ok := call.Fun.(*ast.Ident); ok && (id.Name == "print" || id.Name == "println") {
					problem(id.Name, call.Pos())
				}
			}
			return true
		})
	}
	return problems
}

func TestWhatPrintsIsSeen(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"import \"fmt\"\nfunc f() { fmt.Println() }", "import \"os\"\nfunc f() { _ = os.Stdout }", "import l \"log\"\nfunc f() { l.Fatal() }",
		"func f() { println() }",
	} {
		if got := printing(sources(t, fstest.MapFS{"a/a.go": {Data: []byte("package a\n" + body)}})); got["a/a.go f"] == "" {
			t.Errorf("%s: got %q", body, got)
		}
	}
	quiet := fstest.MapFS{
		"a/a.go":            {Data: []byte("package a\nimport (\"fmt\"; \"log\")\nfunc f() { fmt.Sprint(); log.New(nil, \"\", 0) }")},
		"internal/gen/a.go": {Data: []byte("package main\nimport \"fmt\"\nfunc f() { fmt.Println() }")},
	}
	if got := printing(sources(t, quiet)); len(got) != 0 {
		t.Errorf("got %q, want none", got)
	}
}

func TestTestsSkipOnlyOutsideOfCIAndDoNotSleep(t *testing.T) {
	t.Parallel()
	exceptions{
		"probe/ends_test.go drip sleeps":                                  "a peer that sends byte after byte, each in a segment of its own: the pause is what it does",
		"probe/ends_test.go TestEachEndIsToldApart sleeps":                "a banner in two segments: the pause is what the peer does",
		"wire/flights_record_test.go run sleeps":                          "waits for another program to listen; with -update only",
		"internal/peers/process_other.go reservePort skips":               "CI is Linux",
		"internal/pairs/live_test.go TestTheRecordedPairsStillHold skips": "the flag that it asks is set in CI",
	}.judge(t, lazy(sources(t, tree())))
}

// lazy is where tests skip without asking whether they run in CI, and where
// they sleep.
func lazy(files []source) map[string]string {
	problems := map[string]string{}
	for _, s := range files {
		if !s.test && s.imported("testing") == "" {
			continue
		}
		s.selects("time", func(name string, p token.Pos) {
			if name == "Sleep" {
				problems[s.path+" "+s.function(p)+" sleeps"] = "wait for what is to happen, or use testing/synctest"
			}
		})
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !skips(f) {
				continue
			}
			text := s.text[s.fset.Position(f.Pos()).Offset:s.fset.Position(f.End()).Offset]
			if !strings.Contains(text, `os.Getenv("CI")`) {
				problems[s.path+" "+f.Name.Name+" skips"] = "fail instead when CI=true: nothing may skip there"
			}
		}
	}
	return problems
}

func skips(f *ast.FuncDecl) (found bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				found = found || slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name)
			}
		}
		return true
	})
	return found
}

func TestWhatSkipsOrSleepsIsSeen(t *testing.T) {
	t.Parallel()
	got := lazy(sources(t, fstest.MapFS{"a/a_test.go": {Data: []byte(`package a

import ("os"; "testing"; "time")

func TestA(t *testing.T) { t.Skip("later") }

func TestB(t *testing.T) {
	if os.Getenv("CI") != "true" {
		t.Skip("outside of CI")
	}
	time.Sleep(time.Second)
}
`)}}))
	if len(got) != 2 || got["a/a_test.go TestA skips"] == "" || got["a/a_test.go TestB sleeps"] == "" {
		t.Errorf("got %q", got)
	}
}
