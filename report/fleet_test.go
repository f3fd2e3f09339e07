package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/report"
)

// fleet are the targets of the tests: two with a cause, three with a weakness, one
// silent, one that answers.
func fleet() []*report.Ledger {
	answer := func(state report.State, why string) report.Row {
		return report.Row{Set: "answers", Rule: "answer", Title: "what the endpoint answers", State: state, Address: "192.0.2.7:443", Why: why}
	}
	rc4 := report.Row{Set: "weaknesses", Rule: "weakness.rc4", Title: "RC4", State: report.StateFail, Severity: "medium", Why: "RC4 under 1.2", Fix: "turn off the suites with RC4", Clause: "CVE-2013-2566"}
	cause := report.Row{Set: "causes", Rule: "version.client-pinned", Title: "the client offers no version that the server accepts", State: report.StateFail, Why: "proved"}
	ends := report.Row{Set: "certificates", Rule: "certificate.ends", Title: "the certificate ends within 7 days", State: report.StateInfo, Why: "on Friday"}
	return []*report.Ledger{
		{Target: "b.example:443", Verdict: parley.VerdictProblem, Rows: []report.Row{answer(report.StateInfo, "accepts 1.0"), cause, rc4, rc4}},
		{Target: "a.example:443", Verdict: parley.VerdictProblem, Rows: []report.Row{answer(report.StateInfo, "accepts 1.0"), cause, rc4}},
		{Target: "c.example:443", Verdict: parley.VerdictOK, Rows: []report.Row{answer(report.StateInfo, "accepts 1.2, 1.3"), rc4, ends}},
		{Target: "d.example:443", Verdict: parley.VerdictUnknown, Rows: []report.Row{answer(report.StateUnknown, "says nothing to the hello")}},
		{Target: "<script>alert(1)</script>", Verdict: parley.VerdictOK, Rows: []report.Row{answer(report.StateInfo, "=cmd|' /C calc'!A0\x1b[31m accepts 1.3")}},
	}
}

func written(t testing.TB, format string, targets []*report.Ledger) string {
	t.Helper()
	var b bytes.Buffer
	f := report.NewFleet(format, &b)
	for _, l := range targets {
		if err := f.Add(l); err != nil {
			t.Fatal(err)
		}
	}
	end := &report.FleetEnd{Tool: "1.0", Again: "parley scan -f hosts.txt", Exit: 1, Day: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	if err := f.End(end); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAFormatOfManyTargetsIsReadByWhatReadsIt(t *testing.T) {
	t.Parallel()
	schema := sarifSchema(t)
	for _, targets := range [][]*report.Ledger{fleet(), nil} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, "sarif", targets)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("SARIF: %v", err)
		}
		var suites struct {
			Suites []struct {
				Name                     string `xml:"name,attr"`
				Tests, Failures, Skipped int
				Cases                    []struct {
					Class string `xml:"classname,attr"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal([]byte(written(t, "junit", targets)), &suites); err != nil || len(suites.Suites) != len(targets) {
			t.Errorf("JUnit: %d suites, want %d: %v", len(suites.Suites), len(targets), err)
		}
		lines, err := csv.NewReader(strings.NewReader(written(t, "csv", targets))).ReadAll()
		rows := 1
		for _, l := range targets {
			rows += len(l.Rows)
		}
		if err != nil || len(lines) != rows || lines[0][0] != "target" {
			t.Errorf("CSV: %d lines, want %d: %v", len(lines), rows, err)
		}
	}
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
			}
		}
	}
	if err := json.Unmarshal([]byte(written(t, "sarif", fleet())), &log); err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Runs[0].Results {
		if log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("result of %s points to the rule %s", r.RuleID, log.Runs[0].Tool.Driver.Rules[r.RuleIndex].ID)
		}
	}
}

func TestAPageOfManyTargetsTellsWhatIsAlikeFirst(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"html", "md"} {
		page := written(t, format, fleet())
		at := -1
		for _, want := range []string{
			"5 targets: 2 answered, 2 with a problem, 1 could not be told", "What stops clients", "2, 40 %", "What is weak", "3, 60 %", "turn off the suites with RC4",
			"Certificates that end", "within 7 days", "What could not be told", "says nothing to the hello", "What the endpoints accept", "accepts 1.0", "parley scan -f hosts.txt",
		} {
			i := strings.Index(page[at+1:], want)
			if i < 0 {
				t.Fatalf("%s: %q is missing, or stands too early:\n%s", format, want, page)
			}
			at += 1 + i
		}
		if i, j := strings.Index(page, "a.example"), strings.Index(page, "b.example"); i < 0 || i > j {
			t.Errorf("%s: the targets of a group are not in order", format)
		}
		if strings.Contains(page, "<script") || strings.Contains(page, "\x1b") {
			t.Errorf("%s repeats what a peer sent as it came", format)
		}
	}
	if m := regexp.MustCompile(`(?i)\s(src|href)=|@import|url\(`).FindString(written(t, "html", fleet())); m != "" {
		t.Errorf("the page needs something else: %q", m)
	}
	if !strings.HasPrefix(written(t, "html", nil), "<!DOCTYPE html>") || !strings.Contains(written(t, "md", nil), "0 targets") {
		t.Error("a page of nothing")
	}
	if report.NewFleet("human", io.Discard) != nil {
		t.Error("there is a format called human")
	}
}

func TestAFormatOfManyTargetsKeepsLittleOfEach(t *testing.T) {
	for _, format := range []string{"csv", "junit", "sarif", "md", "html"} {
		const targets = 20_000
		f := report.NewFleet(format, io.Discard)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range targets {
			l := fleet()[i%3]
			l.Target = fmt.Sprintf("host-%d.example:443", i)
			if i%2 == 0 {
				l.Rows[0].Why = fmt.Sprintf("closes after %d bytes", i) // more kinds than a page has
			}
			if err := f.Add(l); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / targets; each > 200 {
			t.Errorf("%s keeps %d bytes of a target", format, each)
		}
		if err := f.End(&report.FleetEnd{}); err != nil {
			t.Fatal(err)
		}
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestAFormatOfManyTargetsTellsThatItCouldNotBeWritten(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"csv", "junit", "sarif", "md", "html"} {
		f := report.NewFleet(format, full{})
		var err error
		for _, l := range fleet() {
			err = errors.Join(err, f.Add(l))
		}
		if err = errors.Join(err, f.End(&report.FleetEnd{})); err == nil {
			t.Errorf("%s: no error", format)
		}
	}
}
