package pairs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// predicted says Negotiate's outcome in the words of a record.
func predicted(t *testing.T, r *Record) (Outcome, parley.Outcome) {
	t.Helper()
	c, err := r.ClientTerms()
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.ServerTerms()
	if err != nil {
		t.Fatal(err)
	}
	out := parley.Negotiate(c, s)
	o := Outcome{Completes: out.Completes == parley.Yes, Retry: out.Retry, DHBits: out.DHBits}
	if out.Completes == parley.Unknown {
		t.Errorf("%v: %v: outcome unknown: %+v", r.Server.key(), r.Client, out)
	}
	if out.Version != 0 {
		o.Version = out.Version.String()
	}
	if out.Suite != 0 {
		o.Suite = out.Suite.String()
	}
	if out.Group != 0 {
		o.Group = out.Group.String()
	}
	if out.Scheme != 0 {
		o.Scheme = out.Scheme.String()
	}
	if out.Certificate != 0 {
		o.Certificate = out.Certificate.String()
	}
	if out.Refuses != parley.SideUnknown {
		o.Refuses = out.Refuses.String()
	}
	return o, out
}

// differences compares a prediction with what was measured: of one that
// completes all that was selected, of a refusal who refuses and the alert.
func differences(r *Record, o Outcome, out parley.Outcome) (all []string) {
	m := r.Outcome
	add := func(what string, got, want any) {
		if got != want {
			all = append(all, fmt.Sprintf("%s: predicted %v, measured %v", what, got, want))
		}
	}
	add("completes", o.Completes, m.Completes)
	if o.Completes != m.Completes {
		return all
	}
	if !m.Completes {
		add("refuses", o.Refuses, m.Refuses)
		who := string(r.Server.Stack)
		if m.Refuses == "client" {
			who = r.Client.Stack
		}
		if a, err := iana.ParseAlert(m.Alert); m.Alert != "" && (err != nil || !slices.Contains(out.Alerts[who], a)) {
			add("alert", fmt.Sprint(out.Alerts[who]), m.Alert)
		}
		return all
	}
	add("version", o.Version, m.Version)
	add("suite", o.Suite, m.Suite)
	add("group", o.Group, m.Group)
	add("retry", o.Retry, m.Retry)
	if m.Scheme != "" {
		add("scheme", o.Scheme, m.Scheme)
	}
	if m.Certificate != "" {
		add("certificate", o.Certificate, m.Certificate)
	}
	return all
}

func TestNegotiatePredictsTheRecordedPairs(t *testing.T) {
	records, err := Records(".")
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, r := range records {
		o, out := predicted(t, &r)
		if d := differences(&r, o, out); len(d) > 0 {
			wrong++
			t.Errorf("%s: %s\n\t%s", short(r.Server), strings.Join(append([]string{r.Client.Stack}, r.Client.Options...), " "), strings.Join(d, "\n\t"))
		}
	}
	t.Logf("%d of %d pairs predicted", len(records)-wrong, len(records))
}

// TestThePairsCoverWhatCanGoWrong holds the table to its size: 200 pairs, 40 a
// server stack, half of them refused, for ten reasons.
func TestThePairsCoverWhatCanGoWrong(t *testing.T) {
	records, err := Records(".")
	if err != nil {
		t.Fatal(err)
	}
	stacks, reasons, refused := map[string]int{}, map[string]int{}, 0
	for _, r := range records {
		stacks[string(r.Server.Stack)]++
		if r.Outcome.Completes {
			continue
		}
		refused++
		_, out := predicted(t, &r)
		if len(out.Blocks) > 0 {
			b := out.Blocks[0]
			reasons[fmt.Sprintf("%v refuses at %v, %v", b.Side, b.Axis, b.Phase)]++
		}
	}
	for _, s := range []string{"openssl", "gnutls", "go", "java", "nss"} {
		if stacks[s] < 40 {
			t.Errorf("%d pairs with a server of %s, want 40", stacks[s], s)
		}
	}
	if len(records) < 200 || 2*refused < len(records) || len(reasons) < 10 {
		t.Errorf("%d pairs, %d refused, reasons %v: want 200, half, ten", len(records), refused, reasons)
	}
	t.Logf("%d pairs, %d refused, %v", len(records), refused, reasons)
}

// short names a server by what its configuration sets.
func short(s ServerSpec) string {
	var set []string
	for _, part := range strings.Split(fmt.Sprintf("%+v", s.Config), " ") {
		if !strings.HasSuffix(part, ":") && !strings.HasSuffix(part, ":[]") && !strings.HasSuffix(part, ":false") && !strings.HasSuffix(part, ":0") {
			set = append(set, part)
		}
	}
	return string(s.Stack) + " " + strings.Join(set, " ")
}
