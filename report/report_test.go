package report_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/report"
)

func human(t testing.TB, c *report.Check, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.Human(&b, c, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var forms = map[string]report.Options{
	"screen":  {Unicode: true},
	"plain":   {Plain: true},
	"verbose": {Unicode: true, Verbose: true},
	"wire":    {Unicode: true, Wire: true},
}

func TestEachAnswerLooksAsItShould(t *testing.T) {
	t.Parallel()
	for name, sample := range samples {
		for form, o := range forms {
			golden.AssertString(t, fmt.Sprintf("testdata/%s.%s", name, form), human(t, sample(), o))
		}
	}
}

// TestTheScreenSaysOfEveryClientWhatStopsIt has a cause that stops two clients, a
// symptom that stops one of them and a third, and another problem that stops all.
func TestTheScreenSaysOfEveryClientWhatStopsIt(t *testing.T) {
	t.Parallel()
	c := twoProblems()
	c.Findings[0].Members = []parley.ClientID{"chrome", "go"}
	c.Findings[0].Symptoms[0].Members = []parley.ClientID{"go", "java21"}
	c.Findings[1].Members, c.Findings[1].Certainty = []parley.ClientID{"chrome", "go", "java21", "firefox"}, parley.Inferred
	c.Causes["chain.incomplete"] = report.Cause{Title: "an intermediate is left out"}
	screen := human(t, c, report.Options{})
	for _, want := range []string{
		"  stops    chrome, go; java21 by version.gap; firefox by chain.incomplete\n",
		"  also     chain.incomplete  an intermediate is left out (inferred)\n",
	} {
		if !strings.Contains(screen, want) {
			t.Errorf("no line %q in\n%s", want, screen)
		}
	}
}

var ansi = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColourOnlyRepeatsWhatTheWordsSay(t *testing.T) {
	t.Parallel()
	for name, sample := range samples {
		for form, o := range forms {
			without := human(t, sample(), o)
			o.Color = true
			with := human(t, sample(), o)
			if strings.Contains(without, "\x1b") {
				t.Errorf("%s.%s has escape sequences without Color:\n%q", name, form, without)
			}
			if !o.Plain && !strings.Contains(with, "\x1b[") {
				t.Errorf("%s.%s has no colour with Color", name, form)
			}
			if got := ansi.ReplaceAllString(with, ""); got != without {
				t.Errorf("%s.%s without its colours reads\n%s\nwant\n%s", name, form, got, without)
			}
		}
	}
}

func TestASettingIsShownWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	c := clientPinned()
	long := "OPENSSL_CONF=/etc/ssl/one-program.cnf, and in that file MinProtocol = TLSv1, CipherString = DEFAULT:@SECLEVEL=0"
	c.Client.Knobs = append(c.Client.Knobs, parley.Knob{Intent: parley.OfferVersions, Grade: parley.Bridge, Text: long})
	for range 12 {
		c.Findings[0].Because = append(c.Findings[0].Because, parley.Reason{Text: "One more sentence that says how it is known, so that room is short"})
	}
	got := strings.Join(strings.Fields(human(t, c, report.Options{})), " ")
	if strings.Contains(got, "OPENSSL_CONF") && !strings.Contains(got, long) {
		t.Errorf("the setting is cut:\n%s", human(t, c, report.Options{}))
	}
	if want := "so that room is short. One more sentence"; !strings.Contains(got, want) {
		t.Errorf("sentences run into one another: no %q in\n%s", want, got)
	}
}
