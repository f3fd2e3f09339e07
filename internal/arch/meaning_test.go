package arch

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestOnlyTheLabAndTheWayToAProxySpeakThroughCryptoTLS holds that the hello of
// a probe comes from package wire: a library's hello has the library's policy,
// and misreports the server.
func TestOnlyTheLabAndTheWayToAProxySpeakThroughCryptoTLS(t *testing.T) {
	t.Parallel()
	exceptions{
		"probe/proxy_http.go": "the connection to an https:// proxy, around the one that is examined",
	}.judge(t, throughCryptoTLS(sources(t, tree())))
}

func throughCryptoTLS(files []source) map[string]string {
	problems := map[string]string{}
	for _, s := range files {
		allowed := s.test || s.pkg() == "lab" || strings.HasPrefix(s.pkg(), "internal/") || strings.HasPrefix(s.pkg(), "bench/")
		if !allowed && s.imported("crypto/tls") != "" {
			problems[s.path] = "imports crypto/tls: a hello comes from package wire"
		}
	}
	return problems
}

// TestTheZeroOfEveryEnumIsUnknown holds that what was not learned is never no,
// false or fine.
func TestTheZeroOfEveryEnumIsUnknown(t *testing.T) {
	t.Parallel()
	exceptions{
		"causes/clientside.go RefusesNothing": "an objection of a client; none is what most have",
		"negotiate_obstacles.go noObstacle":   "an obstacle; none is what most pairs have",
		"attempt.go StopFlight":               "how far an attempt goes; no further than the answer to its hello is what most do",
		"transport.go TransportTCP":           "what an attempt goes over; TCP is what a handshake goes over unless a scheme says else",
		"terms.go DemandNone":                 "a demand of a client; none is what most have",
	}.judge(t, zeros(sources(t, tree())))
}

// zeros are the first constants of enums in the vocabulary and in packages that
// build on it, where they are called something else than unknown.
func zeros(files []source) map[string]string {
	problems := map[string]string{}
	for _, s := range files {
		if s.test || layer(s.pkg()) < layer(".") || layer(s.pkg()) >= pureLayers {
			continue
		}
		for _, d := range s.file.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST || len(group.Specs) < 2 {
				continue
			}
			first := group.Specs[0].(*ast.ValueSpec)
			if first.Type == nil || len(first.Values) != 1 || !isIota(first.Values[0]) {
				continue
			}
			if n := first.Names[0].Name; !strings.Contains(n, "Unknown") && n != "NotCertain" {
				problems[s.path+" "+n] = "the zero of its type, and not called unknown"
			}
		}
	}
	return problems
}

func isIota(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "iota"
}

func TestAZeroThatMeansSomethingAndAHelloOfALibraryAreSeen(t *testing.T) {
	t.Parallel()
	files := sources(t, fstest.MapFS{
		"a.go":       {Data: []byte("package parley\n\ntype Truth uint8\n\nconst (\n\tNo Truth = iota\n\tYes\n)\n\nconst (\n\tSideUnknown Truth = iota\n\tOther\n)\n")},
		"probe/a.go": {Data: []byte("package probe\n\nimport _ \"crypto/tls\"\n")},
		"lab/a.go":   {Data: []byte("package lab\n\nimport _ \"crypto/tls\"\n")},
	})
	var got []string
	for k := range zeros(files) {
		got = append(got, k)
	}
	for k := range throughCryptoTLS(files) {
		got = append(got, k)
	}
	if want := []string{"a.go No", "probe/a.go"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
