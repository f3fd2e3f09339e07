package arch

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatDocumentsNameExists(t *testing.T) {
	t.Parallel()
	exceptions{}.judge(t, dangling(t, tree()))
}

var (
	link     = regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	span     = regexp.MustCompile("`([^`\n]+)`")
	filename = regexp.MustCompile(`^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.*-]+)*/?$`)
	testName = regexp.MustCompile(`\b(Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9]+\b`)
	document = regexp.MustCompile(`\b[a-zA-Z][A-Za-z0-9_/-]*\.md\b`)
	testFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9]*)\(`)
)

// dangling are the names of files, folders and tests in documents, and of
// documents in comments, that are not there. A name counts as that of a file
// if it has a slash and its first part is a folder of the module, or if it ends
// as a file here does.
func dangling(t *testing.T, root fs.FS) map[string]string {
	problems := map[string]string{}
	tests := map[string]bool{}
	folders := map[string]bool{}
	files := sources(t, root)
	for _, s := range files {
		first, _, _ := strings.Cut(s.path, "/")
		folders[first] = true
		for _, m := range testFunc.FindAllStringSubmatch(s.text, -1) {
			tests[m[1]] = true
		}
	}
	exists := func(name string) bool {
		found, err := fs.Glob(root, strings.TrimSuffix(name, "/"))
		return err == nil && len(found) > 0
	}
	for _, s := range files {
		for _, g := range s.file.Comments {
			for _, name := range document.FindAllString(g.Text(), -1) {
				if !exists(name) && !exists(path.Join(s.pkg(), name)) && !strings.HasPrefix(s.path, "internal/arch/") {
					problems[s.path+" "+name] = "no such document"
				}
			}
		}
	}
	eachFile(t, root, ".md", func(doc, text string) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(m[1], "://") && !exists(path.Join(path.Dir(doc), m[1])) {
				problems[doc+" "+m[1]] = "a link that leads nowhere"
			}
		}
		for _, m := range span.FindAllStringSubmatch(text, -1) {
			name := strings.TrimPrefix(m[1], "./")
			first, _, slash := strings.Cut(name, "/")
			isFile := slash && folders[first] || strings.HasSuffix(name, ".go") && strings.Contains(name, "/")
			if filename.MatchString(name) && isFile && !exists(name) {
				problems[doc+" "+name] = "no such file or folder"
			}
		}
		for _, name := range testName.FindAllString(text, -1) {
			if !tests[name] {
				problems[doc+" "+name] = "no such test"
			}
		}
	})
	return problems
}

func TestWhatLeadsNowhereIsSeen(t *testing.T) {
	t.Parallel()
	got := dangling(t, fstest.MapFS{
		"a/a.go":      {Data: []byte("package a\n\n// As gone.md says.\nvar _ = 1\n")},
		"a/a_test.go": {Data: []byte("package a\n\nfunc TestThere(t *testing.T) {}\n")},
		"docs/B.md":   {Data: []byte("[x](C.md) [y](../a/a.go) `a/a.go` `a/b.go` `a/*.go` `TestThere` `TestGone` `n/a`\n")},
	})
	want := []string{"a/a.go gone.md", "docs/B.md C.md", "docs/B.md TestGone", "docs/B.md a/b.go"}
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
}

func TestTheArchitectureHasEveryPackageInItsLayer(t *testing.T) {
	t.Parallel()
	text, err := fs.ReadFile(tree(), "ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range unmapped(string(text), sources(t, tree())) {
		t.Error(p)
	}
	few := sources(t, fstest.MapFS{"iana/a.go": {Data: []byte("package a")}, "wire/a.go": {Data: []byte("package a")}})
	if got := unmapped("**`wire`** \n**`iana`**\n**`gone`**\n", few); len(got) != 2 {
		t.Errorf("got %q, want the order and what is gone", got)
	}
}

// unmapped compares the code map of the architecture, where each package
// stands in bold, with the packages there are and the order of their layers.
func unmapped(text string, files []source) (problems []string) {
	there := map[string]bool{}
	for _, s := range files {
		if !s.test {
			there[s.pkg()] = true
		}
	}
	last := -1
	for _, m := range regexp.MustCompile("\\*\\*`([a-z./-]+)`\\*\\*").FindAllStringSubmatch(text, -1) {
		pkg := strings.TrimSuffix(m[1], "/")
		if !there[pkg] {
			problems = append(problems, fmt.Sprintf("ARCHITECTURE.md maps %s, which is no package", pkg))
			continue
		}
		delete(there, pkg)
		if layer(pkg) < last {
			problems = append(problems, fmt.Sprintf("ARCHITECTURE.md maps %s below a package of a later layer", pkg))
		}
		last = layer(pkg)
	}
	for pkg := range there {
		if !strings.HasPrefix(pkg, "internal/gen/") {
			problems = append(problems, fmt.Sprintf("ARCHITECTURE.md does not map %s", pkg))
		}
	}
	return problems
}

func TestEveryMakeTargetOfADocumentExists(t *testing.T) {
	t.Parallel()
	makefile, err := fs.ReadFile(tree(), "Makefile")
	if err != nil {
		t.Fatal(err)
	}
	documents := 0
	eachFile(t, tree(), ".md", func(doc, text string) {
		documents++
		for _, target := range missingTargets(string(makefile), text) {
			t.Errorf("%s: the Makefile has no target %s", doc, target)
		}
	})
	if documents < 4 {
		t.Errorf("saw only %d documents", documents)
	}
	if got := missingTargets("test: ; go test\n", "`make test`, `make coffee`\n\n    make tea\n\nto make sense"); !slices.Equal(got, []string{"coffee", "tea"}) {
		t.Errorf("got %q, want coffee and tea", got)
	}
}

var makes = regexp.MustCompile("(?m)(?:`|^    )make ([a-z]+)")

func missingTargets(makefile, text string) (missing []string) {
	for _, m := range makes.FindAllStringSubmatch(text, -1) {
		if !strings.Contains("\n"+makefile, "\n"+m[1]+":") {
			missing = append(missing, m[1])
		}
	}
	return missing
}

// maxRecipe is how many lines a recipe may have.
const maxRecipe = 10

func TestRecipesAreShort(t *testing.T) {
	t.Parallel()
	text, err := fs.ReadFile(tree(), "CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	if long := longRecipes(string(text)); len(long) > 0 {
		t.Errorf("recipes of more than %d lines: %q", maxRecipe, long)
	}
	if got := longRecipes("## A\n\n1. x\n\n## B\n" + strings.Repeat("1. x\n", maxRecipe+1)); !slices.Equal(got, []string{"B"}) {
		t.Errorf("got %q, want B", got)
	}
}

func longRecipes(text string) (long []string) {
	for _, section := range strings.Split("\n"+text, "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		if n := len(strings.FieldsFunc(body, func(r rune) bool { return r == '\n' })); n > maxRecipe {
			long = append(long, title)
		}
	}
	return long
}
