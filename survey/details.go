package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Details learns what stands in Server.Details, as far as no other attempt shows it:
// whose order of groups decides, what other names are answered with, what sessions are
// given and taken, and whether keys are used twice. It is asked and answered as an
// Enumeration is, in few rounds.
type Details struct {
	questions
	server *parley.Server
}

// LearnSessions starts with the versions and suites that an enumeration came to: it
// goes through handshakes, which show sessions and what 1.3 answers encrypted.
func LearnSessions(p Plan, s *parley.Server) *Details {
	x := &Details{questions: newQuestions(p), server: s}
	versions := x.versions()
	for _, v := range versions {
		if v == iana.TLS13 {
			x.sessions13()
		} else {
			x.sessions(v)
		}
	}
	if len(versions) == 1 && versions[0] == iana.TLS13 {
		x.names()
	}
	return x
}

// LearnDetails starts with all the terms that an enumeration came to, groups
// included.
func LearnDetails(p Plan, s *parley.Server) *Details {
	x := &Details{questions: newQuestions(p), server: s}
	versions := x.versions()
	for _, v := range versions {
		x.groupOrder(v)
	}
	x.encrypted()
	x.reuse()
	x.refusal(versions)
	return x
}

// versions are those that details are asked of: 1.3, and the newest below.
func (x *Details) versions() (out []iana.Version) {
	for _, v := range []iana.Version{iana.TLS13, iana.TLS12, iana.TLS11, iana.TLS10} {
		if is := x.server.Column(v).Accepted.Is; (is == parley.Yes || is == parley.Mixed) && (len(out) == 0 || out[0] == iana.TLS13 && len(out) == 1) {
			out = append(out, v)
		}
	}
	return out
}

// suites are the accepted suites of v that agree on a key in a group.
func (x *Details) suites(v iana.Version) []iana.Suite {
	col := x.server.Column(v)
	return suitesWith(&col, func(i iana.SuiteInfo) bool {
		return v == iana.TLS13 || i.Kx == iana.KxECDHE && i.Auth != iana.AuthAnon
	})
}

// usualGroups are groups in the order in which most servers would have them.
var usualGroups = []iana.Group{
	iana.GroupX25519MLKEM768, iana.GroupX25519, iana.GroupSecp256r1, iana.GroupX448, iana.GroupSecp521r1, iana.GroupSecp384r1,
}

// groupOrder offers the groups of v in their order and in reverse: the same one
// selected twice is the server's choice. Then neighbours are offered in pairs, in one
// round if their order is the usual one; those of finite fields are left out, for they cost a
// server a tenth of a second each. In 1.3 no share comes along, for it would count
// for more than the order.
func (x *Details) groupOrder(v iana.Version) {
	col := x.server.Column(v)
	groups, suites := col.Groups.Yes(), x.suites(v)
	if len(groups) < 2 || len(suites) == 0 {
		return
	}
	slices.SortStableFunc(groups, func(a, b iana.Group) int { return place(usualGroups, a) - place(usualGroups, b) })
	var picks []parley.Pick[iana.Group]
	const most = 4
	due, rounds := 0, 0
	var ask func(lists ...[]iana.Group)
	ask = func(lists ...[]iana.Group) {
		due += len(lists)
		for _, list := range lists {
			a := x.part(v, parley.AxisGroup, suites)
			a.Hello.SetGroups(list)
			if v == iana.TLS13 {
				a.Hello.SetKeyShares([]wire.KeyShare{})
			}
			x.ask(a.Identify(), func(_ parley.Reply, ans parley.Answer) {
				if g := ans.Choice.Group; ans.Choice.Version == v && ans.Accepted() && slices.Contains(list, g) {
					picks = append(picks, parley.Pick[iana.Group]{Offered: list, Selected: g})
				}
				if due--; due > 0 {
					return
				}
				r := parley.Rank(groups, picks, func(a, b iana.Group) int { return slices.Index(groups, a) - slices.Index(groups, b) })
				if rounds++; rounds == 1 && v == iana.TLS13 && len(picks) > 0 {
					x.retry(groups, picks[0].Selected, suites)
				}
				if r.Decides != parley.Yes || rounds > most {
					return
				}
				pairs := r.Open
				if rounds > 1 {
					pairs = r.Doubts()
				}
				for _, p := range pairs {
					if !finite(p[0]) && !finite(p[1]) {
						ask([]iana.Group{p[1], p[0]})
					}
				}
			})
		}
	}
	ask(groups, reversed(slices.Clone(groups)))
}

func finite(g iana.Group) bool {
	i, _ := g.Info()
	return i.Kind == iana.GroupFFDHE
}

// retry offers the group that was selected before all others, and a share of one of
// those alone: a server that wants the first has to ask for it.
func (x *Details) retry(groups []iana.Group, first iana.Group, suites []iana.Suite) {
	other := slices.IndexFunc([]iana.Group{iana.GroupX25519, iana.GroupSecp256r1}, func(g iana.Group) bool { return g != first && slices.Contains(groups, g) })
	if other < 0 {
		return
	}
	a := x.part(iana.TLS13, parley.AxisOrder, suites)
	a.Hello.SetGroups(append([]iana.Group{first}, remove(groups, first)...))
	g := []iana.Group{iana.GroupX25519, iana.GroupSecp256r1}[other]
	a.Hello.SetKeyShares(slices.DeleteFunc(a.Hello.KeyShares(), func(s wire.KeyShare) bool { return s.Group != g }))
	x.ask(a.Identify(), nil)
}

// names asks a server of 1.3 alone with no name, and with one that no server has: the
// handshake has to be followed, for its certificate comes encrypted.
func (x *Details) names() {
	for _, name := range []string{"", nobody} {
		if name == x.plan.Scope.Name {
			continue
		}
		a := x.part(iana.TLS13, parley.AxisServerName, x.suites(iana.TLS13))
		a.Hello.SetServerName(name)
		a.Until = parley.StopFinished
		x.ask(a.Identify(), nil)
	}
}

// reuse asks once more for a key of finite-field Diffie-Hellman where no two came of
// one prime.
func (x *Details) reuse() {
	for _, v := range []iana.Version{iana.TLS12, iana.TLS11, iana.TLS10} {
		col := x.server.Column(v)
		suites := suitesWith(&col, func(i iana.SuiteInfo) bool { return i.Kx == iana.KxDHE && !i.Export })
		if len(suites) > 0 && x.server.Details.DH.Reused.Is == parley.Unknown {
			a := x.part(v, parley.AxisDH, suites[:1])
			withoutFFDHE(a.Hello)
			x.ask(a.Identify(), nil)
			return
		}
	}
}

// refusal asks a web server that wants a certificate of the client for a page without
// one: it may go through the handshake, and say only then that it refuses.
func (x *Details) refusal(versions []iana.Version) {
	alpn := x.server.ALPN.Protocols
	if x.plan.Scope.Transport != parley.TransportTCP || x.server.Auth.Requested.Is != parley.Yes || !slices.Contains(alpn, "http/1.1") && !slices.Contains(alpn, "h2") && x.plan.Scope.Addr.Port() != 443 {
		return
	}
	for _, v := range versions {
		if suites := x.suites(v); len(suites) > 0 {
			a := x.part(v, parley.AxisRequest, suites)
			a.Hello.SetALPN([]string{"http/1.1"})
			x.ask(a.With(parley.GetRoot), nil)
			return
		}
	}
}
