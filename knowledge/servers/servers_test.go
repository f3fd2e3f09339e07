package servers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/servers"
)

// last is the last intent that there is.
const last = parley.LimitSuites

func TestEveryKnobIsWholeAndHasASource(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for kind := parley.IntentUnknown; kind <= last; kind++ {
		for _, k := range servers.Knobs(kind) {
			if k.Intent != kind || k.Software == "" || k.Text == "" || k.Grade == parley.GradeUnknown {
				t.Errorf("%+v lacks something", k)
			}
			if k.From.Document == "" || len(k.From.Date) < 4 {
				t.Errorf("%s %q: source %+v lacks document or date", k.Software, k.Text, k.From)
			}
			if strings.Contains(k.Text, "\n") {
				t.Errorf("%s %q: more than one line", k.Software, k.Text)
			}
			if k.Grade == parley.Last && k.Price == "" {
				t.Errorf("%s: the last resort %q has no price", k.Software, k.Text)
			}
			seen[k.Software] = true
		}
	}
	for _, name := range servers.Software() {
		if !seen[name] {
			t.Errorf("%s has no knob", name)
		}
	}
	if len(servers.Knobs(parley.IntentUnknown)) > 0 {
		t.Error("the unknown intent has knobs")
	}
}

func TestKnobsAreSortedBySoftwareBestFirst(t *testing.T) {
	t.Parallel()
	if !slices.IsSorted(servers.Software()) {
		t.Errorf("software is not sorted: %v", servers.Software())
	}
	for kind := parley.IntentUnknown; kind <= last; kind++ {
		ks := servers.Knobs(kind)
		ok := slices.IsSortedFunc(ks, func(a, b servers.ServerKnob) int {
			if a.Software != b.Software {
				return slices.Index(servers.Software(), a.Software) - slices.Index(servers.Software(), b.Software)
			}
			return int(a.Grade) - int(b.Grade)
		})
		if !ok {
			t.Errorf("intent %d is out of order: %v", kind, ks)
		}
	}
}

// What a cause of the handshake asks of a server, every software must be able
// to say.
func TestTheCommonIntentsHaveKnobsForEverySoftware(t *testing.T) {
	t.Parallel()
	for _, kind := range []parley.IntentKind{parley.AcceptVersions, parley.AcceptSuites, parley.LimitSuites, parley.AcceptGroups,
		parley.InstallCertificate, parley.MatchCertificateType} {
		var have []string
		for _, k := range servers.Knobs(kind) {
			have = append(have, k.Software)
		}
		if got := slices.Compact(have); !slices.Equal(got, servers.Software()) {
			t.Errorf("intent %d: %v, want %v", kind, got, servers.Software())
		}
	}
}

func TestNginxAcceptsVersionsByItsDirective(t *testing.T) {
	t.Parallel()
	ks := servers.Knobs(parley.AcceptVersions)
	i := slices.IndexFunc(ks, func(k servers.ServerKnob) bool { return k.Software == "nginx" })
	if got, want := ks[i].Text, "ssl_protocols TLSv1.2 TLSv1.3;"; i < 0 || got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
