package survey

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

func TestWhatComesLaterIsAskedOnceItsTimeHasCome(t *testing.T) {
	t.Parallel()
	ready, begun := false, 0
	m := &oddModel{versions: []iana.Version{iana.TLS13}}
	l := Later(func() bool { return ready }, func() Planner {
		begun++
		return LearnTolerance(Plan{Scope: oddScope, Pace: PaceUsual}, m.terms(), 4)
	})
	l.Learn(parley.Reply{})
	if a := l.Next(); len(a) > 0 || begun > 0 {
		t.Errorf("%d attempts before the time", len(a))
	}
	ready = true
	if a := l.Next(); len(a) != 4 {
		t.Errorf("%d attempts, want 4", len(a))
	}
	if l.Next(); begun != 1 {
		t.Errorf("begun %d times", begun)
	}
}

// TestTheSuitesOfAllVersionsAreKnownBeforeWhatRestsOnThem: what an enumeration
// calls suited has no suite open, and what it calls through nothing at all.
func TestTheSuitesOfAllVersionsAreKnownBeforeWhatRestsOnThem(t *testing.T) {
	t.Parallel()
	m := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: parley.WholeSuites(iana.TLS12)[:9], iana.TLS13: parley.WholeSuites(iana.TLS13)}, server: true}
	n := Enumerate(Plan{Scope: oddScope, Depth: DepthFull, Pace: PaceUsual})
	for {
		open := n.Next()
		if len(open) == 0 {
			break
		}
		for _, a := range open {
			if n.Through() || n.Suited() && a.Part.Axis == parley.AxisSuite && !strings.HasPrefix(a.Name, "two") { // the order may be open
				t.Fatalf("%s is asked when all was said to be known", a.Name)
			}
		}
		for _, a := range open {
			n.Learn(m.answer(a))
		}
	}
	if !n.Suited() || !n.Through() {
		t.Error("nothing is asked, and yet it is not through")
	}
}
