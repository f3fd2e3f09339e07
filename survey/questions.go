package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Planner says what to ask a server next, and learns from the replies.
type Planner interface {
	// Next are the attempts to make now, beside those that are under way. Each is
	// answered with Learn, and nothing is left to ask when none is under way and Next
	// has none.
	Next() []parley.Attempt
	Learn(parley.Reply)
}

// questions are what a planner asks once the versions and suites of a server are
// known. Trouble is met by asking once more, and silence by asking twice; then a question has
// that answer.
type questions struct {
	plan    Plan
	queue   []*question
	pending map[parley.AttemptID][]*question
	open    int
	made    int
	over    bool
}

// question is one attempt, and what to do with the answer.
type question struct {
	attempt parley.Attempt
	again   int
	then    func(parley.Reply, parley.Answer) // nil: the fold has all that is to be done
}

func newQuestions(p Plan) questions {
	return questions{plan: p, pending: map[parley.AttemptID][]*question{}}
}

// ask asks for an attempt.
func (x *questions) ask(a parley.Attempt, then func(parley.Reply, parley.Answer)) {
	x.queue = append(x.queue, &question{attempt: a, then: then})
}

// Next are the attempts to make now, beside those that are under way.
func (x *questions) Next() []parley.Attempt {
	var out []parley.Attempt
	for len(x.queue) > 0 && x.open < x.plan.Pace.AtOnce() && !x.over && (x.plan.Most == 0 || x.made < x.plan.Most) {
		q := x.queue[0]
		x.queue = x.queue[1:]
		x.pending[q.attempt.ID] = append(x.pending[q.attempt.ID], q)
		x.open++
		x.made++
		out = append(out, q.attempt)
	}
	return out
}

// Learn takes the reply to one of the attempts.
func (x *questions) Learn(r parley.Reply) {
	qs := x.pending[r.Attempt]
	if len(qs) == 0 {
		return
	}
	q := qs[0]
	x.pending[r.Attempt] = qs[1:]
	x.open--
	ans := r.AnswerTo(q.attempt)
	switch {
	case ans.End == parley.EndInterrupted:
		x.over = true
	case isTrouble(ans) && (q.again == 0 || q.again == 1 && ans.End == parley.EndSilence) && !q.attempt.Resume: // a session may be good for one connection
		q.again++
		q.attempt.Patience = 0 // the first wait may have been for the others
		x.queue = append(x.queue, q)
	case q.then != nil:
		q.then(r, ans)
	}
}

// part is the whole hello of a version, to be cut down on one axis.
func (x *questions) part(v iana.Version, axis parley.Axis, suites []iana.Suite) parley.Attempt {
	h := x.plan.whole(v)
	h.Suites = slices.Clone(suites)
	if v.Before(iana.TLS13) {
		h.Suites = append(h.Suites, iana.SCSVRenegotiation)
	}
	return parley.Attempt{
		Role: parley.RoleReference, Name: "some of " + v.String(), Scope: x.plan.Scope, Prologue: x.plan.Prologue, Hello: h,
		RecordVersion: parley.FirstRecord(v), Part: parley.Part{Version: v, Axis: axis}, Patience: parley.Brief, QUIC: x.plan.QUIC,
	}
}

// Later is a planner that begins when ready says so; what begins it knows what was
// learnt by then. Nothing is asked where that does not come.
func Later(ready func() bool, begin func() Planner) Planner {
	return &later{ready: ready, begin: begin}
}

type later struct {
	ready func() bool
	begin func() Planner
	begun Planner // nil: not yet
}

func (l *later) Next() []parley.Attempt {
	if l.begun == nil {
		if !l.ready() {
			return nil
		}
		l.begun = l.begin()
	}
	return l.begun.Next()
}

func (l *later) Learn(r parley.Reply) {
	if l.begun != nil {
		l.begun.Learn(r)
	}
}

// Paced has at most atOnce attempts of a planner under way: fewer once some get no
// answer, for a server may serve its clients in turn, and keep all waiting for one.
// Odd hellos do not count, which may be what gets no answer.
func Paced(p Planner, atOnce int) Planner {
	return &paced{planner: p, most: atOnce, limit: atOnce, open: map[parley.AttemptID][]asked{}}
}

type paced struct {
	planner     Planner
	most, limit int
	waiting     []parley.Attempt
	open        map[parley.AttemptID][]asked
	under       int // way: how many are open
	made, cut   int // the attempts made, and those by the last cut
	good        int // answers since then
}

// asked is an attempt under way, and which one of all it is.
type asked struct {
	attempt parley.Attempt
	number  int
}

func (p *paced) Next() []parley.Attempt {
	p.waiting = append(p.waiting, p.planner.Next()...)
	n := max(0, min(len(p.waiting), p.limit-p.under))
	out := p.waiting[:n:n]
	p.waiting = p.waiting[n:]
	for _, a := range out {
		p.made++
		p.open[a.ID] = append(p.open[a.ID], asked{a, p.made})
	}
	p.under += n
	return out
}

func (p *paced) Learn(r parley.Reply) {
	if who := p.open[r.Attempt]; len(who) > 0 {
		p.open[r.Attempt] = who[1:]
		p.under--
		p.heard(who[0], r.AnswerTo(who[0].attempt))
	}
	p.planner.Learn(r)
}

// heard sets the pace: those that were sent together are one trouble, and it is
// tried with one more after some answers.
func (p *paced) heard(q asked, ans parley.Answer) {
	switch silent := !ans.Accepted() && (ans.End == parley.EndSilence || ans.End == parley.EndConnectTimeout); {
	case silent && len(q.attempt.Odd) < 2 && q.attempt.Base == "":
		if q.number > p.cut {
			p.cut, p.most, p.limit, p.good = p.made, max(1, p.limit/2), max(1, p.limit/8), 0
		}
	case !silent:
		if p.good++; p.good > 4*p.limit && p.limit < p.most {
			p.limit, p.good = p.limit+1, 0
		}
	}
}

// Together is what several planners ask at once.
func Together(planners ...Planner) Planner {
	return &together{planners: planners, asked: map[parley.AttemptID][]Planner{}}
}

type together struct {
	planners []Planner
	asked    map[parley.AttemptID][]Planner // who asked for an attempt that is under way
}

func (t *together) Next() []parley.Attempt {
	var out []parley.Attempt
	for _, p := range t.planners {
		for _, a := range p.Next() {
			t.asked[a.ID] = append(t.asked[a.ID], p)
			out = append(out, a)
		}
	}
	return out
}

func (t *together) Learn(r parley.Reply) {
	if who := t.asked[r.Attempt]; len(who) > 0 {
		t.asked[r.Attempt] = who[1:]
		who[0].Learn(r)
	}
}
