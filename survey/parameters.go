package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// Parameters learns what a server does under the suites that an enumeration
// found: the signature schemes that it uses, and with them its certificates, one
// for each kind of key. It is asked and answered as an Enumeration is.
//
// Each list is a chain: everything is offered, what was selected is taken out,
// and the rest is offered again until it is refused.
type Parameters struct {
	plan    Plan
	queue   []*question
	pending map[parley.AttemptID]*question
	made    int
	over    bool
}

// question is one link of a chain.
type question struct {
	attempt parley.Attempt
	again   bool
	then    func(parley.Reply, parley.Answer)
}

// LearnParameters starts with the terms that an enumeration came to.
func LearnParameters(p Plan, s *parley.Server) *Parameters {
	x := &Parameters{plan: p, pending: map[parley.AttemptID]*question{}}
	for _, v := range []iana.Version{iana.TLS13, iana.TLS12} { // below, nothing is negotiated
		col := s.Column(v)
		if is := col.Accepted.Is; is != parley.Yes && is != parley.Mixed {
			continue
		}
		x.schemes(v, &col)
	}
	return x
}

// Next are the attempts to make now, beside those that are under way.
func (x *Parameters) Next() []parley.Attempt {
	var out []parley.Attempt
	for len(x.queue) > 0 && len(x.pending) < x.plan.Pace.AtOnce() && !x.over && (x.plan.Most == 0 || x.made < x.plan.Most) {
		q := x.queue[0]
		x.queue = x.queue[1:]
		x.pending[q.attempt.ID] = q
		x.made++
		out = append(out, q.attempt)
	}
	return out
}

// Learn takes the reply to one of the attempts. Trouble is met by asking once
// more; then the chain ends, and its list stays open.
func (x *Parameters) Learn(r parley.Reply) {
	q := x.pending[r.Attempt]
	if q == nil {
		return
	}
	delete(x.pending, r.Attempt)
	ans := r.AnswerTo(q.attempt)
	switch {
	case ans.End == parley.EndInterrupted:
		x.over = true
	case isTrouble(ans) && !q.again:
		q.again = true
		x.queue = append(x.queue, q)
	default:
		q.then(r, ans)
	}
}

// suitesWith are the accepted suites of a column that want holds for.
func suitesWith(col *parley.Column, want func(iana.SuiteInfo) bool) []iana.Suite {
	return slices.DeleteFunc(col.Suites.Yes(), func(s iana.Suite) bool {
		i, ok := s.Info()
		return !ok || !want(i)
	})
}

// part is the whole hello of a version, to be cut down on one axis.
func (x *Parameters) part(v iana.Version, axis parley.Axis, suites []iana.Suite) parley.Attempt {
	h := parley.WholeHello(v, x.plan.Scope.Name)
	h.Suites = slices.Clone(suites)
	if v <= iana.TLS12 {
		h.Suites = append(h.Suites, iana.SCSVRenegotiation)
	}
	return parley.Attempt{
		Role: parley.RoleReference, Name: "some of " + v.String(), Scope: x.plan.Scope, Prologue: x.plan.Prologue, Hello: h,
		RecordVersion: min(v, iana.TLS10), Part: parley.Part{Version: v, Axis: axis}, Patience: parley.Brief,
	}
}

// schemes asks for the signature schemes of a version. In 1.3 the signature comes
// encrypted: the handshake is followed to its end, under suites that parley has.
func (x *Parameters) schemes(v iana.Version, col *parley.Column) {
	suites := suitesWith(col, func(i iana.SuiteInfo) bool {
		return (i.Kx == iana.KxECDHE || i.Kx == iana.KxDHE) && i.Auth != iana.AuthAnon
	})
	if v == iana.TLS13 {
		suites = suitesWith(col, func(i iana.SuiteInfo) bool { return i.Kx == iana.KxTLS13 })
	}
	if len(suites) == 0 {
		return
	}
	all := parley.AllSchemes(v)
	var link func(rest []iana.Scheme)
	link = func(rest []iana.Scheme) {
		if len(rest) == 0 {
			return
		}
		a := x.part(v, parley.AxisScheme, suites)
		a.Hello.SetSchemes(rest)
		a.Hello.SetCertSchemes(parley.AllSchemes(iana.TLS12)) // what signed the certificates is another question
		if v == iana.TLS13 {
			a.Until = parley.StopFinished
		}
		x.queue = append(x.queue, &question{attempt: a.Identify(), then: func(r parley.Reply, ans parley.Answer) {
			if s := r.SchemeOf(v); s != 0 && slices.Contains(rest, s) {
				link(remove(rest, s))
			}
		}})
	}
	link(all)
}

func remove[T comparable](list []T, v T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return x == v })
}
