package parley

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Fold makes the terms of the server in one scope from all that was tried
// there. It is pure, and says no to a version only after alert 70, or
// after a refusal of everything under the right name.
//
// Attempts under other server names of the same address teach only about
// names.
func (e *Evidence) Fold(s Scope) Server { return e.fold(s, false) }

func (e *Evidence) fold(s Scope, strict bool) Server {
	f := folder{
		attempts: e.Attempts, server: Server{Scope: s, Accepts: map[iana.Version]Column{}},
		strict: strict, verdicts: map[iana.Version]verdict{}, cuts: map[AttemptID]int{},
	}
	for _, r := range e.Replies {
		a, ok := e.Attempts[r.Attempt]
		if !ok || !a.Scope.sameWay(s) || a.Hello == nil && a.SSL2 == nil || a.TTL.Asked() || a.Resume || a.Recorded() || a.ECH != nil || len(a.Odd) > 0 {
			continue // a session that is resumed shows no terms, and a key that is shared few
		}
		ans := r.AnswerTo(a)
		if !slices.Contains(f.server.Seen, a.ID) {
			f.server.Seen = append(f.server.Seen, a.ID)
		}
		if a.Hello != nil && !asksName(a.Hello, s.Name) {
			f.names(a, ans)
			if changesName(a) || a.Role == RoleReference {
				continue
			}
		}
		f.accept(a, r, ans)
		f.enumerate(a, ans)
		f.groups(a, ans)
		f.fallback(a, ans)
		f.schemes(a, r, ans)
	}
	for _, r := range e.Replies {
		if a, ok := e.Attempts[r.Attempt]; ok && a.Scope.sameWay(s) && !a.TTL.Asked() {
			f.speaks = f.speaks || len(r.Events) > 0 && (a.Hello == nil || asksName(a.Hello, s.Name))
			if ans := r.AnswerTo(a); (a.Hello == nil || asksName(a.Hello, s.Name)) && ans.Choice.Version == 0 && (ans.End == EndFIN || ans.End == EndRST) {
				f.cuts[a.ID]++
			}
		}
	}
	for _, r := range e.Replies {
		if a, ok := e.Attempts[r.Attempt]; ok && a.Scope.sameWay(s) && !a.TTL.Asked() && !a.Resume && !a.Recorded() && a.ECH == nil && len(a.Odd) == 0 {
			f.refuse(a, r.AnswerTo(a))
		}
	}
	f.lists()
	f.schemeLists()
	e.details(&f.server)
	f.server.Tolerance = e.tolerances(&f.server)
	f.quic(e)
	return f.server
}

// sameWay says that both scopes are of one address, asked in one way: what they
// differ in is the server name.
func (s Scope) sameWay(t Scope) bool {
	return s.Addr == t.Addr && s.Via == t.Via && s.Transport == t.Transport
}

type folder struct {
	server   Server
	attempts map[AttemptID]Attempt
	// speaks says that some hello under the scope's name was answered in TLS: where
	// none is, a lost or cut connection says nothing about versions, for a filter
	// of the name does that to every hello.
	speaks bool
	// strict: what leaves another reading is no refusal.
	strict bool
	// verdicts are what refusals came to, by version.
	verdicts map[iana.Version]verdict
	// cuts counts the resets and closes that each attempt met.
	cuts map[AttemptID]int
	// suites are the selections and refusals of enumerations, by version.
	suites map[iana.Version]*tally[iana.Suite]
	// groupsOf are those of groups.
	groupsOf map[iana.Version]*tally[iana.Group]
	// schemesOf are those of signature schemes.
	schemesOf map[iana.Version]*tally[iana.Scheme]
}

// asksName says whether a hello asks for name, or cannot ask for any.
func asksName(h *wire.ClientHello, name string) bool {
	n, _ := h.ServerName()
	return n == name || h.OmitExtensions
}

func changesName(a Attempt) bool {
	return slices.ContainsFunc(a.Changed, func(c Change) bool { return c.Axis == AxisServerName })
}

// accept learns from a server's first flight.
func (f *folder) accept(a Attempt, r Reply, ans Answer) {
	if ans.Choice.Version == 0 || !ans.Accepted() && ans.End != EndStopped {
		return
	}
	from := Source{Attempt: a.ID}
	c := ans.Choice
	col := f.server.Accepts[c.Version]
	col.Accepted = learn(col.Accepted, Yes, from, "")
	if c.Version != iana.SSL2 {
		col.Suites.Learn(c.Suite, Yes, from)
	}
	if c.Group != 0 {
		col.Groups.Learn(c.Group, Yes, from)
	}
	if c.Scheme != 0 {
		col.Schemes.Learn(c.Scheme, Yes, from)
	}
	if c.DHBits != 0 {
		if col.DHBits[0] == 0 {
			col.DHBits[0] = c.DHBits
		}
		col.DHBits = [2]int{min(col.DHBits[0], c.DHBits), max(col.DHBits[1], c.DHBits)}
	}
	f.server.Accepts[c.Version] = col
	if !ans.Unoffered && !slices.ContainsFunc(f.server.Good, func(g Good) bool { return g.Choice == c }) {
		f.server.Good = append(f.server.Good, Good{Choice: c, Attempt: a.ID})
	}
	f.auth(a, r, ans, from)
	f.extensions(a, r, c.Version, from)
	f.features(a, r, c.Version, from)
	f.certificate(r, from)
}

func (f *folder) extensions(a Attempt, r Reply, v iana.Version, from Source) {
	sh := r.ServerHello()
	if sh == nil || !v.Before(iana.TLS13) || v == iana.SSL2 || a.Hello == nil {
		return
	}
	if _, asked := a.Hello.Extension(iana.ExtExtendedMasterSecret); asked {
		_, has := sh.Extension(iana.ExtExtendedMasterSecret)
		f.server.EMS = learn(f.server.EMS, truth(has), from, "the ServerHello lacks extended_master_secret")
	}
	_, asked := a.Hello.Extension(iana.ExtRenegotiationInfo)
	if asked || a.Hello.HasSuite(iana.SCSVRenegotiation) {
		_, has := sh.Extension(iana.ExtRenegotiationInfo)
		f.server.Renegotiation = learn(f.server.Renegotiation, truth(has), from, "the ServerHello lacks renegotiation_info")
	}
}

func (f *folder) certificate(r Reply, from Source) {
	for _, e := range r.Events {
		switch m := e.Item.Message.(type) {
		case *wire.Certificate:
			if e.From == ServerSide && len(m.Raw) > 0 && !slices.ContainsFunc(f.server.Chains, func(c Chain) bool {
				return slices.Equal(c.Raw[0], m.Raw[0])
			}) {
				chain := Chain{Raw: m.Raw, From: []Source{from}}
				chain.readLeaf()
				f.server.Chains = append(f.server.Chains, chain)
			}
		case *wire.SSL2ServerHello:
			for _, k := range m.Kinds {
				f.server.SSL2.Learn(k, Yes, from)
			}
		}
	}
}

// auth learns what the server wants of the client's identity: from a request,
// from a flight without one, and from how it takes an empty Certificate. A
// server that goes on without one and says in its answer to a request that it
// wants it, requires it.
func (f *folder) auth(a Attempt, r Reply, ans Answer, from Source) {
	auth := &f.server.Auth
	if ans.AsksClient != Unknown {
		auth.Requested = learn(auth.Requested, ans.AsksClient, from, "the server's first flight has no CertificateRequest")
	}
	if ans.AsksClient != Yes || a.Until == StopFlight || a.Until == StopAgain || a.Cert != nil {
		return
	}
	switch _, demand, words := r.HTTP(); {
	case demand == HTTPRequires:
		auth.Required = Fact{Is: Yes, From: []Source{from}, Why: words}
	case auth.Required.Is == Yes && auth.Required.Why != "":
	case ans.Completes():
		auth.Required = learn(auth.Required, No, from, "the handshake completes with an empty Certificate")
	case ans.RefusedLater() && ans.End == EndAlert && ans.OfTheClient():
		auth.Required = learn(auth.Required, Yes, from, "")
	}
}

// refuse learns a version's no, where nothing said yes.
func (f *folder) refuse(a Attempt, ans Answer) {
	if a.Hello == nil && a.SSL2 == nil {
		return
	}
	from := Source{Attempt: a.ID}
	says := func(why string) verdict { return verdict{is: No, rank: rankOf(ans), why: why, from: from} }
	switch {
	case a.Hello == nil:
		if a.Whole != 0 && f.speaks && ans.Choice.Version == 0 && (ans.Refused() || ans.End == EndStopped) && ans.End != EndPlaintext {
			f.no(a.Whole, f.refused(a, ans))
		}
	case a.Whole != 0 && f.turns(a, ans):
		col := f.server.Accepts[a.Whole]
		col.Accepted = learn(col.Accepted, No, from, "")
		f.server.Accepts[a.Whole] = col
	case a.Whole != 0 && ans.Completes() && ans.Choice.Version.Before(a.Whole):
		f.no(a.Whole, says("selected "+ans.Choice.Version.String()+" where it was the highest offered"))
	case a.Whole != 0 && ans.Unoffered:
		f.no(a.Whole, says("selected "+ans.Choice.Version.String()+" where it alone was offered"))
	case !ans.Refused(), a.Scope.Transport == TransportQUIC && (ans.End == EndVersions || ans.Alert == iana.AlertNoApplicationProtocol):
	case ans.End == EndAlert && ans.Alert == iana.AlertProtocolVersion:
		for _, v := range OfferedVersions(a.Hello) {
			f.no(v, says("refused by alert 70"))
		}
	case a.Whole != 0 && f.speaks && ans.End != EndPlaintext && asksName(a.Hello, f.server.Scope.Name):
		f.no(a.Whole, f.refused(a, ans))
	}
}

// turns says that a refusal of a version by name, or the choice of a lower
// one, meets a handshake under that version and the same server name: the same
// question got different answers, as servers behind one address give that take
// turns.
func (f *folder) turns(a Attempt, ans Answer) bool {
	denied := ans.End == EndAlert && ans.Alert == iana.AlertProtocolVersion || ans.Completes() && ans.Choice.Version.Before(a.Whole)
	return denied && slices.ContainsFunc(f.server.Good, func(g Good) bool {
		b := f.attempts[g.Attempt]
		if g.Version != a.Whole || b.Hello == nil || len(b.Prologue) != len(a.Prologue) {
			return false
		}
		n, _ := a.Hello.ServerName()
		return asksName(b.Hello, n)
	})
}

// names learns what other names, and no name, are answered with.
func (f *folder) names(a Attempt, ans Answer) {
	n, _ := a.Hello.ServerName()
	from := Source{Attempt: a.ID}
	if ans.Completes() && !slices.Contains(f.server.Names.Others, n) {
		f.server.Names.Others = append(f.server.Names.Others, n)
	}
	if n == "" {
		f.server.Names.Needs = learn(f.server.Names.Needs, truth(ans.Refused()), from, "a hello without server_name completes")
	}
}

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

func learn(f Fact, is Truth, from Source, whyNo string) Fact {
	f.Is = f.Is.And(is)
	if !slices.Contains(f.From, from) {
		f.From = append(f.From, from)
	}
	f.Why = ""
	if f.Is == No {
		f.Why = whyNo
	}
	return f
}

// Words says an answer in a clause: "alert 40 handshake_failure", "reset".
func (a Answer) Words() string {
	switch a.End {
	case EndAlert:
		return fmt.Sprintf("alert %d %s", uint8(a.Alert), a.Alert)
	case EndFIN:
		return "closed without an alert"
	case EndRST:
		return "reset"
	case EndSilence:
		return "no answer"
	case EndPlaintext:
		return "answered in clear text"
	case EndMalformed:
		return "answered with something malformed"
	case EndStopped:
		if a.Unoffered {
			return "selected " + a.Choice.Version.String() + ", which was not offered"
		}
		if i, _ := a.Choice.Suite.Info(); i.Auth == iana.AuthPSK {
			return "accepted" // what follows takes the key
		}
		return "completes"
	case EndConnectRefused:
		return "connection refused"
	case EndConnectTimeout:
		return "no answer to the SYN"
	case EndProxyRefused:
		return "no tunnel through the proxy"
	case EndPrologue:
		return "no upgrade to TLS"
	case EndLimit:
		return "answered with more than the limit"
	case EndVersions:
		return "the version of QUIC is not among those that it lists"
	case EndInterrupted:
		return "no answer before the time was over"
	}
	return a.End.String()
}
