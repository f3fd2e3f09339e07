package report_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	_ "github.com/parley-tls/parley/internal/property"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/report"
)

// prose draws sentences of words as long as the longest names of TLS.
func prose(most int) *rapid.Generator[string] {
	word := rapid.StringMatching(`[a-zA-Z0-9_.:/-]{1,45}|[äöü→…]{1,9}|\x1b\[2J|TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256`)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(word, 0, most).Draw(t, "words"), " ")
	})
}

func id(t *rapid.T) parley.CauseID {
	return parley.CauseID(rapid.StringMatching(`[a-z]{2,10}\.[a-z-]{3,40}`).Draw(t, "cause"))
}

func finding(t *rapid.T, e *parley.Evidence, deep bool) parley.Finding {
	f := parley.Finding{
		Cause: id(t), Side: rapid.SampledFrom([]parley.Side{parley.SideUnknown, parley.ClientSide, parley.ServerSide, parley.BothSides}).Draw(t, "side"),
		Phase: parley.PhaseHello, Certainty: rapid.SampledFrom([]parley.Certainty{parley.Inferred, parley.Seen, parley.Proved}).Draw(t, "certainty"),
		WouldTell: rapid.SliceOfN(prose(15), 0, 5).Draw(t, "would tell"), WillNotHelp: rapid.SliceOfN(prose(30), 0, 9).Draw(t, "will not help"),
	}
	for range rapid.IntRange(0, 9).Draw(t, "reasons") {
		f.Because = append(f.Because, parley.Reason{Text: prose(40).Draw(t, "because")})
	}
	for range rapid.IntRange(0, 8).Draw(t, "intents") {
		f.Intents = append(f.Intents, parley.Intent{
			Side: parley.ServerSide, Grade: rapid.SampledFrom([]parley.Grade{parley.GradeUnknown, parley.Best, parley.Bridge, parley.Last}).Draw(t, "grade"),
			Kind: parley.AcceptVersions, Plain: prose(40).Draw(t, "plain"), Price: prose(10).Draw(t, "price"),
		})
	}
	for range rapid.IntRange(0, 4).Draw(t, "not excluded") {
		f.NotExcluded = append(f.NotExcluded, id(t))
	}
	if deep {
		f.Symptoms = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) parley.Finding { return finding(t, e, false) }), 0, 5).Draw(t, "symptoms")
	}
	if len(e.Order) > 1 && rapid.Bool().Draw(t, "pair") {
		f.Pair = &parley.Pair{Fails: e.Order[0], Works: e.Order[1], FailsAs: [2]int{2, 2}, WorksAs: [2]int{2, 2}}
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			f.Pair.Changed = append(f.Pair.Changed, parley.AddSuite(iana.Suite(rapid.Uint16().Draw(t, "suite"))))
		}
		f.Pair.Without = e.Order
	}
	if len(e.Order) > 0 {
		f.Shows = rapid.SampledFrom(e.Order).Draw(t, "shows")
	}
	f.Members = rapid.SliceOfN(rapid.Just(parley.ClientID("openssl-1.1.1")), 0, 12).Draw(t, "members")
	return f
}

// check draws any answer.
func check(t *rapid.T) *report.Check {
	c := samples[rapid.SampledFrom([]string{"client-pinned", "two-problems", "plain-port", "timeout", "nothing-known", "healthy", "no-overlap"}).Draw(t, "sample")]()
	e := c.Evidence
	if e == nil {
		e = &parley.Evidence{}
	}
	c.Findings = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) parley.Finding { return finding(t, e, true) }), 0, 4).Draw(t, "findings")
	c.Causes = map[parley.CauseID]report.Cause{}
	for _, f := range c.Findings {
		c.Causes[f.Cause] = report.Cause{Title: rapid.StringMatching(`[a-z ]{0,60}`).Draw(t, "title")}
	}
	c.Target.Host = rapid.StringMatching(`[a-z0-9.-]{1,63}(\.[a-z]{1,63}){0,2}`).Draw(t, "host")
	c.Target.Name = rapid.SampledFrom([]string{"", c.Target.Host, "other.example"}).Draw(t, "name")
	c.Notes = rapid.SliceOfN(prose(40), 0, 9).Draw(t, "notes")
	c.Why = prose(60).Draw(t, "why")
	for range rapid.IntRange(0, 6).Draw(t, "addresses") {
		s := parley.Server{Accepts: map[iana.Version]parley.Column{
			iana.TLS12: {Accepted: parley.Fact{Is: parley.No, Why: prose(9).Draw(t, "why refused")}},
		}}
		c.Addresses = append(c.Addresses, report.Address{Scope: parley.Scope{Addr: addr}, Server: s, Note: prose(20).Draw(t, "note")})
	}
	if c.Client != nil {
		c.Client.Notes = []parley.Note{{About: parley.AxisSuite, Text: prose(30).Draw(t, "client note")}}
	}
	return c
}

func TestAScreenFitsIntoEightyColumnsAndTwentyFiveLines(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		o := report.Options{Unicode: rapid.Bool().Draw(t, "unicode")}
		if err := report.Human(&b, check(t), o); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		if len(lines) > 25 {
			t.Errorf("%d lines:\n%s", len(lines), b.String())
		}
		for _, l := range lines {
			if n := utf8.RuneCountInString(l); n > 80 {
				t.Errorf("%d columns: %s", n, l)
			}
			if strings.ContainsFunc(l, func(r rune) bool { return r < ' ' || r == 0x7f || !o.Unicode && r > '~' }) {
				t.Errorf("a control character, or one that is not ASCII: %q", l)
			}
		}
	})
}

func TestPlainIsASCIIWithOneFactALine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		if err := report.Human(&b, check(t), report.Options{Plain: true, Unicode: true}); err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(b.String()) {
			key, value, ok := strings.Cut(strings.TrimSuffix(l, "\n"), ": ")
			if !ok || key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz-") != "" || value == "" {
				t.Errorf("%q is not key: value", l)
			}
			if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("%q is not ASCII", l)
			}
		}
	})
}
