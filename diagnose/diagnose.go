// Package diagnose folds evidence into findings. Step is a pure function: it
// says what the evidence bears out, and which further attempts would tell
// more. Who runs the attempts, and within what budget, is the caller's matter.
package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
)

// Result is what a Step comes to.
type Result struct {
	Findings []parley.Finding // the answer first
	Asks     []parley.Ask     // most telling first; empty: nothing more to learn
	Scopes   []ScopeResult
	// PassedOver are scopes that no client is hindered by, and that are not
	// judged: a loopback address at which nothing listens, of a name that has
	// another one at which something does.
	PassedOver []ScopeResult
	Verdict    parley.Verdict
}

// ScopeResult is what one scope comes to by itself.
type ScopeResult struct {
	View     *causes.View // nil: no hello was tried
	Scope    parley.Scope
	Verdict  parley.Verdict
	Findings []parley.Finding
}

// Step diagnoses the evidence as far as it goes.
func Step(e *parley.Evidence) Result {
	var res Result
	if e.Local.Unusable != "" {
		res.Findings, res.Verdict = []parley.Finding{causes.UnusableFinding(e)}, parley.VerdictProblem
		return res
	}
	if f, ok := nameFinding(e); ok {
		res.Findings = []parley.Finding{f}
		return res
	}
	var views []*causes.View
	for _, s := range scopes(e) {
		sr, asks := stepScope(e, s)
		res.Scopes = append(res.Scopes, sr)
		res.Asks = append(res.Asks, asks...)
	}
	if len(e.Target.Origin) == 0 { // of two layers each is asked for itself
		res.passOver()
	}
	for _, sr := range res.Scopes {
		if sr.View != nil {
			views = append(views, sr.View)
		}
	}
	res.Findings = merge(res.Scopes)
	res.Findings = across(views, res.Scopes, res.Findings)
	res.Verdict = verdict(res)
	return res
}

// passOver takes loopback addresses that refuse out of the scopes if another
// loopback address answers. Clients fall back from one to the other (RFC 8305,
// Section 5), and a program that listens at 127.0.0.1 alone is as it should be;
// of a real name the same is a fault, for the time that it costs and the clients
// that do not fall back.
func (r *Result) passOver() {
	refuses := func(s ScopeResult) bool {
		return s.View != nil && s.View.Asked() && s.View.Answer.End == parley.EndConnectRefused
	}
	answers := slices.ContainsFunc(r.Scopes, func(s ScopeResult) bool {
		return s.Scope.Addr.Addr().IsLoopback() && s.Scope.Via == "" && s.View != nil && s.View.Asked() && !refuses(s)
	})
	if !answers {
		return
	}
	r.Scopes = slices.DeleteFunc(r.Scopes, func(s ScopeResult) bool {
		over := s.Scope.Addr.Addr().IsLoopback() && s.Scope.Via == "" && refuses(s)
		if over {
			r.PassedOver = append(r.PassedOver, s)
		}
		return over
	})
}

func stepScope(e *parley.Evidence, s parley.Scope) (ScopeResult, []parley.Ask) {
	base, client, members := pick(e, s)
	if base.ID == "" {
		return ScopeResult{Scope: s}, nil
	}
	v := causes.NewView(e, base, client, e.Client == nil)
	var rest []parley.Finding
	var more []parley.Ask
	if objects, refused := parted(e, v, members); len(refused) > 0 {
		members = objects
		rest, more = lackingSuite(e, s, refused)
	}
	proof, asks := search(v)
	v.Proof = proof
	asks = append(asks, more...)
	sr := ScopeResult{View: v, Scope: s}
	for _, c := range causes.All() {
		if c.Asks != nil {
			asks = append(asks, unanswered(e, carried(v, c.Asks(v)))...)
		}
		if c.Find != nil {
			for _, f := range c.Find(v) {
				switch {
				case f.Phase <= parley.PhaseConnect || c.CannotTell || f.Members != nil:
				case (f.Phase <= parley.PhaseStartTLS || !anyTLS(e, s)) && e.Client == nil:
					f.Members = beforeTLS(e, s, members) // and the others were not asked
				default:
					f.Members = members
				}
				sr.Findings = append(sr.Findings, whole(c, f))
			}
		}
	}
	sr.Findings = append(settle(sr.Findings), rest...)
	sr.Verdict = scopeVerdict(v, sr.Findings)
	return sr, dedupe(asks)
}

// anyTLS says that something which came back in a scope was TLS.
func anyTLS(e *parley.Evidence, s parley.Scope) bool {
	return slices.ContainsFunc(e.Replies, func(r parley.Reply) bool { return e.Attempts[r.Attempt].Scope == s && len(r.Events) > 0 })
}

// beforeTLS are the members of the panel that a peer stops which does not come to
// TLS: those that were asked, and those that were not, for whose hello it is makes
// no difference there.
func beforeTLS(e *parley.Evidence, s parley.Scope, failed []parley.ClientID) []parley.ClientID {
	asked := map[string]bool{}
	for _, id := range e.Order {
		if a := e.Attempts[id]; a.Role == parley.RoleBase && a.Scope == s && len(e.RepliesTo(id)) > 0 {
			asked[a.Name] = true
		}
	}
	var others []parley.ClientID
	for _, c := range e.Panel {
		if !asked[string(c.ID)] && !slices.Contains(failed, c.ID) {
			others = append(others, c.ID)
		}
	}
	slices.Sort(others)
	return slices.Concat(failed, others)
}

// whole gives a finding the cause's own fixes and warnings where it has none
// that are about the case.
func whole(c *causes.Cause, f parley.Finding) parley.Finding {
	if f.Intents == nil {
		f.Intents = c.Fixes
	}
	if f.WillNotHelp == nil {
		f.WillNotHelp = c.WillNotHelp
	}
	if f.Pair != nil {
		f.WillNotHelp = slices.DeleteFunc(slices.Clone(f.WillNotHelp), func(advice string) bool { return provedToHelp(f.Pair, advice) })
	}
	return f
}

// spoken is how advice speaks of what a proof can change, as a whole: of suites of
// another kind than those that are proved to help it may still say so.
var spoken = []struct {
	axis parley.Axis
	op   parley.Op // OpUnknown: any
	as   string
}{
	{axis: parley.AxisVersion, as: "versions"},
	{axis: parley.AxisVersion, as: "TLS version"},
	{axis: parley.AxisSuite, op: parley.Add, as: "adding suites"},
	{axis: parley.AxisSuite, as: "other suites"},
	{axis: parley.AxisSuite, as: "versions or suites"},
	{axis: parley.AxisGroup, as: "groups"},
	{axis: parley.AxisServerName, op: parley.Remove, as: "server_name off"},
	{axis: parley.AxisProxy, op: parley.Remove, as: "NO_PROXY"},
}

// provedToHelp says that advice speaks of what a proof changed: the screen cannot say of
// it that it will not help.
func provedToHelp(p *parley.Pair, advice string) bool {
	if strings.Contains(advice, "suites that") {
		return false
	}
	return slices.ContainsFunc(p.Changed, func(c parley.Change) bool {
		for _, w := range spoken {
			if w.axis == c.Axis && (w.op == parley.OpUnknown || w.op == c.Op) && strings.Contains(advice, w.as) {
				return true
			}
		}
		return false
	})
}

// settle orders the findings of one scope and keeps those that the others do
// not explain. What is proved or seen leaves no room for what is inferred of
// the same refusal.
func settle(fs []parley.Finding) []parley.Finding {
	known := slices.ContainsFunc(fs, func(f parley.Finding) bool { return f.Certainty >= parley.Seen && !verifies(f) })
	fs = slices.DeleteFunc(fs, func(f parley.Finding) bool { return known && f.Certainty <= parley.Inferred && !verifies(f) })
	explained := map[parley.CauseID]parley.CauseID{}
	for _, f := range fs {
		if c, err := causes.Get(f.Cause); err == nil {
			for _, id := range c.Explains {
				explained[id] = f.Cause
			}
		}
	}
	var out, symptoms []parley.Finding
	for _, f := range fs {
		if _, ok := explained[f.Cause]; ok && !together(f) {
			symptoms = append(symptoms, f)
			continue
		}
		out = append(out, f)
	}
	for _, s := range symptoms {
		by := explained[s.Cause]
		for explained[by] != "" { // what explains it may be a symptom itself
			by = explained[by]
		}
		i := slices.IndexFunc(out, func(f parley.Finding) bool { return f.Cause == by })
		if i >= 0 {
			out[i].Symptoms = append(out[i].Symptoms, s)
		}
	}
	slices.SortStableFunc(out, func(a, b parley.Finding) int {
		return cmp.Or(cmp.Compare(a.Phase, b.Phase), cmp.Compare(b.Certainty, a.Certainty))
	})
	return out
}

// verifies says that a finding is about what a client makes of the certificates.
// Each of those stands for itself: they are no refusals that one cause explains.
func verifies(f parley.Finding) bool { return f.Phase == parley.PhaseVerification }

// together says that a finding is one of several that a proof takes: each is a
// cause of its own, and none explains another.
func together(f parley.Finding) bool { return f.Pair != nil && len(f.Pair.Changed) > 1 }

func scopeVerdict(v *causes.View, fs []parley.Finding) parley.Verdict {
	for _, f := range fs {
		if !cannotTell(f.Cause) {
			return parley.VerdictProblem
		}
	}
	switch {
	case len(fs) > 0 || !v.Asked() || v.Wavers() || v.Unverified() != "" || v.Unfinished() != "":
		return parley.VerdictUnknown
	case v.Completes() && v.ClientRefuses() == causes.RefusesNothing && wholePanel(v):
		return parley.VerdictOK
	}
	return parley.VerdictUnknown
}

// wholePanel says that every member of the panel was asked in the view's scope
// and gets through: one that was not asked is not known to.
func wholePanel(v *causes.View) bool {
	if v.E.Client != nil {
		return true
	}
	through := 0
	for _, id := range v.E.Order {
		a := v.E.Attempts[id]
		if a.Role == parley.RoleBase && a.Scope == v.Scope && len(v.E.RepliesTo(id)) > 0 && standing(v.E, a, clientOf(v.E, a)) == 0 {
			if ans, ok := v.To(a); ok && ans.Completes() {
				through++
			}
		}
	}
	return through == len(v.E.Panel)
}

func cannotTell(id parley.CauseID) bool {
	c, err := causes.Get(id)
	return err == nil && c.CannotTell
}

// verdict of the whole: a problem anywhere is one; what could not be told of
// one scope keeps the whole from being fine.
func verdict(res Result) parley.Verdict {
	for _, f := range res.Findings {
		if !cannotTell(f.Cause) {
			return parley.VerdictProblem
		}
	}
	if len(res.Scopes) == 0 || len(res.Findings) > 0 {
		return parley.VerdictUnknown
	}
	for _, s := range res.Scopes {
		if s.Verdict != parley.VerdictOK {
			return s.Verdict
		}
	}
	return parley.VerdictOK
}

// merge joins equal findings of several scopes into one that names them all.
func merge(scopes []ScopeResult) []parley.Finding {
	var out []parley.Finding
	for _, s := range scopes {
		for _, f := range s.Findings {
			i := slices.IndexFunc(out, func(o parley.Finding) bool {
				return o.Cause == f.Cause && (o.Side == f.Side || f.Phase <= parley.PhaseConnect)
			})
			if i < 0 {
				out = append(out, f)
				continue
			}
			o := &out[i]
			if f.Title != o.Title { // of the ways that fail, the direct one comes first
				if f.Title == "" {
					f, *o = *o, f
				}
				o.Because = slices.Concat(o.Because, f.Because)
			}
			o.Scopes = append(slices.Clone(o.Scopes), f.Scopes...)
			if f.Certainty > o.Certainty {
				f.Scopes, f.Members = o.Scopes, union(o.Members, f.Members)
				*o = f
			}
			o.Members = union(o.Members, f.Members)
		}
	}
	slices.SortStableFunc(out, func(a, b parley.Finding) int { return cmp.Compare(a.Phase, b.Phase) })
	return out
}

// across lets causes look at all scopes at once. What only some addresses show
// hangs under the finding that they disagree.
func across(views []*causes.View, scopes []ScopeResult, fs []parley.Finding) []parley.Finding {
	for _, c := range causes.All() {
		if c.Across == nil {
			continue
		}
		for _, f := range c.Across(views) {
			f = whole(c, f)
			var rest []parley.Finding
			for _, o := range fs {
				if len(o.Scopes) < len(scopes) {
					f.Symptoms = append(f.Symptoms, o)
					continue
				}
				rest = append(rest, o)
			}
			fs = append([]parley.Finding{f}, rest...)
		}
	}
	return fs
}

// scopes lists the scopes in which a base was tried, in that order.
func scopes(e *parley.Evidence) []parley.Scope {
	var out []parley.Scope
	for _, id := range e.Order {
		a := e.Attempts[id]
		if a.Role == parley.RoleBase && !slices.Contains(out, a.Scope) {
			out = append(out, a.Scope)
		}
	}
	return out
}

// carried drops the asks that the transport of a view cannot carry.
func carried(v *causes.View, asks []parley.Ask) []parley.Ask {
	return slices.DeleteFunc(asks, func(a parley.Ask) bool {
		other := a.Attempt.Hello != nil && parley.TransportOf(a.Attempt.Hello) != parley.TransportDTLS
		return !v.Carries(a.Attempt.Changed) || v.Scope.Transport == parley.TransportDTLS && other
	})
}

// unanswered drops the asks that have as many replies as they want, and those
// that were not run for a reason that stands.
func unanswered(e *parley.Evidence, asks []parley.Ask) []parley.Ask {
	return slices.DeleteFunc(asks, func(a parley.Ask) bool {
		_, not := e.NotRun[a.Attempt.ID]
		return not || len(e.RepliesTo(a.Attempt.ID)) >= max(a.Times, 1)
	})
}

// dedupe makes equal asks one, with the larger count and all they separate.
func dedupe(asks []parley.Ask) []parley.Ask {
	var out []parley.Ask
	for _, a := range asks {
		i := slices.IndexFunc(out, func(o parley.Ask) bool { return o.Attempt.ID == a.Attempt.ID })
		if i < 0 {
			out = append(out, a)
			continue
		}
		o := &out[i]
		o.Times = max(o.Times, a.Times)
		o.Proof = o.Proof || a.Proof
		o.Separates = union(o.Separates, a.Separates)
	}
	return out
}

func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}
