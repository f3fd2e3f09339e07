package diagnose_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/transcript"
)

// evidence reads a transcript whose clients are those of knowledge/clients.
func evidence(t testing.TB, text string) *parley.Evidence {
	t.Helper()
	d, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	e, err := d.EvidenceOf(clients.Get)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// told writes the findings of a result with what they explain away.
func told(r diagnose.Result) string {
	var out []string
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s, side %s, %s", f.Cause, f.Side, f.Certainty))
	}
	if len(out) == 0 {
		return r.Verdict.String()
	}
	return strings.Join(out, "; ")
}

// TestCases holds every cause to its cases: it is the answer, on the side and
// with the certainty that the case says, and nothing else is; or another cause
// is the answer in its place.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		for _, k := range c.Cases {
			t.Run(name(c, k), func(t *testing.T) {
				t.Parallel()
				res := diagnose.Step(evidence(t, k.Transcript))
				switch {
				case k.Fires != parley.NotCertain:
					want := fmt.Sprintf("%s, side %s, %s", c.ID, k.Side, k.Fires)
					if got := told(res); got != want {
						t.Errorf("got  %s\nwant %s", got, want)
					}
				case k.Instead != "":
					if len(res.Findings) != 1 || res.Findings[0].Cause != k.Instead {
						t.Errorf("got  %s\nwant %s and nothing else", told(res), k.Instead)
					}
				case res.Verdict != parley.VerdictOK:
					t.Errorf("got %s, want ok", told(res))
				}
				for _, f := range res.Findings {
					symptoms(t, f)
				}
			})
		}
	}
}

func name(c *causes.Cause, k causes.Case) string {
	kind := "silent"
	if k.Fires != parley.NotCertain {
		kind = "fires"
	}
	return fmt.Sprintf("%s/%s: %s", c.ID, kind, k.Name)
}

// symptoms checks that what hangs under a finding is what its cause explains;
// what only some addresses show hangs under their disagreement.
func symptoms(t *testing.T, f parley.Finding) {
	t.Helper()
	c, err := causes.Get(f.Cause)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range f.Symptoms {
		if c.Across == nil && !slices.Contains(c.Explains, s.Cause) {
			t.Errorf("%s is a symptom of %s, which does not explain it", s.Cause, f.Cause)
		}
	}
}

func TestEveryCauseFiresInOneCaseAndStaysSilentInAnother(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		fires, silent := 0, 0
		for _, k := range c.Cases {
			if k.Fires != parley.NotCertain {
				fires++
			} else {
				silent++
			}
		}
		if fires == 0 || silent == 0 {
			t.Errorf("%s: %d cases fire and %d stay silent, want one of each at least", c.ID, fires, silent)
		}
	}
}

// TestACaseFitsAScreen holds cases to a screen.
func TestACaseFitsAScreen(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		for _, k := range c.Cases {
			if n := strings.Count(k.Transcript, "\n"); n > 25 {
				t.Errorf("%s has %d lines, want at most 25", name(c, k), n)
			}
		}
	}
}

func TestEveryCauseReachesItsBestCertaintyInACase(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		best := parley.NotCertain
		for _, k := range c.Cases {
			best = max(best, k.Fires)
		}
		if best != c.Best {
			t.Errorf("%s: the cases reach %s, and its best is %s", c.ID, best, c.Best)
		}
	}
}
