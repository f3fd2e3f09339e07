package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/report"
)

// published compiles a schema of docs/schema.
func published(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	path := filepath.Join("..", "docs", "schema", name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return s
}

// testingT is what testing and rapid have in common.
type testingT interface {
	Helper()
	Errorf(string, ...any)
	Fatalf(string, ...any)
}

func validate(t testingT, s *jsonschema.Schema, text []byte) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%v in\n%s", err, text)
	}
}

func TestTheJSONOfEachAnswerKeepsTheContract(t *testing.T) {
	t.Parallel()
	schema := published(t, "check.json")
	for name, sample := range samples {
		var b bytes.Buffer
		if err := report.JSON(&b, sample()); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
		golden.Assert(t, "testdata/"+name+".json", b.Bytes())
	}
}

func TestAnyAnswerKeepsTheContract(t *testing.T) {
	t.Parallel()
	schema := published(t, "check.json")
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		if err := report.JSON(&b, check(t)); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
	})
}

func TestTheSchemaRefusesWhatTheContractDoesNotName(t *testing.T) {
	t.Parallel()
	schema := published(t, "check.json")
	for what, spoil := range map[string]func(map[string]any){
		"an unknown member":  func(d map[string]any) { d["colour"] = "red" },
		"a missing member":   func(d map[string]any) { delete(d, "verdict") },
		"another schema":     func(d map[string]any) { d["schema"] = "parley.check/2" },
		"an unknown verdict": func(d map[string]any) { d["verdict"] = "bad" },
		"an unknown cause member": func(d map[string]any) {
			d["causes"].([]any)[0].(map[string]any)["score"] = 0.7
		},
		"a certainty that is a number": func(d map[string]any) {
			d["causes"].([]any)[0].(map[string]any)["certainty"] = 0.7
		},
	} {
		var b bytes.Buffer
		if err := report.JSON(&b, clientPinned()); err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Fatalf("unspoiled: %v", err)
		}
		spoil(doc)
		if schema.Validate(doc) == nil {
			t.Errorf("a document with %s is valid", what)
		}
	}
}

// TestTheSchemaNamesEveryIntent fails when an intent is added and the schema is not told.
func TestTheSchemaNamesEveryIntent(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/schema/check.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range parley.Intents() {
		if !bytes.Contains(text, []byte(`"`+k.String()+`"`)) {
			t.Errorf("docs/schema/check.json does not name the intent %q: add it to the enum of \"intent\", also in explain.json", k)
		}
	}
}

// page is a cause with everything that a page shows.
var page = report.Cause{
	ID: "version.client-pinned", Title: "the client offers no version that the server accepts",
	Meaning: "The client could offer a version that the server accepts, and does not: a setting, a flag or an old default keeps it off.\n\nThe server is as it should be.",
	Best:    parley.Proved, Sides: []parley.Side{parley.ClientSide}, Phase: parley.PhaseHello,
	Told: []report.Told{
		{From: "version.client-too-old", By: "Its code has no version that the server accepts; the release tells."},
		{From: "version.server-too-old", By: "The server's highest version lies below 1.2."},
	},
	Intents: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferVersions, Plain: "offer 1.2 and 1.3"},
		{Side: parley.ServerSide, Grade: parley.Last, Kind: parley.AcceptVersions, Plain: "accept the old version", Price: "RFC 8996 forbids it"},
	},
	Software: []report.Software{{Name: "Java 7", Side: parley.ClientSide, Knobs: []parley.Knob{
		{Intent: parley.OfferVersions, Grade: parley.Best, Text: "-Dhttps.protocols=TLSv1.2", Price: "HttpsURLConnection only"},
	}}},
	WillNotHelp: []string{"importing the certificate", "-k"}, References: []string{"RFC 8446, Section 4.2.1", "RFC 8996"},
	Fault: "refuse-below-1.2",
}

func TestThePageOfACause(t *testing.T) {
	t.Parallel()
	for form, o := range map[string]report.Options{"page": {Unicode: true}, "plain": {Plain: true}} {
		var b bytes.Buffer
		if err := report.Explain(&b, page, o); err != nil {
			t.Fatal(err)
		}
		golden.Assert(t, "testdata/explain."+form, b.Bytes())
	}
	var b bytes.Buffer
	if err := report.ExplainJSON(&b, "0.1.0", page); err != nil {
		t.Fatal(err)
	}
	validate(t, published(t, "explain.json"), b.Bytes())
	golden.Assert(t, "testdata/explain.json", b.Bytes())
}

func TestTheTableOfATour(t *testing.T) {
	t.Parallel()
	tour := report.Tour{Tool: "0.1.0", Elapsed: 4200e6, Rows: []report.TourRow{
		{Fault: "accept-1.0-only", Cause: "version.server-too-old", Certainty: parley.Proved, Side: parley.ServerSide, Exit: 1, Connections: 9, Took: 210e6},
		{Fault: "never-answer", Cause: "server.no-answer", Certainty: parley.Seen, Exit: 3, Connections: 3, Took: 3500e6},
		{Fault: "speak-proxy-header", Cause: "proxy.proxy-protocol-mismatch", Certainty: parley.Inferred, Side: parley.BothSides, Exit: 1, Connections: 12, Took: 1e9},
		{Fault: "accept-only-rc4-which-no-client-of-today-has", Cause: "version.server-too-old", Certainty: parley.Seen, Side: parley.ServerSide, Exit: 1, Connections: 10, Took: 12e9},
		{Fault: "none", Connections: 8, Took: 90e6},
	}}
	for form, o := range map[string]report.Options{"table": {Unicode: true, Width: 120}, "narrow": {Unicode: true, Width: 80}, "plain": {Plain: true}} {
		var b bytes.Buffer
		if err := report.WriteTour(&b, &tour, o); err != nil {
			t.Fatal(err)
		}
		golden.Assert(t, "testdata/tour."+form, b.Bytes())
	}
	var b bytes.Buffer
	if err := report.TourJSON(&b, &tour); err != nil {
		t.Fatal(err)
	}
	validate(t, published(t, "tour.json"), b.Bytes())
	golden.Assert(t, "testdata/tour.json", b.Bytes())
}
