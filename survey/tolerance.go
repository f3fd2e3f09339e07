package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Tolerance asks a server with odd hellos (parley.Oddities). It is asked and
// answered as an Enumeration is.
//
// At first everything is asked at once, and what a server passes over in the same
// way stands in one hello: a server that takes everything is asked no more. A
// hello with more than one oddity that is refused is taken apart. What was refused
// alone is asked for once more, with the usual hello before and after it and
// nothing else at the same time, and a third time if it then goes through; not so
// an alert that the server may send.
type Tolerance struct {
	plan    Plan
	limit   int
	queue   []parley.Attempt
	open    map[parley.AttemptID]parley.Attempt
	made    int
	over    bool
	usual   map[parley.OddityID]*parley.Attempt
	stage   stage
	went    map[parley.AttemptID][]bool // how each hello fared, in order
	suspect []parley.Attempt
	tried   int // rounds of what was refused
	spare   int // how often a usual hello may be asked once more that got no answer
}

// stage is where a Tolerance stands.
type stage uint8

const (
	inCrowd   stage = iota // everything at once
	before                 // the usual hellos, before what was refused
	repeating              // what was refused
	after                  // the usual hellos once more
	ended
)

// LearnTolerance starts with the terms that an enumeration came to, and with how
// many connections at once the server took by then.
func LearnTolerance(p Plan, s *parley.Server, atOnce int) *Tolerance {
	x := &Tolerance{
		plan: p, limit: max(1, min(atOnce, p.Pace.AtOnce())), open: map[parley.AttemptID]parley.Attempt{},
		usual: map[parley.OddityID]*parley.Attempt{}, went: map[parley.AttemptID][]bool{}, spare: 3,
	}
	if p.Scope.Transport == parley.TransportQUIC {
		x.stage = ended // the oddities are of hellos over TCP
		return x
	}
	protocols := s.ALPN.Protocols
	if protocols == nil {
		protocols = p.ALPN
	}
	u := s.UsualHello(iana.TLS13, protocols)
	if u == nil {
		x.stage = ended
		return x
	}
	to12 := s.UsualHello(iana.TLS12, protocols)
	for id, a := range map[parley.OddityID]*parley.Attempt{parley.Usual: u, parley.Usual12: to12} {
		if a != nil {
			a.Prologue = p.Prologue
			*a = a.Identify()
			x.usual[id] = a
		}
	}
	if to12 != nil && to12.ID == u.ID {
		x.usual[parley.Usual12] = u
	}
	x.queue = append(x.queue, *u)
	x.together()
	return x
}

// of is the usual hello that an oddity is made of; nil: there is none.
func (x *Tolerance) of(o *parley.Oddity) *parley.Attempt {
	if o.To12 {
		return x.usual[parley.Usual12]
	}
	return x.usual[parley.Usual]
}

// together asks everything, what stands in one hello in one.
func (x *Tolerance) together() {
	var done []string
	for _, o := range parley.Oddities {
		u := x.of(o)
		if u == nil || o.With != "" && slices.Contains(done, o.With) {
			continue
		}
		with := []*parley.Oddity{o}
		if o.With != "" {
			done = append(done, o.With)
			with = slices.DeleteFunc(slices.Clone(parley.Oddities), func(p *parley.Oddity) bool {
				if p.With != o.With {
					return true
				}
				_, why := u.MakeOdd(p)
				return why != ""
			})
		}
		if len(with) == 0 {
			continue
		}
		if a, why := u.MakeOdd(with...); why == "" {
			x.queue = append(x.queue, a)
		}
	}
}

// Next are the attempts to make now, beside those that are under way.
func (x *Tolerance) Next() []parley.Attempt {
	for len(x.queue) == 0 && len(x.open) == 0 && x.stage != ended && !x.over {
		x.goOn()
	}
	var out []parley.Attempt
	for len(x.queue) > 0 && len(x.open) < x.limit && !x.over && (x.plan.Most == 0 || x.made < x.plan.Most) {
		a := x.queue[0]
		x.queue = x.queue[1:]
		x.open[a.ID] = a
		x.made++
		out = append(out, a)
	}
	return out
}

// goOn begins the next stage, when nothing is under way.
func (x *Tolerance) goOn() {
	switch x.stage {
	case inCrowd, repeating:
		if x.tried > 1 || len(x.suspect) == 0 {
			x.stage = ended
			return
		}
		if x.stage == inCrowd {
			x.stage = before
			x.limit = min(x.limit, 4)
		} else {
			x.stage = after
		}
		x.askUsual()
	case before:
		x.suspect = slices.DeleteFunc(x.suspect, func(a parley.Attempt) bool { return !x.last(a.Base) })
		x.again()
	case after: // what now went through is asked once more: two of three count
		x.suspect = slices.DeleteFunc(x.suspect, func(a parley.Attempt) bool { return !x.last(a.ID) })
		x.again()
	}
}

func (x *Tolerance) again() {
	x.stage = repeating
	x.tried++
	x.queue = append(x.queue, x.suspect...)
}

// last says how an attempt went the last time.
func (x *Tolerance) last(id parley.AttemptID) bool {
	went := x.went[id]
	return len(went) > 0 && went[len(went)-1]
}

// askUsual asks with each usual hello that a suspect was made of.
func (x *Tolerance) askUsual() {
	for _, id := range []parley.OddityID{parley.Usual, parley.Usual12} {
		u := x.usual[id]
		if u != nil && u.Odd[0] == id && slices.ContainsFunc(x.suspect, func(a parley.Attempt) bool { return a.Base == u.ID }) {
			x.queue = append(x.queue, *u)
		}
	}
}

// Learn takes the reply to one of the attempts.
func (x *Tolerance) Learn(r parley.Reply) {
	a, ok := x.open[r.Attempt]
	if !ok {
		return
	}
	delete(x.open, r.Attempt)
	ans := r.AnswerTo(a)
	if ans.End == parley.EndInterrupted {
		x.over = true
		return
	}
	good := a.Fine(r)
	x.went[a.ID] = append(x.went[a.ID], good)
	if a.Base == "" && isTrouble(ans) && x.spare > 0 { // without it the odd ones teach nothing
		x.spare--
		a.Patience = 0
		x.queue = append(x.queue, a)
	}
	if good || x.stage != inCrowd {
		return
	}
	switch {
	case a.Base == "" && isTrouble(ans):
		x.limit = max(1, x.limit/2)
	case a.Base != "" && len(a.Odd) == 1:
		if ans.End == parley.EndSilence {
			x.limit = max(1, x.limit/2) // one that serves its clients in turn is held up
		}
		if ans.End != parley.EndAlert || parley.OddityOf(a.Odd[0]).Refusal != parley.RefusalAllowed {
			x.suspect = append(x.suspect, a)
		}
	case a.Base != "" && isTrouble(ans) && len(x.went[a.ID]) == 1:
		x.queue = append(x.queue, a) // it may be that of the crowd
	case a.Base != "":
		for _, id := range a.Odd {
			o := parley.OddityOf(id)
			if alone, why := x.of(o).MakeOdd(o); why == "" {
				x.queue = append(x.queue, alone)
			}
		}
	}
}
