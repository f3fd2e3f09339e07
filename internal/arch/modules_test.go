package arch

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// modules are the modules of others that this one may import, with the folders
// that may and the reason. NOTICE has their licences.
var modules = []struct{ path, code, tests, why string }{
	{path: "golang.org/x/crypto/x509roots", code: "trust internal/gen/stores", why: "Mozilla's roots, dated by the version, with the constraints that PEM bundles lose"},
	{path: "golang.org/x/crypto", code: ". wire keys pkix trust lab internal/peers", tests: "*", why: "cryptobyte reads and writes as the RFCs' structs nest; ChaCha20-Poly1305"},
	{path: "golang.org/x/net", code: "cmd/parley target lab dns", tests: "*", why: "the rules of HTTPS_PROXY and NO_PROXY; names in other letters than ASCII; DNS messages"},
	{path: "golang.org/x/sys", code: "cmd/parley bench/delaynet trust probe lab", tests: "*", why: "TTLs and segments of a socket; the store of roots of Windows; the width of a terminal; a network of its own for the measurement"},
	{path: "go.yaml.in/yaml/v4", code: "knowledge/policies", tests: "*", why: "policies as people write them, with the line of what is wrong"},
	{path: "github.com/spf13/cobra", code: "cmd/parley", why: "commands, completion"},
	{path: "github.com/spf13/pflag", code: "cmd/parley", why: "the flags of cobra"},
	{path: "github.com/google/go-cmp", code: "internal/golden", tests: "*", why: "a readable difference of two values"},
	{path: "pgregory.net/rapid", code: "internal/property", tests: "*", why: "properties, with counterexamples made small"},
	{path: "github.com/rogpeppe/go-internal", tests: "*", why: "testscript: a command, its exit status, its whole output"},
	{path: "github.com/quic-go/quic-go", code: "internal/peers", tests: "*", why: "a real server over QUIC for the tests"},
	{path: "github.com/santhosh-tekuri/jsonschema/v6", tests: "*", why: "documents are held to docs/schema"},
}

func TestModulesOfOthersAreFewAndHaveAReason(t *testing.T) {
	t.Parallel()
	exceptions{}.judge(t, strangers(sources(t, tree())))
}

// strangers are imports of modules that are not in the list, or not for that folder.
func strangers(files []source) map[string]string {
	problems := map[string]string{}
	for _, s := range files {
		for _, spec := range s.file.Imports {
			imp, _ := strconv.Unquote(spec.Path.Value)
			first, _, _ := strings.Cut(imp, "/")
			if !strings.Contains(first, ".") || imp == module || strings.HasPrefix(imp, module+"/") {
				continue
			}
			if !mayImport(s, imp) {
				problems[s.path+" "+imp] = "a module of others, here without a reason in internal/arch/modules_test.go"
			}
		}
	}
	return problems
}

func mayImport(s source, imp string) bool {
	for _, m := range modules {
		if imp != m.path && !strings.HasPrefix(imp, m.path+"/") {
			continue
		}
		where := m.code
		if s.test {
			where += " " + m.tests
		}
		for _, pattern := range strings.Fields(where) {
			if ok, _ := path.Match(pattern, s.pkg()); ok || pattern == "*" {
				return true
			}
		}
	}
	return false
}

func TestAModuleWithoutAReasonIsSeen(t *testing.T) {
	t.Parallel()
	for file, imp := range map[string]string{
		"wire/a.go": "example.com/x", "report/a.go": "github.com/spf13/cobra", "cmd/parley/a.go": "pgregory.net/rapid", "lab/a_test.go": "example.com/x",
	} {
		if got := strangers(sources(t, fstest.MapFS{file: {Data: []byte("package a\nimport _ \"" + imp + "\"")}})); len(got) != 1 {
			t.Errorf("%s imports %s: got %q, want one problem", file, imp, got)
		}
	}
	for file, imp := range map[string]string{"wire/a.go": "golang.org/x/crypto/cryptobyte", "wire/a_test.go": "pgregory.net/rapid"} {
		if got := strangers(sources(t, fstest.MapFS{file: {Data: []byte("package a\nimport _ \"" + imp + "\"")}})); len(got) != 0 {
			t.Errorf("%s imports %s: got %q, want none", file, imp, got)
		}
	}
}

func TestEveryModuleThatIsNeededStandsInNOTICE(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		b, err := fs.ReadFile(tree(), name)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for _, p := range missingInNotice(read("go.mod"), read("NOTICE")) {
		t.Error(p)
	}
	if got := missingInNotice("require a.b/c v1.0.0 // indirect\nrequire (\n\td.e/f v1.2.3\n)\n", "d.e/f MIT\nx.y/z MIT\n"); len(got) != 2 {
		t.Errorf("got %q, want a.b/c as missing and x.y/z as not needed", got)
	}
}

// missingInNotice compares the modules that go.mod requires with those of
// NOTICE, where each stands at the begin of a line.
func missingInNotice(mod, notice string) (problems []string) {
	required, noticed := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(mod) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && strings.Contains(f[0], ".") && strings.HasPrefix(f[1], "v") {
			required[f[0]] = true
		}
	}
	for line := range strings.Lines(notice) {
		f := strings.Fields(line)
		if len(f) >= 2 && strings.Contains(f[0], "/") && strings.Contains(f[0], ".") && line[0] != ' ' {
			noticed[f[0]] = true
		}
	}
	for m := range required {
		if !noticed[m] {
			problems = append(problems, fmt.Sprintf("NOTICE lacks %s, which go.mod requires: add it with its licence", m))
		}
	}
	for m := range noticed {
		if !required[m] {
			problems = append(problems, fmt.Sprintf("NOTICE has %s, which go.mod does not require", m))
		}
	}
	return problems
}
