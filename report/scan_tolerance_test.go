package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/report"
)

// oddScan is a scan of a server that takes every odd hello, but for those that
// does names.
func oddScan(does map[parley.OddityID]parley.Tolerance) *report.Scan {
	s := scanOf([]iana.Suite{0xc02f})
	s.Endpoints = s.Endpoints[:1]
	for _, o := range parley.Oddities {
		t := parley.Tolerance{Outcome: parley.Tolerates, Refusal: parley.RefusalWrong}
		if own, ok := does[o.ID]; ok {
			t = own
		}
		t.Oddity = o
		t.From = []parley.Source{{Attempt: "0123"}}
		s.Endpoints[0].Server.Tolerance = append(s.Endpoints[0].Server.Tolerance, t)
	}
	return s
}

func refusedBy(a iana.Alert) parley.Tolerance {
	return parley.Tolerance{Outcome: parley.Refuses, Refusal: parley.RefusalWrong, Answer: parley.Answer{End: parley.EndAlert, Alert: a}}
}

func TestAScreenSaysWhichOddHellosAreNotTaken(t *testing.T) {
	t.Parallel()
	may := refusedBy(50)
	may.Refusal = parley.RefusalAllowed
	all := len(parley.Oddities)
	for _, tt := range []struct {
		name  string
		does  map[parley.OddityID]parley.Tolerance
		lines []string
	}{
		{name: "all are", lines: []string{fmt.Sprintf("  takes    all %d odd hellos", all)}},
		{
			name: "one that may be refused is not", does: map[parley.OddityID]parley.Tolerance{"trailing-dot": may},
			lines: []string{fmt.Sprintf("  takes    %d of %d odd hellos; it may refuse the other", all-1, all)},
		},
		{
			name: "GREASE is not",
			does: map[parley.OddityID]parley.Tolerance{"grease-suite": refusedBy(50), "grease-key-share": refusedBy(50)},
			lines: []string{
				fmt.Sprintf("  takes    %d of %d odd hellos", all-2, all),
				"  refuses  values reserved for GREASE (suite, key share): alert 50",
				"           decode_error",
			},
		},
		{
			name: "silence, a violation and what is not clear",
			does: map[parley.OddityID]parley.Tolerance{
				"length-256-to-511":   {Outcome: parley.Refuses, Refusal: parley.RefusalWrong, Answer: parley.Answer{End: parley.EndSilence}},
				"only-unknown-suites": {Outcome: parley.Violates, Refusal: parley.RefusalDue, Why: "selects one"},
				"records-of-1":        {Why: "1 of 2 went through"},
			},
			lines: []string{
				fmt.Sprintf("  takes    %d of %d odd hellos", all-3, all),
				"  refuses  a hello of 256 to 511 bytes: no answer; sent by clients that do",
				"           not pad",
				"  breaks   nothing but cipher suites that stand in no registry: selects one",
				"  unclear  a hello in records of one byte: 1 of 2 went through",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := report.ScanHuman(&b, oddScan(tt.does), report.Options{}); err != nil {
				t.Fatal(err)
			}
			_, text, _ := strings.Cut(b.String(), "  takes  ")
			text, _, _ = strings.Cut("  takes  "+text, "\n\n")
			if d := cmp.Diff(tt.lines, strings.Split(text, "\n")); d != "" {
				t.Errorf("%s", d)
			}
		})
	}
}

func TestTheJSONOfOddHellosKeepsTheContract(t *testing.T) {
	t.Parallel()
	s := oddScan(map[parley.OddityID]parley.Tolerance{"grease-suite": refusedBy(50), "retry": {Why: "the server does not accept 1.3"}})
	var b bytes.Buffer
	if err := report.ScanJSON(&b, s); err != nil {
		t.Fatal(err)
	}
	validate(t, published(t, "scan.json"), b.Bytes())
	for _, want := range []string{`"id": "grease-suite"`, `"answer": "alert 50 decode_error"`, `"grease-suite": "no"`, `"retry": "unknown"`, `"grease-version": "yes"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s", want)
		}
	}
	b.Reset()
	if err := report.ScanHuman(&b, s, report.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	all := len(parley.Oddities)
	if want := fmt.Sprintf("tolerates: %d of %d\ntolerance-unknown: retry: the server does not accept 1.3\nrefuses: grease-suite: alert 50 decode_error\n", all-2, all); !strings.Contains(b.String(), want) {
		t.Errorf("no %q in\n%s", want, b.String())
	}
}
