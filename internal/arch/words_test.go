package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

// glossary says which words parley does not use, and what it says instead. In
// code they are looked for in comments, in names, and where people read them:
// in the strings of the packages of spoken. In documents, everywhere but in
// code blocks and code spans.
var glossary = []struct {
	not *regexp.Regexp
	say string
}{
	{word(`SSL/TLS|TLS/SSL`), "TLS"},
	{word(`curves?`), "group"},
	{word(`kex|keyex`), "key exchange, group or key share"},
	{word(`sigalgs?`), "signature scheme"},
	{word(`client hello|server hello|hello retry request`), "ClientHello, ServerHello, HelloRetryRequest"},
	{word(`vhosts?`), "server name"},
	{word(`next proto(col)?s?|npn`), "ALPN protocol"},
	{word(`2-way (SSL|TLS)|two-way (SSL|TLS)`), "client certificate"},
	{word(`0-RTT`), "early data"},
	{word(`session re-?use`), "resumption"},
	{word(`CA bundles?`), "trust anchors"},
	{word(`root certs? in (the )?chain`), "trust anchor"},
	{word(`scanners?|plugins?|collectors?`), "source, or probe"},
	{word(`vulnerabilit(y|ies)|vulnerable`), "finding, or what it allows"},
	{word(`root causes?`), "cause"},
	{word(`remediations?|auto-?fix(es)?`), "fix"},
	{word(`chaos|mocks?`), "fault"},
	{word(`fixtures?`), "specimen"},
	{word(`likely|might|confidence`), "proved, seen, inferred or unknown"},
	{word(`illegal`), "what is wrong with it"},
	{word(`just|simply|obviously|of course`), "nothing in its place"},
	{word(`insecure`), "the reason"},
	{word(`hostnames?`), "server name, or host"},
	{word(`TODO|FIXME|XXX|HACK`), "an issue, or nothing"},
	{word(`RFC[0-9]+|RFC [0-9]+ ?(§|section|sect?\.)|RFC [0-9]+,? §`), "RFC 8446, Section 4.2.1"},
}

func word(pattern string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9_./-])(` + pattern + `)(?:$|[^A-Za-z0-9_=-])`)
}

// spoken are the packages whose strings people read. Those of knowledge are
// the words of other software.
var spoken = []string{".", "causes", "check", "cmd/parley", "diagnose", "lab", "probe", "report", "survey", "verify"}

// names are parts of identifiers that the glossary forbids.
var names = regexp.MustCompile(`[Cc]urve|[Ss]ig[Aa]lg|[Vv][Hh]ost|[Hh]ost[Nn]ame|[Nn]extProto|[Ff]ixture|[Mm]ock|[Ss]canner|[Pp]lugin|[Vv]uln|^kex|Kex`)

// ids are those of causes, which are names whatever they are made of.
// And a line of the transcript notation says that the client is the hello's.
var ids = regexp.MustCompile(`\b[a-z0-9]+\.[a-z0-9-]+|(?m:^client hello$)`)

func TestTheWordsAreThoseOfTheGlossary(t *testing.T) {
	t.Parallel()
	files := sources(t, tree())
	problems := words(files)
	eachFile(t, tree(), ".md", func(name, text string) {
		for p, why := range wordsOfDocument(name, text) {
			problems[p] = why
		}
	})
	const (
		theirs = "the name that an RFC, or another program's setting, gives it"
		key    = "the key of a certificate, or a point, is on a curve; a group is what is negotiated"
		corpus = "a field of the corpus"
		id     = "a name made of a cause's id"
	)
	exceptions{
		"wire/server_key_exchange.go CurveType":              theirs,
		"wire/server_key_exchange.go CurveTypeExplicitPrime": theirs,
		"wire/server_key_exchange.go CurveTypeExplicitChar2": theirs,
		"wire/server_key_exchange.go CurveTypeNamed":         theirs,
		"leaf.go curve":                                             key,
		"leaf.go curves":                                            key,
		"transcript/certificate.go curve":                           key,
		"internal/gen/clients/compose.go curve":                     key,
		"internal/peers/node.go curve":                              key,
		"internal/peers/openssl.go curve":                           key,
		"internal/peers/openssl.go curveName":                       theirs,
		"internal/peers/peers.go SigAlgs":                           theirs,
		"internal/peers/fields_test.go sigalgs":                     theirs,
		"internal/peers/fields_test.go checkSigAlgs":                theirs,
		"internal/peers/gnutls.go sigalgs":                          theirs,
		"internal/peers/java.go sigalgs":                            theirs,
		"iana/corpus_test.go SigAlgs":                               corpus,
		"wire/specimens_test.go Sigalgs":                            corpus,
		"causes/sigalg_missing_extension.go sigalgMissingExtension": id,
		"causes/sigalg_no_overlap.go sigalgNoOverlap":               id,
		"report/terms.go sigalg":                                    id,
		"plaintext.go hostname":                                     "what an IRC server says",
	}.judge(t, problems)
}

// words are the uses of a word that the glossary does not have, by file and word.
func words(files []source) map[string]string {
	problems := map[string]string{}
	for _, s := range files {
		if s.generated || strings.HasPrefix(s.path, "internal/arch/words_test") {
			continue
		}
		for _, g := range s.file.Comments {
			text := g.Text()
			for bad, say := range badWords(text) {
				problems[s.path+" "+bad] = fmt.Sprintf("in a comment; say %s", say)
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ImportSpec:
				return false
			case *ast.BasicLit:
				if n.Kind == token.STRING && !s.test && slices.Contains(spoken, s.pkg()) {
					text, _ := strconv.Unquote(n.Value)
					for bad, say := range badWords(text) {
						problems[s.path+" "+bad] = fmt.Sprintf("in a text that people read; say %s", say)
					}
				}
			}
			return true
		})
		for _, id := range declared(s.file) {
			if names.MatchString(id) {
				problems[s.path+" "+id] = "a name with a word that the glossary does not have"
			}
		}
	}
	return problems
}

// badWords finds what the glossary forbids, and what to say instead.
func badWords(text string) map[string]string {
	found := map[string]string{}
	text = strings.ReplaceAll(ids.ReplaceAllString(text, " "), "\n", " ")
	for _, g := range glossary {
		if m := g.not.FindStringSubmatch(text); m != nil {
			found[strings.ToLower(m[1])] = g.say
		}
	}
	return found
}

// declared are the names that a file declares: of functions, types, values,
// fields and parameters.
func declared(f *ast.File) (out []string) {
	add := func(ids ...*ast.Ident) {
		for _, id := range ids {
			out = append(out, id.Name)
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			add(n.Name)
		case *ast.TypeSpec:
			add(n.Name)
		case *ast.ValueSpec:
			add(n.Names...)
		case *ast.Field:
			add(n.Names...)
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				if id, ok := x.(*ast.Ident); ok && n.Tok == token.DEFINE {
					add(id)
				}
			}
		}
		return true
	})
	return out
}

var (
	codeBlock = regexp.MustCompile("(?ms)^```.*?^```$|^(    |\t).*?$")
	codeSpan  = regexp.MustCompile("`[^`\n]*`")
)

// wordsOfDocument is words for a document.
func wordsOfDocument(name, text string) map[string]string {
	problems := map[string]string{}
	text = codeSpan.ReplaceAllString(codeBlock.ReplaceAllString(text, ""), "")
	for bad, say := range badWords(text) {
		problems[name+" "+bad] = "say " + say
	}
	return problems
}

func TestAWordThatTheGlossaryDoesNotHaveIsSeen(t *testing.T) {
	t.Parallel()
	got := words(sources(t, fstest.MapFS{
		"causes/a.go": {Data: []byte("package a\n\n// f scans the\n// CA bundle of a vhost.\nfunc f() string { return \"simply illegal\" }\n\nvar sigAlg = 1\n")},
	}))
	for _, want := range []string{"ca bundle", "vhost", "simply", "illegal", "sigAlg"} {
		if got["causes/a.go "+want] == "" {
			t.Errorf("%q is not seen in %q", want, got)
		}
	}
	quiet := fstest.MapFS{"knowledge/servers/a.go": {Data: []byte("package a\n\n// f sends illegal_parameter, sigalg.no-overlap (RFC 8446, Section 4.2.3).\nfunc f() string { return \"just curves\" }\n")}}
	if got := words(sources(t, quiet)); len(got) != 0 {
		t.Errorf("got %q, want none", got)
	}
	if got := wordsOfDocument("a.md", "It might.\n\n    parley just\n\n`curves` of RFC8446\n"); len(got) != 2 {
		t.Errorf("got %q, want might and rfc8446", got)
	}
}
