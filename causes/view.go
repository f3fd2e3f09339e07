package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// View is the evidence of one scope, seen from one client's hello (the base).
// Causes ask it by meaning, never by position.
type View struct {
	E       *parley.Evidence
	Scope   parley.Scope
	Server  parley.Server
	Client  *parley.Client // whose hello the base is
	Panel   bool           // the client stands for today's panel, nobody named it
	Base    parley.Attempt
	Replies []parley.Reply // to the base
	Answer  parley.Answer  // of the first of them
	Outcome parley.Outcome // what Negotiate makes of the terms known
	// Sets are the change sets that the terms known suggest, likeliest first.
	Sets  [][]parley.Change
	Proof Proof

	verified []Verified // what Verify found; nil: not looked yet
}

// ProofState says how far the search for a flipping change set has come.
type ProofState uint8

// The states. Pending: attempts are missing. Once: it flipped once, and the
// repeats are missing. Refuted: nothing that was tried flips the answer.
const (
	ProofUnknown ProofState = iota
	ProofPending
	ProofOnce
	ProofProved
	ProofUnsteady // the same attempt got different answers
	ProofRefuted
)

// Proof is the change set that flips the base's answer, as far as known.
type Proof struct {
	State ProofState
	Set   []parley.Change
	Pair  *parley.Pair
}

// NewView looks at one scope through base. The proof is searched by diagnose.
func NewView(e *parley.Evidence, base parley.Attempt, client *parley.Client, panel bool) *View {
	v := &View{E: e, Scope: base.Scope, Base: base, Client: client, Panel: panel, Server: e.Fold(base.Scope)}
	if base.Hello == nil && base.SSL2 != nil {
		v.Base.Hello = parley.FromSSL2(base.SSL2) // what it offers, to be reasoned about
	}
	v.Replies = e.RepliesTo(base.ID)
	if len(v.Replies) > 0 {
		v.Answer = v.Replies[0].AnswerTo(base)
	}
	if client != nil && v.Base.Hello != nil && v.Refused() {
		c := *client
		c.Hellos = []parley.Hello{{Message: v.Base.Hello, RecordVersion: base.RecordVersion}}
		c.Offers = parley.OffersOf(v.Base.Hello)
		v.Outcome = parley.Negotiate(c, v.Server)
		v.Sets = v.sets()
	}
	return v
}

// Asked says whether the base has been answered at all, by whatever end.
func (v *View) Asked() bool { return len(v.Replies) > 0 }

// Refused says that a hello reached a peer that did not complete with it, and
// that what came back (or did not) was no clear text.
func (v *View) Refused() bool {
	return v.Asked() && (v.Answer.Refused() || v.Answer.Unoffered) && v.Answer.End != parley.EndPlaintext
}

// RefusedLater says that the hello was accepted, and the handshake ended after that.
func (v *View) RefusedLater() bool { return v.Asked() && v.Answer.RefusedLater() }

// Completes says that the server went through with the base hello.
func (v *View) Completes() bool { return v.Asked() && v.Answer.Completes() }

// Wavers says that the same question got different answers: the base was gone
// through with once and ended once, or a version accepted once and denied once.
func (v *View) Wavers() bool {
	return len(v.Server.Versions(parley.Mixed)) > 0 || slices.ContainsFunc(v.Replies, func(r parley.Reply) bool {
		ours := r.End == parley.EndInterrupted || r.End == parley.EndLocal
		return !ours && r.AnswerTo(v.Base).Completes() != v.Completes()
	})
}

// RefusedBy says whether the base was refused by one of the alerts.
func (v *View) RefusedBy(alerts ...iana.Alert) bool {
	return v.Asked() && v.Answer.End == parley.EndAlert && slices.Contains(alerts, v.Answer.Alert)
}

// Hello is the base's ClientHello; nil if it has none.
func (v *View) Hello() *wire.ClientHello { return v.Base.Hello }

// Reply is the first reply to the base; the zero Reply if there is none.
func (v *View) Reply() parley.Reply {
	if len(v.Replies) == 0 {
		return parley.Reply{}
	}
	return v.Replies[0]
}

// Name is the server name that the base asks for; false: it asks for none.
func (v *View) Name() (string, bool) {
	if v.Base.Hello == nil {
		return "", false
	}
	return v.Base.Hello.ServerName()
}

// Offered are the versions that the base states, highest first.
func (v *View) Offered() []iana.Version {
	if v.Base.Hello == nil {
		return nil
	}
	return parley.OfferedVersions(v.Base.Hello)
}

// Accepts returns what is known of the server's acceptance of a version.
func (v *View) Accepts(ver iana.Version) parley.Truth { return v.Server.Column(v.at(ver)).Accepted.Is }

// at is a version as it is over the transport of this scope: over DTLS the version of
// DTLS that follows it; 0 where none does.
func (v *View) at(ver iana.Version) iana.Version {
	if v.Scope.Transport != parley.TransportDTLS {
		return ver
	}
	return parley.TransportDTLS.Version(ver)
}

// current are the versions that a server should accept today: of DTLS one, as next to
// nothing speaks DTLS 1.3.
func (v *View) current() []iana.Version {
	if v.Scope.Transport == parley.TransportDTLS {
		return []iana.Version{iana.DTLS12}
	}
	return []iana.Version{iana.TLS12, iana.TLS13}
}

// tellingVersions are the versions whose whole hellos tell most about a server.
func (v *View) tellingVersions() []iana.Version {
	if v.Scope.Transport == parley.TransportDTLS {
		return []iana.Version{iana.DTLS10, iana.DTLS12, iana.DTLS13}
	}
	return []iana.Version{iana.TLS10, iana.TLS12, iana.TLS13}
}

// SharesVersion says that the server is known to accept a version that the
// base offers: what is missing is something else.
func (v *View) SharesVersion() bool {
	return slices.ContainsFunc(v.Offered(), func(x iana.Version) bool { return v.Accepts(x) == parley.Yes })
}

// ServerVersions are the versions that the server is known to accept, oldest first.
func (v *View) ServerVersions() []iana.Version { return v.Server.Versions(parley.Yes) }

// Whole returns the first answer to the reference of a version.
func (v *View) Whole(ver iana.Version) (parley.Answer, bool) {
	if v.at(ver) == 0 {
		return parley.Answer{}, false // no hello can offer it there
	}
	return v.To(v.reference(ver))
}

// AskWhole asks for the reference of a version.
func (v *View) AskWhole(ver iana.Version, for_ ...parley.CauseID) parley.Ask {
	return parley.Ask{Attempt: v.reference(ver), Times: 1, Separates: for_}
}

// reference is the reference attempt of a version, behind the base's prologue.
func (v *View) reference(ver iana.Version) parley.Attempt {
	return v.behind(parley.Whole(v.Scope, v.at(ver)))
}

// referenceOnly is the reference of a version cut down to kinds of key.
func (v *View) referenceOnly(ver iana.Version, auths ...iana.Auth) parley.Attempt {
	return v.behind(parley.WholeOnly(v.Scope, v.at(ver), auths...))
}

// behind is an attempt with the base's prologue before it.
func (v *View) behind(a parley.Attempt) parley.Attempt {
	a.Prologue, a.Patience = v.Base.Prologue, parley.Brief
	return a.Identify()
}

// To returns the first answer to an attempt.
func (v *View) To(a parley.Attempt) (parley.Answer, bool) {
	for _, r := range v.E.Replies {
		if r.Attempt == a.ID && r.End != parley.EndInterrupted && r.End != parley.EndLocal {
			return r.AnswerTo(a), true
		}
	}
	return parley.Answer{}, false
}

// Variant returns the first answer to the base with changes.
func (v *View) Variant(changes ...parley.Change) (parley.Answer, bool) {
	return v.To(v.Base.With(changes...))
}

// Control is an attempt without a hello: the steps alone.
func (v *View) Control(name string, steps ...parley.Step) parley.Attempt {
	return parley.Attempt{Role: parley.RoleControl, Name: name, Scope: v.Scope, Prologue: steps, Patience: parley.Brief}.Identify()
}

// Needs returns the member of the flipping change set on an axis. While the
// search has found none, it is that of the most plausible set, and the finding
// made of it is inferred.
func (v *View) Needs(axis parley.Axis) (parley.Change, bool) {
	if v.Proof.State == ProofUnsteady && slices.ContainsFunc(v.Replies, func(r parley.Reply) bool { return r.AnswerTo(v.Base).Completes() }) {
		return parley.Change{}, false // the base itself completes at times: no change explains that
	}
	set := v.Proof.Set
	if len(set) == 0 && v.Proof.State != ProofRefuted && len(v.Sets) > 0 {
		set = v.Sets[0]
	}
	i := slices.IndexFunc(set, func(c parley.Change) bool { return c.Axis == axis })
	if i < 0 {
		return parley.Change{}, false
	}
	return set[i], true
}

// Unexplained says that the base was refused although the terms known would
// let it through: something else than a missing value is in the way.
func (v *View) Unexplained() bool {
	return v.Refused() && len(v.Server.Good) > 0 && len(v.Sets) == 0
}

// hello is one hello tried in this scope, behind the same words as the base.
type hello struct {
	parley.Attempt
	parley.Answer
}

// hellos are the hellos tried as the base was, in this scope, without those
// that ended for reasons of parley's own.
func (v *View) hellos() []hello {
	var out []hello
	for _, r := range v.E.Replies {
		a, ok := v.E.Attempts[r.Attempt]
		if !ok || a.Scope.Addr != v.Scope.Addr || a.Scope.Via != v.Scope.Via || a.Hello == nil && a.SSL2 == nil || a.TTL.Asked() || a.Resume || a.Recorded() {
			continue
		}
		if len(a.Prologue) != len(v.Base.Prologue) || r.End == parley.EndInterrupted || r.End == parley.EndLocal {
			continue
		}
		out = append(out, hello{a, r.AnswerTo(a)})
	}
	return out
}

// NothingCompletes says that hellos were tried, of more than one kind, and
// none was gone through with.
func (v *View) NothingCompletes() bool {
	tried := 0
	for _, h := range v.hellos() {
		if h.Choice.Version != 0 {
			return false
		}
		if h.Role != parley.RoleVariant {
			tried++
		}
	}
	return tried >= 2
}

// AllEnd says whether every hello tried in this scope ended in one of the ways,
// and that there were at least two different ones. What ends a handshake after
// its hello was accepted is no such end.
func (v *View) AllEnd(ends ...parley.EndKind) bool {
	seen := map[parley.AttemptID]bool{}
	for _, h := range v.hellos() {
		if !slices.Contains(ends, h.End) || h.Accepted() {
			return false
		}
		seen[h.ID] = true
	}
	return len(seen) >= 2
}

// overUDP says that no connection comes before the hello, and that none is seen to
// be refused or kept.
func (v *View) overUDP() bool { return v.Scope.Transport != parley.TransportTCP }

// ofTCP are the axes of what only TCP has: segments, a SYN and what it says, words
// before the hello, and a proxy.
var ofTCP = []parley.Axis{parley.AxisSegments, parley.AxisMSS, parley.AxisTTL, parley.AxisPrologue, parley.AxisProxy, parley.AxisFormat}

// underKeys are the axes of what comes after the server's first flight, for which
// parley has no keys over DTLS.
var underKeys = []parley.Axis{parley.AxisClientCertificate, parley.AxisRequest, parley.AxisSession}

// Carries says whether an attempt with these changes can be made over the transport.
func (v *View) Carries(set []parley.Change) bool {
	return !slices.ContainsFunc(set, func(c parley.Change) bool {
		return v.overUDP() && slices.Contains(ofTCP, c.Axis) ||
			v.Scope.Transport == parley.TransportQUIC && c.Axis == parley.AxisRecords ||
			v.Scope.Transport == parley.TransportDTLS && slices.Contains(underKeys, c.Axis)
	})
}

// Finding starts a finding of cause id for this view.
func (v *View) Finding(id parley.CauseID, side parley.Side, phase parley.Phase, c parley.Certainty, because ...string) parley.Finding {
	f := parley.Finding{Cause: id, Side: side, Phase: phase, Certainty: c, Scopes: []parley.Scope{v.Scope}, Shows: v.Base.ID}
	from := []parley.Source{{Attempt: v.Base.ID}}
	for _, b := range because {
		f.Because = append(f.Because, parley.Reason{Text: b, From: from})
	}
	f.ClientIs = v.clientIs()
	return f
}

func (v *View) clientIs() parley.Certainty {
	switch {
	case v.Client == nil || v.Panel:
		return parley.NotCertain
	case len(v.Client.Hellos) > 0 && v.Client.Hellos[0].Composed:
		return parley.Inferred
	}
	return parley.Seen
}

// Proven returns the finding as the proof has it: proved with its pair when
// the change set that flips the answer has the axis in it, else with the
// certainty given.
func (v *View) Proven(f parley.Finding, axis parley.Axis, otherwise parley.Certainty, otherwiseNot ...parley.CauseID) parley.Finding {
	if v.Proof.State == ProofProved && slices.ContainsFunc(v.Proof.Set, func(c parley.Change) bool { return c.Axis == axis }) {
		f.Certainty, f.Pair = parley.Proved, v.Proof.Pair
		return f
	}
	f.Certainty, f.NotExcluded = otherwise, otherwiseNot
	return f
}
