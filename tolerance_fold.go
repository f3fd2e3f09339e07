package parley

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley/iana"
)

// tolerances says what the attempts and replies of one scope come to; nil: no odd
// hello was sent.
//
// A refusal counts if it came twice and nothing else did, and if the usual hello
// went through before it and after it.
func (e *Evidence) tolerances(s *Server) []Tolerance {
	f := oddFold{usual: map[OddityID]*Attempt{}, server: s}
	for _, r := range e.Replies {
		a, ok := e.Attempts[r.Attempt]
		if !ok || len(a.Odd) == 0 || a.Scope.Addr != s.Scope.Addr || a.Scope.Via != s.Scope.Via {
			continue
		}
		if a.Base == "" {
			f.usual[a.Odd[0]] = &a
		}
		f.heard = append(f.heard, oddReply{a: a, r: r, ans: r.AnswerTo(a)})
	}
	if len(f.heard) == 0 {
		return nil
	}
	lost := f.usualLost()
	if f.usual[Usual12] == nil && f.usual[Usual] != nil && OfferedVersions(f.usual[Usual].Hello)[0] < 0x0304 {
		f.usual[Usual12] = f.usual[Usual]
	}
	var out []Tolerance
	for _, o := range Oddities {
		t := f.of(o)
		if lost != "" {
			t = Tolerance{Oddity: o, Refusal: t.Refusal, Why: lost}
		}
		out = append(out, t)
	}
	return out
}

// usualLost says how the usual hello is refused, if it is never anything else: then
// an odd one teaches nothing.
func (f *oddFold) usualLost() string {
	why := ""
	for _, h := range f.heard {
		if h.a.Base != "" || h.a.Odd[0] != Usual {
			continue
		}
		if h.ans.Accepted() && h.ans.End != EndMalformed {
			return ""
		}
		why = "the usual hello is not taken either: " + h.ans.Words()
	}
	return why
}

// oddReply is a reply to an odd hello, or to the usual one.
type oddReply struct {
	a   Attempt
	r   Reply
	ans Answer
}

type oddFold struct {
	heard  []oddReply
	usual  map[OddityID]*Attempt
	server *Server // the terms without the tolerance
}

func (f *oddFold) of(o *Oddity) Tolerance {
	usual := f.usual[Usual]
	if o.To12 {
		usual = f.usual[Usual12]
	}
	t := Tolerance{Oddity: o, Refusal: max(o.Refusal, RefusalWrong)}
	var good, bad []int // places in heard
	var lost string
	for i, h := range f.heard {
		if !slices.Contains(h.a.Odd, o.ID) {
			continue
		}
		if h.ans.Lost() {
			lost = h.ans.Words()
			continue
		}
		t.Refusal = o.refusal(h.a, h.ans)
		fine, wrong := o.judge(h.a, h.r)
		switch {
		case fine:
			good = append(good, i)
		case len(h.a.Odd) == 1:
			bad = append(bad, i)
			t.Answer, t.Why = h.ans, wrong
		default:
			continue // which of them it is will be asked
		}
		t.From = append(t.From, Source{Attempt: h.a.ID})
	}
	switch last := len(bad) - 1; {
	case len(good) > len(bad) && len(bad) < 2:
		t.Outcome, t.Answer, t.Why = Tolerates, Answer{}, ""
	case len(bad) == 0:
		t.Why = f.unasked(o, usual, lost)
	case len(good) > 0:
		t.Why = fmt.Sprintf("%d of %d went through: the others met %s", len(good), len(good)+len(bad), t.Answer.Words())
	case t.Refusal == RefusalAllowed && t.Why == "" && t.Answer.End == EndAlert:
		t.Outcome = Refuses // it is no fault, and no trouble on the way looks like it
	case len(bad) < 2:
		t.Why = "refused once, and not asked again"
	case !f.held(usual, bad[last]):
		t.Why = "the usual hello was refused as well: " + t.Answer.Words()
	case t.Why != "":
		t.Outcome = Violates
	case t.Answer.End == EndAlert && t.Answer.Alert == iana.AlertNoApplicationProtocol && f.guessed(bad[last]):
		t.Why = "its protocols are not known, and are neither h2 nor http/1.1"
	default:
		t.Outcome = Refuses
		if t.Answer.Differs(f.heard[bad[last-1]].ans) {
			t.Why = "then " + t.Answer.Words() + ", before " + f.heard[bad[last-1]].ans.Words()
		}
	}
	return t
}

// judge says whether a reply is one that an odd hello is to get, and if not, what of
// it TLS does not have.
func (o *Oddity) judge(a Attempt, r Reply) (fine bool, wrong string) {
	ans := r.AnswerTo(a)
	wrong = o.violation(a, r, ans)
	due := o.refusal(a, ans) == RefusalDue && ans.End != EndSilence && !ans.Lost()
	return wrong == "" && (ans.Accepted() || due), wrong
}

// Fine says whether a reply is the one that the attempt's hello is to get: in all
// the ways in which it is odd, or as the usual one.
func (a Attempt) Fine(r Reply) bool {
	if a.Base == "" {
		return r.AnswerTo(a).Accepted()
	}
	return !slices.ContainsFunc(a.Odd, func(id OddityID) bool {
		fine, _ := OddityOf(id).judge(a, r)
		return !fine
	})
}

// OddityOf returns the oddity of that id; nil: there is none.
func OddityOf(id OddityID) *Oddity {
	i := slices.IndexFunc(Oddities, func(o *Oddity) bool { return o.ID == id })
	if i < 0 {
		return nil
	}
	return Oddities[i]
}

// guessed says that the hello at i offers application protocols that the usual one
// does not, for those of the server are not known.
func (f *oddFold) guessed(i int) bool {
	return slices.ContainsFunc(f.heard[i].a.Changed, func(c Change) bool { return c.Axis == AxisALPN && c.Text == "h2" })
}

// unasked says why no reply tells of an oddity.
func (f *oddFold) unasked(o *Oddity, usual *Attempt, lost string) string {
	if usual == nil && o.To12 { // it is sent only beside an odd one that was refused
		usual = f.server.UsualHello(iana.TLS12, nil)
	}
	switch {
	case lost != "":
		return lost
	case usual == nil && o.To12:
		return "the server accepts no version from 1.0 to 1.2"
	case usual == nil:
		return "the usual hello was not answered"
	}
	if _, why := usual.MakeOdd(o); why != "" {
		return why
	}
	return "not asked"
}

// held says whether the usual hello went through before the reply at i and after
// it, and was never refused.
func (f *oddFold) held(usual *Attempt, i int) bool {
	before, after := false, false
	for j, h := range f.heard {
		if usual == nil || h.a.ID != usual.ID || h.ans.Lost() {
			continue
		}
		ok := h.ans.Accepted()
		if j < i {
			before = ok // trouble in the first crowd is no trouble since
		} else {
			after = ok
		}
	}
	return before && after
}

// Lost says that no hello was sent, or that nothing of what it met is known.
func (a Answer) Lost() bool {
	return a.End.BeforeHello() || a.End == EndLocal || a.End == EndInterrupted || a.End == EndUnknown
}
