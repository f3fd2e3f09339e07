package report_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

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
