package survey

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
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

// crowded is a server that answers one hello at a time: of those that are sent
// together it keeps all but the first waiting.
type crowded struct{ most, heard int }

func (c *crowded) ask(t *testing.T, p Planner) (most int) {
	t.Helper()
	for {
		open := p.Next()
		if len(open) == 0 {
			return most
		}
		most = max(most, len(open))
		for i, a := range open {
			if i < c.most {
				c.heard++
				p.Learn(refused(a.ID, iana.AlertHandshakeFailure))
				continue
			}
			p.Learn(endedBy(a.ID, "silence"))
		}
	}
}

// TestWhoGetsNoAnswerAsksForLessAtOnce: a server that serves its clients in turn is
// asked so, and hears everything.
func TestWhoGetsNoAnswerAsksForLessAtOnce(t *testing.T) {
	t.Parallel()
	const n = 60
	got := map[iana.Suite]parley.EndKind{}
	x := newQuestions(Plan{Scope: oddScope, Pace: PaceUsual})
	for i := range n {
		a := x.part(iana.TLS12, parley.AxisSuite, parley.AllSuites(iana.TLS12)[i:i+1]).Identify()
		x.ask(a, func(_ parley.Reply, ans parley.Answer) { got[a.Hello.Suites[0]] = ans.End })
	}
	p := Paced(&x, 24)
	c := &crowded{most: 1}
	if most := c.ask(t, p); most != 24 {
		t.Errorf("%d were asked at once, want 24", most)
	}
	for s, end := range got {
		if end != parley.EndAlert {
			t.Errorf("%v: %v", s, end)
		}
	}
	if len(got) != n {
		t.Errorf("%d answers, want %d", len(got), n)
	}
}

// TestAnOddHelloThatGetsNoAnswerIsNoReasonToBeSlow: it may be what gets none.
func TestAnOddHelloThatGetsNoAnswerIsNoReasonToBeSlow(t *testing.T) {
	t.Parallel()
	x := newQuestions(Plan{Scope: oddScope, Pace: PaceUsual})
	for i := range 40 {
		a := x.part(iana.TLS12, parley.AxisSuite, parley.AllSuites(iana.TLS12)[i:i+1])
		a.Base, a.Odd = "usual", []parley.OddityID{"grease-suite"}
		x.ask(a.Identify(), nil)
	}
	p := Paced(&x, 24)
	for _, a := range p.Next() {
		p.Learn(endedBy(a.ID, "silence"))
	}
	if n := len(p.Next()); n != 24 {
		t.Errorf("%d at once, want 24", n)
	}
}

// TestTheUsualHelloIsAskedOnceMoreWhereItGotNoAnswer: without it the others teach
// nothing.
func TestTheUsualHelloIsAskedOnceMoreWhereItGotNoAnswer(t *testing.T) {
	t.Parallel()
	m := &oddModel{versions: []iana.Version{iana.TLS12, iana.TLS13}, usual: func(n int) string {
		if n == 1 {
			return "silence"
		}
		return ""
	}}
	s := m.through(&parley.Evidence{})
	if got := s.Tolerance[2]; got.ID != "version-1.4" || got.Outcome != parley.Tolerates {
		t.Errorf("%s: %v, %s", got.ID, got.Outcome, got.Why)
	}
}

// TestWhatIsUsualOfAServerIsNotSaidToBeRefused: the hello that offers 1.2 at most has
// its own reason why it is not odd, though it was never sent.
func TestWhatIsUsualOfAServerIsNotSaidToBeRefused(t *testing.T) {
	t.Parallel()
	e := &parley.Evidence{}
	m := &oddModel{versions: []iana.Version{iana.TLS12, iana.TLS13}}
	hello := reply("", &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: parley.WholeSuites(iana.TLS12)[0]}, &wire.ServerHelloDone{})
	whole := Enumerate(Plan{Scope: oddScope, Depth: DepthVersions, Pace: PaceUsual}).Next()[0]
	e.Add(whole)
	hello.Attempt = whole.ID
	e.Replies = append(e.Replies, hello)
	s := m.through(e)
	if got := s.Tolerance[0]; got.ID != "version-1.2" || got.Why != "it is the usual hello of this server" {
		t.Errorf("%s: %q", got.ID, got.Why)
	}
}

// through asks the model everything, and returns the terms that it comes to.
func (m *oddModel) through(e *parley.Evidence) parley.Server {
	x := LearnTolerance(Plan{Scope: oddScope, Pace: PaceUsual}, m.terms(), 24)
	for open := x.Next(); len(open) > 0; open = x.Next() {
		for _, a := range open {
			e.Add(a)
			r := m.answer(a, 1)
			e.Replies = append(e.Replies, r)
			x.Learn(r)
		}
	}
	return e.Terms(oddScope)
}
