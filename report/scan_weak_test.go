package report_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/report"
)

// weakScan is a scan of an old server and one of today, with what is weak at each.
func weakScan(depth string, failOn weaknesses.Severity) *report.Scan {
	s := scanOf([]iana.Suite{0xc02f, 0x000a, 0x0005, 0x0003}, iana.SSL3, iana.TLS10)
	s.Depth, s.FailOn = depth, failOn
	s.Again = "parley scan shop.example"
	old := &s.Endpoints[1].Server
	old.SSL2 = parley.Listed[iana.SSL2Suite](0x010080, 0x020080)
	old.Accepts[iana.SSL2] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}}
	good := []weaknesses.Leaf{{Name: "shop.example", Key: iana.KeyRSA, Bits: 2048, Digest: "SHA-256"}}
	s.Endpoints[0].Findings = weaknesses.Find(&s.Endpoints[0].Server, weaknesses.Beside{Leaves: good})
	s.Endpoints[1].Findings = weaknesses.Find(old, weaknesses.Beside{Leaves: good})
	s.Software = []report.Software{{Name: "nginx", Side: parley.ServerSide, Knobs: []parley.Knob{
		{Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "ssl_protocols TLSv1.2 TLSv1.3;"},
		{Intent: parley.LimitSuites, Grade: parley.Best, Text: "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;"},
	}}}
	if failOn != weaknesses.SeverityUnknown {
		s.Exit = 1
		s.Policies = []report.Held{{Policy: &policies.Policy{Name: "ours", Title: "ours"}, Met: parley.No, Demands: []report.HeldDemand{
			{
				Demand: &policies.Demand{ID: "versions", Clause: "Section 3", Check: policies.Check{Kind: policies.VersionsRefused, Versions: []iana.Version{iana.TLS10}}},
				Met:    parley.No, Why: "1.0 accepted at 192.0.2.8:443",
				At: []report.HeldAt{{Scope: s.Endpoints[0].Server.Scope, Met: parley.Yes}, {Scope: old.Scope, Met: parley.No, Why: "1.0 accepted", Against: []string{"1.0"}}},
			},
			{Demand: &policies.Demand{ID: "suites", Check: policies.Check{Kind: policies.SuitesRefused, Classes: []policies.Class{"rc4"}}}, Met: parley.Unknown, Why: "not all were asked for"},
		}}}
	}
	return s
}

var weakScans = map[string]func() *report.Scan{
	"scan-weak":      func() *report.Scan { return weakScan("suites", weaknesses.SeverityUnknown) },
	"scan-weak-fail": func() *report.Scan { return weakScan("full", weaknesses.Medium) },
	"scan-sound": func() *report.Scan {
		s := weakScan("full", weaknesses.SeverityUnknown)
		s.Endpoints = s.Endpoints[:1]
		for i := range s.Endpoints[0].Findings {
			s.Endpoints[0].Findings[i].Is = parley.No
		}
		return s
	},
}

func TestTheScreenOfWhatIsWeak(t *testing.T) {
	t.Parallel()
	for name, make := range weakScans {
		for form, o := range map[string]report.Options{"screen": {}, "verbose": {Verbose: true}, "plain": {Plain: true}} {
			var b bytes.Buffer
			if err := report.ScanHuman(&b, make(), o); err != nil {
				t.Fatal(err)
			}
			text := b.Bytes()
			if form == "plain" {
				text = nil
				for l := range strings.Lines(b.String()) {
					if slices.ContainsFunc([]string{"verdict", "weak", "policy", "demand", "found"}, func(p string) bool { return strings.HasPrefix(l, p) }) {
						text = append(text, l...)
					}
				}
			}
			golden.Assert(t, "testdata/"+name+"."+form, text)
			lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
			if form == "screen" && len(lines) > 40 {
				t.Errorf("%s: %d lines, at most 40 are allowed", name, len(lines))
			}
			for _, l := range lines {
				if form != "plain" && utf8.RuneCountInString(l) > 80 {
					t.Errorf("%s: longer than 80 columns: %s", name, l)
				}
			}
		}
	}
}

func TestTheJSONOfWhatIsWeakKeepsTheContract(t *testing.T) {
	t.Parallel()
	schema := published(t, "scan.json")
	for name, make := range weakScans {
		s := make()
		s.Endpoints[0].Cut = "timeout"
		var b bytes.Buffer
		if err := report.ScanJSON(&b, s); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
		var doc struct {
			Addresses []struct {
				Findings []any    `json:"findings"`
				Unknown  []any    `json:"findings_unknown"`
				Excluded []string `json:"findings_excluded"`
			} `json:"addresses"`
		}
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		text, err := json.MarshalIndent(doc, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden.Assert(t, "testdata/"+name+".json", append(text, '\n'))
		for _, a := range doc.Addresses {
			if n := len(a.Findings) + len(a.Unknown) + len(a.Excluded); n != len(weaknesses.All()) {
				t.Errorf("%s: %d weaknesses are told of, there are %d", name, n, len(weaknesses.All()))
			}
		}
	}
}

func TestWhatIsWeakInTheFormatsOfOtherPrograms(t *testing.T) {
	t.Parallel()
	schema := sarifSchema(t)
	for name, make := range weakScans {
		for format, write := range report.Formats {
			l := make().Ledger()
			var b bytes.Buffer
			if err := write(&b, l); err != nil {
				t.Fatal(err)
			}
			golden.Assert(t, "testdata/"+name+"."+format, b.Bytes())
			wellFormed(t, schema, format, b.Bytes(), l)
		}
	}
}

// TestAVerdictHangsOnWhatIsAtOrAboveTheSeverity holds which rows fail a build.
func TestAVerdictHangsOnWhatIsAtOrAboveTheSeverity(t *testing.T) {
	t.Parallel()
	for failOn, want := range map[weaknesses.Severity][]string{
		weaknesses.SeverityUnknown: nil, weaknesses.High: {"high"}, weaknesses.Medium: {"high", "medium"}, weaknesses.Info: {"high", "medium", "low", "info"},
	} {
		var got []string
		for _, r := range weakScan("full", failOn).Ledger().Rows {
			if r.Severity != "" && !r.Advice && !slices.Contains(got, r.Severity) {
				got = append(got, r.Severity)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("--fail-on %s: the verdict hangs on %v, want %v", failOn, got, want)
		}
	}
}

func TestTheHeadlineOfAScanIsNotOKWhereWhatStandsBelowIsNot(t *testing.T) {
	t.Parallel()
	find := func(id string, is parley.Truth) func(*report.Scan) {
		return func(s *report.Scan) {
			for i := range s.Endpoints[0].Findings {
				if f := &s.Endpoints[0].Findings[i]; f.ID == id {
					f.Is = is
				}
			}
		}
	}
	shows := func(r certificates.Report) func(*report.Scan) {
		return func(s *report.Scan) { s.Endpoints[0].Certificates = []certificates.Report{r} }
	}
	revoked := certificates.Report{Revocation: []certificates.Status{{Kind: certificates.Staple, About: "shop.example", Is: pkix.Revoked}}}
	odd := certificates.Report{Lints: []certificates.Lint{{ID: "validity", Text: "it is valid for 400 days", Clause: "6.3.2"}}}
	met := func(s *report.Scan) {
		s.Policies = []report.Held{{Policy: &policies.Policy{Name: "ours", Title: "ours"}, Met: parley.Yes}}
	}
	both := func(all ...func(*report.Scan)) func(*report.Scan) {
		return func(s *report.Scan) {
			for _, f := range all {
				f(s)
			}
		}
	}
	for name, tt := range map[string]struct {
		change func(*report.Scan)
		want   string
	}{
		"nothing":                           {func(*report.Scan) {}, "ok"},
		"weak to the severity info":         {find("weakness.lucky13", parley.Yes), "ok"},
		"weak to the severity low":          {find("weakness.outdated-version", parley.Yes), "weak"},
		"not told":                          {find("weakness.rc4", parley.Unknown), "part"},
		"an address that was not learned":   {func(s *report.Scan) { s.Endpoints = append(s.Endpoints, report.Endpoint{}) }, "part"},
		"a scan that was cut":               {func(s *report.Scan) { s.Endpoints[0].Cut = "timeout" }, "part"},
		"a revoked certificate":             {shows(revoked), "problem"},
		"what a CA may not issue":           {shows(odd), "problem"},
		"the worst of several":              {both(shows(revoked), find("weakness.rc4", parley.Unknown), find("weakness.drown", parley.Yes)), "problem"},
		"a policy that is met":              {met, "ok"},
		"a policy, and something is weak":   {both(met, find("weakness.drown", parley.Yes)), "met"},
		"a policy, and what clients refuse": {both(met, shows(revoked)), "problem"},
	} {
		s := weakScans["scan-sound"]()
		tt.change(s)
		var screen, plain, doc bytes.Buffer
		for _, err := range []error{report.ScanHuman(&screen, s, report.Options{}), report.ScanHuman(&plain, s, report.Options{Plain: true}), report.ScanJSON(&doc, s)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		word, _, _ := strings.Cut(screen.String(), " ")
		if word != tt.want || !strings.Contains(plain.String(), "headline: "+tt.want+"\n") || !strings.Contains(doc.String(), `"headline": "`+tt.want+`"`) {
			t.Errorf("%s: the screen begins with %q, want %q\n%s", name, word, tt.want, plain.String()[:60])
		}
		if s.Ledger().Word != tt.want || !strings.Contains(doc.String(), `"verdict": "ok"`) {
			t.Errorf("%s: the page says %q, want %q", name, s.Ledger().Word, tt.want)
		}
		validate(t, published(t, "scan.json"), doc.Bytes())
	}
}
