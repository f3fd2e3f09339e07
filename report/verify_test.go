package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"net/netip"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/report"
)

var shop = parley.Target{Text: "shop.example", Host: "shop.example", Port: 443, Name: "shop.example"}

// endpointAt is a server that accepts from lowest to 1.3.
func endpointAt(addr string, lowest iana.Version) report.Address {
	s := parley.Server{Scope: parley.Scope{Addr: netip.MustParseAddrPort(addr), Name: "shop.example"}, Accepts: map[iana.Version]parley.Column{}}
	for _, v := range parley.AllVersions {
		f := parley.Fact{Is: parley.No, Why: "refused by alert 70"}
		if v >= lowest {
			f = parley.Fact{Is: parley.Yes, From: []parley.Source{{Attempt: "a1"}}}
		}
		s.Accepts[v] = parley.Column{Accepted: f}
	}
	return report.Address{Scope: s.Scope, Server: s}
}

// held holds endpoints against a policy, as cmd/parley does.
func held(name string, ends ...report.Address) report.Held {
	p, err := policies.Get(name)
	if err != nil {
		panic(err)
	}
	h := report.Held{Policy: p, Met: parley.Yes, Demands: make([]report.HeldDemand, len(p.Demands))}
	for i := range p.Demands {
		d := report.HeldDemand{Demand: &p.Demands[i], Met: parley.Yes}
		for _, e := range ends {
			r := policies.Judge(p, &e.Server, nil)[i]
			d.At = append(d.At, report.HeldAt{Scope: e.Scope, Met: r.Met, Why: r.Why, Against: r.Against, From: r.From})
			if r.Met != parley.Yes {
				d.Met, d.Why = r.Met, r.Why
			}
		}
		if d.Met == parley.No {
			d.Fixes = []report.Fix{
				{Side: parley.ServerSide, Grade: parley.Best, Intent: parley.AcceptVersions, Software: "nginx", Text: "ssl_protocols TLSv1.2 TLSv1.3;", Price: "then nginx -s reload"},
				{Side: parley.ServerSide, Grade: parley.Best, Intent: parley.AcceptVersions, Software: "apache", Text: "SSLProtocol -all +TLSv1.2 +TLSv1.3"},
			}
			h.Met = parley.No
		}
		h.Demands[i] = d
	}
	return h
}

// verifications are answers of every kind.
var verifications = map[string]func() *report.Verification{
	"verify-not-met": func() *report.Verification {
		a, b := endpointAt("192.0.2.7:443", iana.TLS10), endpointAt("[2001:db8::7]:443", iana.TLS12)
		return &report.Verification{
			Tool: "0.1.0", Target: shop, Again: "parley verify shop.example --policy pci --as java7 --wait 1m30s", Verdict: parley.VerdictProblem, Exit: 1,
			Policies: []report.Held{held("pci", a, b)}, Addresses: []report.Address{a, b},
			Clients: []report.Connects{
				{Name: "java8", Met: parley.Yes},
				{Name: "java7", Met: parley.No, Cause: "version.client-pinned", Title: "the client offers no version that the server accepts", Check: "parley check shop.example --as java7"},
			},
			Looks: 3, Connections: 40, Elapsed: 91e9, Notes: []string{"this machine has no route for IPv6"},
		}
	},
	"verify-met": func() *report.Verification {
		a := endpointAt("192.0.2.7:443", iana.TLS12)
		return &report.Verification{
			Tool: "0.1.0", Target: shop, Again: "parley verify shop.example --policy ncsc", Verdict: parley.VerdictOK,
			Policies: []report.Held{held("ncsc", a)}, Addresses: []report.Address{a}, Looks: 1, Connections: 9, Elapsed: 3e8,
		}
	},
	"verify-unknown": func() *report.Verification {
		a := report.Address{Scope: parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.9:443")}, Note: "no answer to the SYN"}
		return &report.Verification{
			Tool: "0.1.0", Target: shop, Again: "parley verify shop.example --policy nist", Exit: 3,
			Policies: []report.Held{held("nist", a)}, Addresses: []report.Address{a},
			Clients: []report.Connects{{Met: parley.Unknown, Why: "no answer to the SYN"}}, Looks: 1, Connections: 2, Elapsed: 3e9,
		}
	},
}

func TestTheScreenOfAVerification(t *testing.T) {
	t.Parallel()
	for name, make := range verifications {
		for form, o := range map[string]report.Options{"screen": {Unicode: true}, "plain": {Plain: true}, "verbose": {Unicode: true, Verbose: true}} {
			var b bytes.Buffer
			if err := report.Verify(&b, make(), o); err != nil {
				t.Fatal(err)
			}
			golden.Assert(t, "testdata/"+name+"."+form, b.Bytes())
			lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
			if form == "screen" && len(lines) > 40 {
				t.Errorf("%s: %d lines, at most 40", name, len(lines))
			}
			for _, l := range lines {
				if form != "plain" && utf8.RuneCountInString(l) > 80 {
					t.Errorf("%s: %q is wider than 80 columns", name, l)
				}
			}
		}
	}
}

func TestTheScreenOfTheWorstServerIsShortEnough(t *testing.T) {
	t.Parallel()
	var ends []report.Address
	for _, addr := range []string{"192.0.2.1:443", "192.0.2.2:443", "192.0.2.3:443", "192.0.2.4:443"} {
		ends = append(ends, endpointAt(addr, iana.SSL2))
	}
	v := &report.Verification{Target: shop, Again: "parley verify shop.example", Verdict: parley.VerdictProblem, Addresses: ends}
	for _, n := range policies.Names() {
		v.Policies = append(v.Policies, held(n, ends...))
	}
	for _, width := range []int{40, 80} {
		var b bytes.Buffer
		if err := report.Verify(&b, v, report.Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
		if len(lines) > 40 || len(lines) < 30 {
			t.Errorf("%d lines, want at most 40, and as many as there is room for:\n%s", len(lines), b.String())
		}
	}
}

func TestTheJSONOfAVerificationKeepsTheContract(t *testing.T) {
	t.Parallel()
	schema := published(t, "verify.json")
	for name, make := range verifications {
		var b bytes.Buffer
		if err := report.VerifyJSON(&b, make()); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
		golden.Assert(t, "testdata/"+name+".json", b.Bytes())
		var doc map[string]any
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		for what, spoil := range map[string]func(map[string]any){
			"an unknown member": func(d map[string]any) { d["score"] = "A+" },
			"a missing member":  func(d map[string]any) { delete(d, "verdict") },
			"another schema":    func(d map[string]any) { d["schema"] = "parley.verify/2" },
			"a demand that is met by 0.7": func(d map[string]any) {
				d["policies"].([]any)[0].(map[string]any)["demands"].([]any)[0].(map[string]any)["met"] = 0.7
			},
		} {
			var spoiled map[string]any
			if err := json.Unmarshal(b.Bytes(), &spoiled); err != nil {
				t.Fatal(err)
			}
			spoil(spoiled)
			if schema.Validate(spoiled) == nil {
				t.Errorf("a document with %s is valid", what)
			}
		}
	}
}

// sarifSchema is that of OASIS, as the package @microsoft/jest-sarif has it.
func sarifSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("testdata/sarif-2.1.0-rtm.5.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheFormatsOfOtherProgramsAreValid(t *testing.T) {
	t.Parallel()
	schema := sarifSchema(t)
	for name, make := range verifications {
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

// wellFormed reads a document as the programs that it is for do.
func wellFormed(t testingT, schema *jsonschema.Schema, format string, text []byte, l *report.Ledger) {
	t.Helper()
	switch format {
	case "sarif":
		validate(t, schema, text)
		var doc struct {
			Runs []struct {
				Results []struct {
					Kind, Level string
				}
			}
		}
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatalf("%v", err)
		}
		if n := len(doc.Runs[0].Results); n != len(l.Rows) {
			t.Errorf("%d results, want %d", n, len(l.Rows))
		}
		for _, r := range doc.Runs[0].Results {
			if (r.Kind == "fail") == (r.Level == "none") { // SARIF 2.1.0, Section 3.27.10
				t.Errorf("a result of kind %s has the level %s", r.Kind, r.Level)
			}
		}
	case "junit":
		var doc struct {
			Tests, Failures, Errors, Skipped int `xml:",attr"`
			Suites                           []struct {
				Cases []struct {
					Failure, Error, Skipped *struct{}
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal([]byte(strings.NewReplacer("tests=", "Tests=", "failures=", "Failures=", "errors=", "Errors=", "skipped=", "Skipped=",
			"<failure", "<Failure", "</failure", "</Failure", "<error", "<Error", "</error", "</Error", "<skipped", "<Skipped", "</skipped", "</Skipped").Replace(string(text))), &doc); err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		var n, failures, errs, skipped int
		for _, s := range doc.Suites {
			for _, c := range s.Cases {
				n++
				if c.Failure != nil {
					failures++
				}
				if c.Error != nil {
					errs++
				}
				if c.Skipped != nil {
					skipped++
				}
			}
		}
		if n != len(l.Rows) || n != doc.Tests || failures != doc.Failures || errs != doc.Errors || skipped != doc.Skipped {
			t.Errorf("%d cases, %d failures, %d errors, %d skipped; the head says %+v, there are %d rows", n, failures, errs, skipped, doc, len(l.Rows))
		}
	case "csv":
		lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(lines) != len(l.Rows)+1 {
			t.Errorf("%d lines of CSV, want %d: %v", len(lines), len(l.Rows)+1, err)
		}
	case "html":
		for _, bad := range []string{"<script", "src=", "href=", "@import", "url("} {
			if bytes.Contains(text, []byte(bad)) {
				t.Errorf("the page has %q: it needs what is not in it", bad)
			}
		}
	case "md":
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "| ") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 6 {
				t.Errorf("a row of another number of columns: %s", line)
			}
		}
	}
}

// TestWhatAPeerSentStaysText lets a peer put anything into a row.
func TestWhatAPeerSentStaysText(t *testing.T) {
	t.Parallel()
	schema := sarifSchema(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"<script>alert(1)</script>", "]]>", "=cmd|'/c calc'!A1", "a|b\n| c |", "\x1b[2J", "\xff\x00", "`rm`"}))
		l := &report.Ledger{
			Tool: "0.1.0", Command: "verify", Target: "shop.example:443", Title: text.Draw(t, "title"), Again: "parley verify shop.example",
			Notes: []string{text.Draw(t, "note")},
			Rows: []report.Row{{
				Set: "set", Rule: "rule", Title: text.Draw(t, "demand"), Clause: text.Draw(t, "clause"), Why: text.Draw(t, "why"), Fix: text.Draw(t, "fix"),
				Address: "192.0.2.7:443", State: rapid.SampledFrom([]report.State{report.StateUnknown, report.StatePass, report.StateFail, report.StateInfo}).Draw(t, "state"),
				Advice:   rapid.Bool().Draw(t, "advice"),
				Severity: rapid.SampledFrom([]string{"", "info", "low", "medium", "high"}).Draw(t, "severity"),
			}},
		}
		for format, write := range report.Formats {
			var b bytes.Buffer
			if err := write(&b, l); err != nil {
				t.Fatal(err)
			}
			wellFormed(t, schema, format, b.Bytes(), l)
			if !utf8.Valid(b.Bytes()) || bytes.ContainsAny(b.Bytes(), "\x1b\x00") && format != "csv" {
				t.Errorf("%s: %q", format, b.String())
			}
		}
	})
}

// TestSchemasThatShareADefinitionAgreeOnIt fails when one is changed alone.
func TestSchemasThatShareADefinitionAgreeOnIt(t *testing.T) {
	t.Parallel()
	defs := func(name string) map[string]any {
		text, err := os.ReadFile("../docs/schema/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct {
			Defs map[string]any `json:"$defs"`
		}
		if err := json.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		return doc.Defs
	}
	mine := defs("verify.json")
	for name, def := range defs("check.json") {
		a, _ := json.Marshal(def)
		if b, _ := json.Marshal(mine[name]); mine[name] != nil && !bytes.Equal(a, b) {
			t.Errorf("docs/schema/verify.json has another %s than check.json: copy it", name)
		}
	}
	if len(mine) < 8 {
		t.Errorf("%d definitions, want 8 and more", len(mine))
	}
}
