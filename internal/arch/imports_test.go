package arch

import (
	"fmt"
	"go/token"
	"io/fs"
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
	"iana internal/lazy internal/near",
	"wire",
	"keys",
	".", // the vocabulary
	"transcript pkix knowledge/* config",
	"causes certificates config/*",
	"diagnose explain casefile",
	"report", // up to here packages only compute
	"probe trust host capture logs observe",
	"fetch dns",
	"survey path target",
	"lab",
	"check scan lint clients census diff fix",
	"verify",
	"fleet",
	"fleet/web cmd/* bench bench/*",
}

// pureLayers counts the layers whose packages only compute: the same arguments
// give the same result.
const pureLayers = 8

// impure says what a package that only computes reaches with an import, or "".
// Such a package imports nothing of this module but others that only compute,
// and so what each imports itself covers what it reaches.
func impure(imp string) string {
	first, _, _ := strings.Cut(imp, "/")
	switch {
	case imp == "net/netip", imp == "net/url", imp == "golang.org/x/crypto/cryptobyte", imp == "golang.org/x/crypto/cryptobyte/asn1",
		imp == "golang.org/x/crypto/chacha20poly1305", imp == "golang.org/x/crypto/chacha20", imp == "go.yaml.in/yaml/v4":
		return ""
	case first == "net", imp == "crypto/tls":
		return "the network"
	case first == "os", first == "log", imp == "io/ioutil", imp == "path/filepath":
		return "the disk or other programs"
	case first == "syscall", first == "runtime", imp == "unsafe", imp == "C", imp == "plugin", strings.HasPrefix(imp, "golang.org/x/sys/"):
		return "the system"
	case imp == "math/rand", imp == "math/rand/v2", imp == "crypto/rand":
		return "chance"
	case strings.Contains(first, "."):
		return "what another module reaches"
	}
	return ""
}

// ambient lists what a package that only computes may not use of packages that
// it may import.
var ambient = []struct {
	pkg     string
	names   []string
	instead string
}{
	{pkg: "time", instead: "take the time as a value",
		names: []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}},
	{pkg: "crypto/x509", instead: "take the roots as a value", names: []string{"SystemCertPool", "SetFallbackRoots"}},
}

func TestPackagesImportOnlyEarlierLayers(t *testing.T) {
	problems, packages := violations(t, tree())
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
		{name: "its own layer", file: "casefile/a.go", source: `package casefile; import _ "github.com/parley-tls/parley/diagnose"`, want: "casefile imports diagnose"},
		{name: "the root from below", file: "wire/a.go", source: `package wire; import _ "github.com/parley-tls/parley"`, want: "wire imports ."},
		{name: "internal from product code", file: "check/a.go", source: `package check; import _ "github.com/parley-tls/parley/internal/peers"`, want: "check imports internal/peers"},
		{name: "no layer", file: "util/a.go", source: `package util`, want: "util is in no layer"},
		{name: "the network", file: "causes/a.go", source: `package causes; import _ "net"`, want: `causes imports "net"`},
		{name: "x/sys", file: "wire/a.go", source: `package wire; import _ "golang.org/x/sys/unix"`, want: `wire imports "golang.org/x/sys/unix"`},
		{name: "the clock", file: "diagnose/a.go", source: "package diagnose\nimport \"time\"\nvar _ = time.Now", want: "diagnose uses time.Now"},
		{name: "the clock renamed", file: "diagnose/a.go", source: "package diagnose\nimport clock \"time\"\nvar _ = clock.Since", want: "diagnose uses time.Since"},
		{name: "the system's roots", file: "transcript/a.go", source: "package transcript\nimport \"crypto/x509\"\nvar _ = x509.SystemCertPool", want: "transcript uses x509.SystemCertPool"},
		{name: "a module that reaches out", file: "wire/a.go", source: `package wire; import _ "golang.org/x/net/proxy"`, want: `wire imports "golang.org/x/net/proxy"`},
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
// packages it saw.
func violations(t *testing.T, root fs.FS) (problems []string, packages int) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range sources(t, root) {
		if s.test {
			continue
		}
		pkg := s.pkg()
		if !seen[pkg] && layer(pkg) < 0 {
			problems = append(problems, pkg+" is in no layer: give it one")
		}
		seen[pkg] = true
		problems = append(problems, judge(s)...)
	}
	return problems, len(seen)
}

// judge returns what breaks the policy in one file.
func judge(s source) (problems []string) {
	pkg := s.pkg()
	mine := layer(pkg)
	pure := mine >= 0 && mine < pureLayers
	for _, spec := range s.file.Imports {
		imp, _ := strconv.Unquote(spec.Path.Value)
		dep, ours := strings.CutPrefix(imp+"/", module+"/")
		dep = path.Clean(dep)
		switch {
		case ours && mine >= 0 && mine < len(layers) && layer(dep) >= mine:
			problems = append(problems, fmt.Sprintf("%s imports %s, which is on no earlier line of layers", pkg, dep))
		case !ours && pure && impure(imp) != "":
			problems = append(problems, fmt.Sprintf("%s imports %q, which reaches %s, but it may only compute", pkg, imp, impure(imp)))
		}
	}
	if pure {
		for _, c := range ambient {
			s.selects(c.pkg, func(name string, _ token.Pos) {
				if slices.Contains(c.names, name) {
					problems = append(problems, fmt.Sprintf("%s uses %s.%s, but it may only compute: %s", pkg, path.Base(c.pkg), name, c.instead))
				}
			})
		}
	}
	return problems
}

// layer returns the line of a package, or -1. What is internal and on no line
// is a test or a generator, and comes last.
func layer(pkg string) int {
	line := slices.IndexFunc(layers, func(line string) bool {
		return slices.ContainsFunc(strings.Fields(line), func(pattern string) bool {
			ok, _ := path.Match(pattern, pkg)
			return ok
		})
	})
	if line < 0 && strings.HasPrefix(pkg, "internal/") {
		return len(layers)
	}
	return line
}
