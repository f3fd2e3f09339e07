package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/middleboxes"
)

var edgeHostNotProvisioned = &Cause{
	ID:    "edge.host-not-provisioned",
	Title: "the edge has no certificate for this host, and refuses it",
	Meaning: "TLS ends at a network that answers for many hosts: a CDN, a platform, a shared front end. It knows the domain and has no certificate for " +
		"this host below it. A wildcard covers one label, so that www.shop.example is served and a.www.shop.example is not; or the host was " +
		"never added there, although its DNS points to it.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "sni.unrecognized", Test: "the certificate for the domain is a wildcard one label short, or the edge's own"},
		{For: "name.mismatch", Test: "the host is refused, not answered with another certificate"},
		{For: "cipher.no-overlap", Test: "the same hello for the domain above completes"},
	},
	Asks: func(v *View) []parley.Ask {
		a, ok := v.above()
		if !ok {
			return nil
		}
		a.Patience = parley.Brief
		return []parley.Ask{{Attempt: a, Times: 1, Separates: []parley.CauseID{"edge.host-not-provisioned", "sni.unrecognized"}}}
	},
	Find: func(v *View) []parley.Finding {
		a, ok := v.above()
		if !ok {
			return nil
		}
		s, ok := v.first(a)
		if !ok {
			return nil
		}
		n, _ := v.Name()
		domain, _ := a.Hello.ServerName()
		_, zone, _ := strings.Cut(domain, ".")
		names := dnsNames(s.leaf())
		edge, known := middleboxes.EdgeNamed(names)
		short := slices.Contains(names, "*."+zone) && !s.leaf().Matches(n)
		if !known && !short {
			return nil
		}
		f := v.Proven(v.Finding("edge.host-not-provisioned", parley.ServerSide, parley.PhaseHello, parley.Seen), parley.AxisServerName, parley.Seen)
		why := fmt.Sprintf("For %s the same hello is answered with a certificate for *.%s, which covers one label; %s has one more.", domain, zone, n)
		if !short {
			why = fmt.Sprintf("For %s the same hello is answered with a certificate of %s, which knows neither.", domain, edge.Name)
		}
		f = asReasons(f, alone(f, "The name"), why, v.sent())
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ServeName, Text: n, Plain: "add " + n + " to the edge, with a certificate that names it"},
			{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.FixName, Plain: "a host of one label fewer, which the wildcard covers"},
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"sni.unrecognized", "server.no-usable-certificate", "cipher.no-overlap"},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ServeName, Plain: "add the host to the edge, with a certificate that names it"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.FixName, Plain: "a host of one label fewer, which the wildcard covers"},
	},
	WillNotHelp: []string{"a certificate on the origin: the edge answers before it", "other versions or cipher suites", "-k: there is no certificate to pass over"},
	References:  []string{"RFC 6066, Section 3", "RFC 9525, Section 6.3"},
	Cases: []Case{
		{
			Name: "the wildcard of the domain covers one label, and the host has two", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 a.www.shop.example

base x2
< Alert  fatal handshake_failure(40)

base = server_name www.shop.example x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< Certificate  cert=rsa-2048,rsa_pkcs1_sha256,shop.example,*.shop.example
< ServerHelloDone
`,
		},
		{
			Name: "the domain is answered with the edge's own certificate", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 www.shop.example

base x2
< Alert  fatal unrecognized_name(112)

base = server_name shop.example x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< Certificate  cert=rsa-2048,rsa_pkcs1_sha256,*.cloudfront.net
< ServerHelloDone
`,
		},
		{
			Name: "the domain has a certificate of its own", Instead: "sni.unrecognized",
			Transcript: `
client chrome
server 192.0.2.7:443 a.www.shop.example

base x2
< Alert  fatal unrecognized_name(112)

base = server_name www.shop.example x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< Certificate  cert=rsa-2048,rsa_pkcs1_sha256,www.shop.example,shop.example
< ServerHelloDone
`,
		},
	},
}

// above is the base for the domain above its host, as far as the certificate;
// false: the base was not refused as edges do, or the name is not what decides it.
func (v *View) above() (parley.Attempt, bool) {
	n, has := v.Name()
	if !has || !v.RefusedBy(iana.AlertHandshakeFailure, iana.AlertInternalError, iana.AlertUnrecognizedName) || !v.Refused() {
		return parley.Attempt{}, false
	}
	_, domain, _ := strings.Cut(n, ".")
	if !strings.Contains(domain, ".") || v.Proof.State != ProofOnce && v.Proof.State != ProofProved {
		return parley.Attempt{}, false
	}
	if _, byName := v.Needs(parley.AxisServerName); !byName {
		return parley.Attempt{}, false
	}
	return through(v.Base, setName(domain)), true
}
