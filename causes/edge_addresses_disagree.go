package causes

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
)

var edgeAddressesDisagree = &Cause{
	ID:    "edge.addresses-disagree",
	Title: "the addresses of the name do not answer alike",
	Meaning: "One name leads to several addresses, and the same hello fares differently on them. A client gets the one or the other, so the " +
		"failure comes and goes; one node of a farm was left out of a change.",
	Phase: parley.PhaseHello,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "edge.answers-instead", Test: "both addresses are those of the name, none is of the origin behind it"},
		{For: "server.dropped-connection", Test: "the failure follows the address, not the time"},
	},
	Across: func(vs []*View) []parley.Finding {
		vs = edgeOf(vs) // an origin behind it is no address of the name
		groups := map[string][]*View{}
		var order []string
		for _, v := range vs {
			if !v.Asked() || v.Answer.End == parley.EndInterrupted || v.Answer.End == parley.EndLocal || v.noRoute() {
				continue
			}
			k := v.Scope.Via + "|" + v.fares()
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], v)
		}
		if len(order) < 2 || sameVia(vs) > 1 {
			return nil
		}
		slices.SortStableFunc(order, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(groups[a]), len(groups[b])), cmp.Compare(groups[a][0].works(), groups[b][0].works()))
		})
		odd := groups[order[0]]
		f := odd[0].Finding("edge.addresses-disagree", parley.ServerSide, parley.PhaseHello, parley.Seen)
		f.Scopes = nil
		for _, v := range odd {
			f.Scopes = append(f.Scopes, v.Scope)
		}
		for _, k := range order {
			for _, v := range groups[k] {
				f.Because = append(f.Because, parley.Reason{Text: fmt.Sprintf("%s: %s.", v.Scope.Addr.Addr(), v.fares()), From: []parley.Source{{Attempt: v.Base.ID}}})
			}
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.FixAddress, Plain: "bring the odd address in line with the others"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.FixAddress, Plain: "take it out of the DNS until then"},
	},
	WillNotHelp: []string{"trying again", "changing the client", "-k"},
	References:  []string{"RFC 8305, Section 5"},
	Cases: []Case{
		{
			Name: "one of two addresses refuses", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

server 192.0.2.8:443 shop.example

base
< Alert  fatal handshake_failure(40)
`,
		},
		{
			Name: "both addresses refuse alike", Instead: "version.client-pinned",
			Transcript: `
client java7
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA

server 192.0.2.8:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
	},
}

// works ranks views: 0 fails, 1 completes for the client in question.
func (v *View) works() int {
	if v.Completes() && v.ClientRefuses() == RefusesNothing {
		return 1
	}
	return 0
}

// noRoute says that this machine has no way to the address's family, which is
// no finding about the server.
func (v *View) noRoute() bool {
	return v.Answer.End == parley.EndUnreachable && v.Scope.Addr.Addr().Is6() && v.E.Local.NoIPv6
}

// sameVia counts the ways (direct, proxies) among the views.
func sameVia(vs []*View) int {
	var vias []string
	for _, v := range vs {
		if !slices.Contains(vias, v.Scope.Via) {
			vias = append(vias, v.Scope.Via)
		}
	}
	return len(vias)
}

// fares says how an address fares with the clients in question: the answer to
// the hello diagnosed, and the versions it accepts and refuses.
func (v *View) fares() string {
	s := v.Answer.Words()
	if v.Completes() && v.ClientRefuses() != RefusesNothing {
		s = "completes, and the client ends it"
	}
	for _, ver := range v.tellingVersions() {
		switch v.Accepts(ver) {
		case parley.Yes:
			s += ", " + ver.String() + " accepted"
		case parley.No:
			s += ", " + ver.String() + " refused"
		}
	}
	return s
}
