package causes_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/knowledge/errors"
)

const maxTitle = 60

// banned are words that no prose of a cause has, and why or what in their place.
var banned = []struct{ pattern, why string }{
	{`\billegal\b`, "say what the RFC does not allow"},
	{`\binvalid\b`, "say what is wrong with it"},
	{`\b(just|simply|obviously|easily|of course)\b`, "leave it out"},
	{`\bplease\b`, "leave it out"},
	{`\b(you|your|yours)\b`, "the subject is the client, the server, the path or the file"},
	{`\b(bad|broken|insecure|wrong)ly?\b`, "give the reason"},
	{`SSL/TLS|TLS/SSL`, "TLS"},
	{`\bcurves?\b`, "group"},
	{`\bciphers?\b`, "cipher suite"},
	{`\bhostnames?\b`, "server name"},
	{`\bvhosts?\b`, "virtual host"},
	{`\bCA bundle\b`, "trust anchors"},
	{`\b(likely|probably|might)\b`, "proved, seen, inferred or cannot tell"},
	{`\bTLSv?1[._][0-3]\b`, "a version is 1.2"},
	{`!`, "no exclamation marks"},
}

// quoted matches what other programs say, which keeps their words.
var quoted = regexp.MustCompile(`"[^"]*"`)

// named are terms of the RFCs and of other software that hold a banned word.
var named = strings.NewReplacer("cipher suite", "suite", "wrong kind of", "", "it is the wrong one", "")

var advice = regexp.MustCompile(`(?i)^(use|set|add|install|enable|disable|upgrade|update|check|remove|try|turn|fix|make)\b|\b(should|must|need to|try)\b`)

var reference = regexp.MustCompile(`^RFC [0-9]{4,5}(, (Section [0-9]+(\.[0-9]+)*|Appendix [A-Z](\.[0-9]+)*))?$`)

// documents are the references that are no RFC.
var documents = []string{"PROXY protocol, versions 1 and 2 (HAProxy), Section 2"}

func TestStyle(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		for _, p := range problems(c) {
			t.Errorf("%s: %s", c.ID, p)
		}
	}
}

// problems are all that a cause has against the style.
func problems(c *causes.Cause) (out []string) {
	say := func(s string) { out = append(out, s) }
	if !regexp.MustCompile(`^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(string(c.ID)) {
		say("the id is not family.cause in lower case")
	}
	first, _ := utf8.DecodeRuneInString(c.Title)
	switch {
	case c.Title == "":
		say("no title")
	case utf8.RuneCountInString(c.Title) > maxTitle:
		say("the title is longer than 60 characters: " + strconv.Itoa(utf8.RuneCountInString(c.Title)))
	case unicode.IsUpper(first):
		say("the title begins with a capital letter")
	case strings.HasSuffix(c.Title, "."):
		say("the title ends with a full stop")
	case advice.MatchString(c.Title):
		say("the title gives advice: " + advice.FindString(c.Title))
	}
	for what, missing := range map[string]bool{
		"meaning": c.Meaning == "", "phase": c.Phase == parley.PhaseUnknown, "best certainty": c.Best == parley.NotCertain,
		"fix": len(c.Fixes) == 0, "folk advice that fails": len(c.WillNotHelp) == 0, "reference": len(c.References) == 0,
		"cause that it is mistaken for": len(c.Mistaken) == 0,
	} {
		if missing {
			say("no " + what)
		}
	}
	if c.Meaning != "" && !strings.HasSuffix(c.Meaning, ".") && !strings.HasSuffix(c.Meaning, ".\"") {
		say("the meaning does not end with a full stop")
	}
	for _, text := range prose(c) {
		for _, b := range banned {
			if found := regexp.MustCompile(`(?i)` + b.pattern).FindString(named.Replace(quoted.ReplaceAllString(text, ""))); found != "" {
				say(strconv.Quote(found) + " in " + strconv.Quote(text) + ": " + b.why)
			}
		}
	}
	for _, r := range c.References {
		if !reference.MatchString(r) && !slices.Contains(documents, r) {
			say("the reference " + strconv.Quote(r) + " is not of the form \"RFC 8446, Section 4.2.1\"")
		}
	}
	out = append(out, fixProblems(c)...)
	return append(out, idProblems(c)...)
}

func fixProblems(c *causes.Cause) (out []string) {
	for _, f := range c.Fixes {
		switch {
		case f.Kind == parley.IntentUnknown || f.Side == parley.SideUnknown || f.Grade == parley.GradeUnknown:
			out = append(out, "the fix "+strconv.Quote(f.Plain)+" has no kind, side or grade")
		case f.Plain == "" || strings.HasSuffix(f.Plain, "."):
			out = append(out, "the fix "+strconv.Quote(f.Plain)+" is not a clause without a full stop")
		}
	}
	return out
}

// idProblems are references to other causes that lead nowhere or one way only.
func idProblems(c *causes.Cause) (out []string) {
	for _, m := range c.Mistaken {
		other, err := causes.Get(m.For)
		switch {
		case !causes.Known(m.For):
			out = append(out, "is mistaken for "+string(m.For)+", which is not in the vocabulary")
		case m.For == c.ID || m.Test == "":
			out = append(out, "mistaken for "+string(m.For)+" without a test, or for itself")
		case err == nil && !slices.ContainsFunc(other.Mistaken, func(x causes.Mistake) bool { return x.For == c.ID }):
			out = append(out, "is mistaken for "+string(m.For)+", which does not list it")
		}
	}
	for _, id := range c.Explains {
		if !causes.Known(id) || id == c.ID {
			out = append(out, "explains "+string(id)+", which is not in the vocabulary, or itself")
		}
	}
	return out
}

// prose is all that a person reads of a cause.
func prose(c *causes.Cause) []string {
	out := append([]string{c.Title, c.Meaning}, c.WillNotHelp...)
	for _, m := range c.Mistaken {
		out = append(out, m.Test)
	}
	for _, f := range c.Fixes {
		out = append(out, f.Plain, f.Price)
	}
	return out
}

// TestEveryCauseThatIsNotFoundYetHasAPageInTheSameStyle holds what knowledge/errors
// says of such causes to the rules of the others.
func TestEveryCauseThatIsNotFoundYetHasAPageInTheSameStyle(t *testing.T) {
	t.Parallel()
	for _, id := range causes.Vocabulary() {
		p, has := errors.PageOf(id)
		if _, err := causes.Get(id); err == nil {
			if has {
				t.Errorf("%s: has a file of its own, and a page in knowledge/errors as well", id)
			}
			continue
		}
		w, ok := errors.WordsOf(id)
		if !has || !ok {
			t.Errorf("%s: no page", id)
			continue
		}
		sound, err := causes.Get("version.client-too-old")
		if err != nil {
			t.Fatal(err)
		}
		c := *sound // for what only a cause with a file has
		c.Title, c.Meaning, c.Fixes, c.WillNotHelp, c.References, c.Mistaken, c.Explains = w.Title, p.Meaning, slices.Clone(p.Fixes), p.WillNotHelp, p.References, sound.Mistaken, nil
		for i := range c.Fixes {
			c.Fixes[i].Kind = parley.OfferVersions
		}
		for _, problem := range problems(&c) {
			t.Errorf("%s: %s", id, problem)
		}
	}
}

// TestStyleIsSeenToFail breaks one rule at a time.
func TestStyleIsSeenToFail(t *testing.T) {
	t.Parallel()
	sound, err := causes.Get("version.client-too-old")
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(c *causes.Cause){
		"not family.cause":          func(c *causes.Cause) { c.ID = "Version" },
		"longer than 60":            func(c *causes.Cause) { c.Title = strings.Repeat("a ", 31) },
		"capital letter":            func(c *causes.Cause) { c.Title = "The client" },
		"with a full stop":          func(c *causes.Cause) { c.Title = "the client." },
		"gives advice":              func(c *causes.Cause) { c.Title = "the server must be upgraded" },
		"no meaning":                func(c *causes.Cause) { c.Meaning = "" },
		"no phase":                  func(c *causes.Cause) { c.Phase = parley.PhaseUnknown },
		"no best":                   func(c *causes.Cause) { c.Best = parley.NotCertain },
		"no fix":                    func(c *causes.Cause) { c.Fixes = nil },
		"no folk advice":            func(c *causes.Cause) { c.WillNotHelp = nil },
		"no reference":              func(c *causes.Cause) { c.References = nil },
		"no cause that":             func(c *causes.Cause) { c.Mistaken = nil },
		"\"curve\" in":              func(c *causes.Cause) { c.Meaning = "A curve." },
		"\"just\" in":               func(c *causes.Cause) { c.Fixes = []parley.Intent{{Plain: "just upgrade"}} },
		"is not of the form":        func(c *causes.Cause) { c.References = []string{"RFC 8446 4.2.1"} },
		"which is not in the voca":  func(c *causes.Cause) { c.Mistaken = []causes.Mistake{{For: "version.nope", Test: "x"}} },
		"which does not list it":    func(c *causes.Cause) { c.Mistaken = []causes.Mistake{{For: "dh.too-small", Test: "x"}} },
		"has no kind, side":         func(c *causes.Cause) { c.Fixes = []parley.Intent{{Plain: "x"}} },
		"explains version.nope":     func(c *causes.Cause) { c.Explains = []parley.CauseID{"version.nope"} },
		"does not end with a full ": func(c *causes.Cause) { c.Meaning = "no stop" },
	} {
		c := *sound
		spoil(&c)
		if got := strings.Join(problems(&c), "; "); !strings.Contains(got, name) {
			t.Errorf("%s is not found: %s", name, got)
		}
	}
}

func TestAFileIsNamedForItsCause(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		file := strings.NewReplacer(".", "_", "-", "_").Replace(string(c.ID)) + ".go"
		text, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if !regexp.MustCompile(`&Cause\{\s*ID:\s*"` + regexp.QuoteMeta(string(c.ID)) + `"`).Match(text) {
			t.Errorf("%s does not hold the cause %s", file, c.ID)
		}
	}
}

func TestWhatACauseExplainsDoesNotExplainIt(t *testing.T) {
	t.Parallel()
	var visit func(id parley.CauseID, way []parley.CauseID)
	visit = func(id parley.CauseID, way []parley.CauseID) {
		if slices.Contains(way, id) {
			t.Errorf("a circle of explanations: %v", append(way, id))
			return
		}
		if c, err := causes.Get(id); err == nil {
			for _, next := range c.Explains {
				visit(next, append(slices.Clone(way), id))
			}
		}
	}
	for _, c := range causes.All() {
		visit(c.ID, nil)
	}
}

func TestTheVocabularyIsSortedAndHoldsEveryCause(t *testing.T) {
	t.Parallel()
	v := causes.Vocabulary()
	if !slices.IsSorted(v) || len(slices.Compact(slices.Clone(v))) != len(v) {
		t.Error("the vocabulary is not sorted, or has an id twice")
	}
	for _, c := range causes.All() {
		if !causes.Known(c.ID) {
			t.Errorf("%s is not in causes/vocabulary.go", c.ID)
		}
	}
}

// TestEveryIDInTheCodeIsInTheVocabulary reads the string literals of the
// package that look like an id of a family that exists.
func TestEveryIDInTheCodeIsInTheVocabulary(t *testing.T) {
	t.Parallel()
	families := map[string]bool{}
	for _, id := range causes.Vocabulary() {
		family, _, _ := strings.Cut(string(id), ".")
		families[family] = true
	}
	id := regexp.MustCompile(`^([a-z]+)\.[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := 0
	for _, dir := range []string{".", "../diagnose", "../report", "../check", "../lab"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				s, _ := strconv.Unquote(lit.Value)
				if m := id.FindStringSubmatch(s); m != nil && families[m[1]] && !strings.HasSuffix(s, ".example") {
					seen++
					if !causes.Known(parley.CauseID(s)) {
						t.Errorf("%s: %q is not in causes/vocabulary.go", dir, s)
					}
				}
				return true
			})
		}
	}
	if seen < 100 {
		t.Errorf("saw %d ids, want more than 100", seen)
	}
}
