package check

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/diagnose"
)

// Layer says of an answer that could not tell how far the check got, and what
// was seen there, in words. PhaseUnknown: nothing was tried.
func (a *Answer) Layer() (parley.Phase, string) {
	if l := a.Evidence.Lookup; l.End != parley.EndUnknown {
		return parley.PhaseName, l.Detail
	}
	if len(a.Result.Findings) > 0 {
		return a.Result.Findings[0].Phase, ""
	}
	for _, s := range a.Result.Scopes {
		if s.Verdict == parley.VerdictOK {
			continue
		}
		if s.View != nil && s.View.HasKey() {
			return parley.PhaseFinished, "the server takes the pre-shared key of the hello as it was recorded; what follows takes the key"
		}
		if r, ok := a.undecided(s); ok {
			return layerOf(r, a.Evidence.Attempts[r.Attempt])
		}
		if s.View != nil && s.View.Unverified() != "" {
			return parley.PhaseCertificate, s.View.Unverified()
		}
		if s.View != nil && s.View.Unfinished() != "" {
			return parley.PhaseClientCertificate, s.View.Unfinished()
		}
	}
	return parley.PhaseUnknown, ""
}

// undecided is the reply of a scope that leaves its verdict open: the one that
// was diagnosed or, if that completes, the first that does not.
func (a *Answer) undecided(s diagnose.ScopeResult) (parley.Reply, bool) {
	var open []parley.Reply
	for _, r := range a.Evidence.Replies {
		at := a.Evidence.Attempts[r.Attempt]
		if at.Scope != s.Scope || at.Role != parley.RoleBase || r.AnswerTo(at).Completes() {
			continue
		}
		if s.View != nil && at.ID == s.View.Base.ID {
			return r, true
		}
		open = append(open, r)
	}
	if len(open) == 0 {
		return parley.Reply{}, false
	}
	return open[0], true
}

// layerOf is the phase in which a reply ended, and how.
func layerOf(r parley.Reply, a parley.Attempt) (parley.Phase, string) {
	ans := r.AnswerTo(a)
	why := ans.Words()
	if r.Detail != "" {
		why += ": " + r.Detail
	}
	switch r.End {
	case parley.EndNameNotFound, parley.EndNameError:
		return parley.PhaseName, why
	case parley.EndConnectRefused, parley.EndConnectTimeout, parley.EndUnreachable, parley.EndProxyRefused:
		return parley.PhaseConnect, why
	case parley.EndPlaintext:
		return parley.PhasePlaintext, why
	case parley.EndPrologue:
		return parley.PhaseStartTLS, why
	}
	switch {
	case ans.Choice.Version != 0:
		return ans.Phase, why
	case r.Connect > 0, r.End == parley.EndRST: // it may come before connect returns
		return parley.PhaseHello, why
	}
	return parley.PhaseConnect, why
}
