package causes

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/middleboxes"
	"github.com/parley-tls/parley/pkix"
)

var edgeAnswersInstead = &Cause{
	ID:    "edge.answers-instead",
	Title: "edge and origin differ, and one of them stops clients",
	Meaning: "The name leads to an edge that ends TLS - a CDN, a load balancer, a platform - and the server behind it speaks TLS of its own. Each has a " +
		"certificate and settings of its own: what is changed at the one is not seen at the other.",
	Phase: parley.PhaseCertificate,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "edge.addresses-disagree", Test: "one of the two is the origin, to which the name does not lead"},
		{For: "middlebox.interception", Test: "the edge answers for everybody who asks for the name, not on one network alone"},
	},
	Across: func(vs []*View) []parley.Finding {
		edge, origin := edgeOf(vs), originOf(vs)
		stopped, through, layer, other := edge, origin, "edge", "origin"
		if every(edge, (*View).passes) {
			stopped, through, layer, other = origin, edge, other, layer
		}
		if !every(stopped, func(v *View) bool { return v.stopsAt() != "" }) || !every(through, (*View).passes) {
			return nil
		}
		s, t := stopped[0], through[0]
		f := s.Finding("edge.answers-instead", parley.ServerSide, parley.PhaseCertificate, parley.Seen)
		f.Scopes = nil
		for _, v := range stopped {
			f.Scopes = append(f.Scopes, v.Scope)
		}
		which := layer
		if name := edgeName(edge[0], origin[0]); name != "" && layer == "edge" {
			which = "edge, " + name
		}
		f = asReasons(f, fmt.Sprintf("Clients of the name are answered by %s, not by the origin %s.", edgeAt(edge[0], origin[0]), origin[0].Scope.Addr))
		f.Because = append(f.Because,
			parley.Reason{Text: fmt.Sprintf("The %s stops clients: %s.", layer, s.stopsAt()), From: []parley.Source{{Attempt: s.Base.ID}}},
			parley.Reason{Text: fmt.Sprintf("The %s goes through.", other), From: []parley.Source{{Attempt: t.Base.ID}}})
		if text := differ(edge[0], origin[0]); text != "" {
			f.Because = append(f.Because, parley.Reason{Text: text + ".", From: []parley.Source{{Attempt: edge[0].Base.ID}, {Attempt: origin[0].Base.ID}}})
		}
		f.Intents = layerFix(which)
		f.WillNotHelp = []string{"changing the certificate or the settings of the " + other, "trying again"}
		return []parley.Finding{f}
	},
	Fixes:       layerFix("layer that stops clients"),
	WillNotHelp: []string{"changing the certificate or the settings of the other layer", "trying again"},
	References:  []string{"RFC 9110, Section 3.7", "RFC 8446, Section 4.4.2"},
	Cases: []Case{
		{
			Name: "the edge is as it should be, the origin's certificate has expired", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: comparedCase("from=2026-06-01 until=2026-09-01"),
		},
		{
			Name: "the origin was set up for today's clients, and the edge has 1.0 only", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
target shop.example:443 host=shop.example port=443 name=shop.example origin=192.0.2.9:443
server 192.0.2.7:443 shop.example

base
< Alert  fatal protocol_version(70)

server 192.0.2.9:443 shop.example

base
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name:       "the certificates differ, and clients take both",
			Transcript: comparedCase("from=2026-06-01 until=2027-06-01"),
		},
	},
}

// comparedCase is an edge whose certificate clients take, and an origin whose
// certificate lasts as said.
func comparedCase(lasts string) string {
	const flight = `
base until=finished
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=%s encrypted
< Finished  encrypted
stopped
`
	return `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate edge  by=root names=shop.example
certificate leaf  by=root names=shop.example ` + lasts + `
trust system root
target shop.example:443 host=shop.example port=443 name=shop.example origin=192.0.2.9:443
server 192.0.2.7:443 shop.example
` + fmt.Sprintf(flight, "edge") + `
server 192.0.2.9:443 shop.example
` + fmt.Sprintf(flight, "leaf")
}

func layerFix(which string) []parley.Intent {
	return []parley.Intent{{
		Side: parley.ServerSide, Grade: parley.Best, Kind: parley.FixAddress,
		Plain: "change the configuration of the " + which + ", where this TLS ends: its certificate, its versions, its hosts",
	}}
}

// edgeOf and originOf part the views of a target whose origin is asked too.
func edgeOf(vs []*View) []*View {
	return slices.DeleteFunc(slices.Clone(vs), func(v *View) bool { return v.E.Target.IsOrigin(v.Scope) })
}

func originOf(vs []*View) []*View {
	return slices.DeleteFunc(slices.Clone(vs), func(v *View) bool { return !v.E.Target.IsOrigin(v.Scope) })
}

// every says that there are views, and that each is so.
func every(vs []*View, is func(*View) bool) bool {
	return len(vs) > 0 && !slices.ContainsFunc(vs, func(v *View) bool { return !is(v) })
}

// passes says that the clients in question go through, and take the certificates
// as far as those are judged.
func (v *View) passes() bool {
	return v.Completes() && v.ClientRefuses() == RefusesNothing && !v.Wavers() && v.Unverified() == ""
}

// stopsAt says what stops a client in question; empty: nothing is known to.
func (v *View) stopsAt() string {
	switch {
	case v.Wavers():
		return ""
	case v.Refused() || v.RefusedLater():
		return v.Answer.Words()
	case !v.Completes():
		return ""
	case v.ClientRefuses() != RefusesNothing:
		return "it completes, and the client ends it"
	}
	return v.unwanted()
}

// unwanted says what a client in question has against the certificates; empty:
// nothing that would stop it for certain.
func (v *View) unwanted() string {
	for _, c := range v.Verify() {
		if c.Verdict.Accepts != parley.No || c.Known && c.Client.Verifies.When == parley.NeverVerifies {
			continue
		}
		for _, p := range c.Verdict.Problems {
			if p.Stops == parley.Yes && !c.mayFetch(p, len(v.E.Issuers) > 0) {
				return "its certificates are not taken (" + p.Kind.String() + ")"
			}
		}
	}
	return ""
}

// edgeName is the network that an edge's certificate, or one that is made for the
// way to the origin, gives away; empty: none that is known.
func edgeName(edge, origin *View) string {
	if s, ok := edge.first(edge.Base); ok {
		if e, known := middleboxes.EdgeNamed(dnsNames(s.leaf())); known {
			return e.Name
		}
	}
	if s, ok := origin.first(origin.Base); ok {
		i := s.leaf().Issuer
		if e, known := middleboxes.EdgeOfOrigin(middleboxes.Name{CN: i.CN, O: i.O, OU: i.OU}); known {
			return e.Name
		}
	}
	return ""
}

func edgeAt(edge, origin *View) string {
	at := "the edge " + edge.Scope.Addr.String()
	if name := edgeName(edge, origin); name != "" {
		at += " (" + name + ")"
	}
	return at
}

// differ says in which certificate and in which versions edge and origin differ,
// as far as both are known; empty: in none.
func differ(edge, origin *View) string {
	var out []string
	e, seen := edge.first(edge.Base)
	o, both := origin.first(origin.Base)
	switch {
	case !seen || !both || slices.Equal(e.leaf().Raw, o.leaf().Raw):
	case e.leaf().Issuer.Equal(o.leaf().Issuer):
		out = append(out, fmt.Sprintf("the certificate, both issued by %s: the edge's has an end of %s, the origin's of %s", e.leaf().Issuer.Short(), until(e.leaf()), until(o.leaf())))
	default:
		out = append(out, fmt.Sprintf("the certificate, issued by %s and %s", e.leaf().Issuer.Short(), o.leaf().Issuer.Short()))
	}
	for _, ver := range parley.AllVersions {
		a, b := edge.Accepts(ver), origin.Accepts(ver)
		if a == parley.Yes && b == parley.No {
			out = append(out, ver.String()+", which the edge alone accepts")
		} else if a == parley.No && b == parley.Yes {
			out = append(out, ver.String()+", which the origin alone accepts")
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "Edge and origin differ in " + words(out)
}

func until(c *pkix.Certificate) string { return day(c.NotAfter) }

// Compared says of an edge and an origin that both go through in what they
// differ: nothing is wrong, and worth knowing. Empty: they were not compared.
func Compared(vs []*View) string {
	edge, origin := edgeOf(vs), originOf(vs)
	switch {
	case len(origin) == 0:
		return ""
	case len(edge) == 0:
		return "the name leads to the origin itself: there is no edge to compare it with"
	case !every(edge, (*View).passes) || !every(origin, (*View).passes):
		return ""
	}
	if text := differ(edge[0], origin[0]); text != "" {
		return "both go through: the name leads to " + edgeAt(edge[0], origin[0]) + ". " + text
	}
	return "edge and origin show the same certificate, and go through alike"
}
