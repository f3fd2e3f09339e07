package causes

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var alpnNoOverlap = &Cause{
	ID:    "alpn.no-overlap",
	Title: "client and server share no application protocol",
	Meaning: "The hello lists application protocols (ALPN) and the server insists on one that is not among them: alert 120, " +
		"no_application_protocol. A client that sends no ALPN passes.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cipher.no-overlap", Test: "the same hello without ALPN completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.Refused() || len(v.alpn()) == 0 || !v.RefusedBy(iana.AlertNoApplicationProtocol) && !v.Unexplained() {
			return nil
		}
		return [][]parley.Change{{{Axis: parley.AxisALPN, Op: parley.Remove}}}
	},
	Find: func(v *View) []parley.Finding {
		if !v.Refused() || len(v.alpn()) == 0 {
			return nil
		}
		_, flips := v.Needs(parley.AxisALPN)
		if !flips && !v.RefusedBy(iana.AlertNoApplicationProtocol) {
			return nil
		}
		side := parley.SideUnknown
		if slices.Contains(v.alpn(), "http/1.1") {
			side = parley.ServerSide // what every web server has
		}
		shown := parley.Inferred
		if v.RefusedBy(iana.AlertNoApplicationProtocol) {
			shown = parley.Seen
		}
		f := v.Proven(v.Finding("alpn.no-overlap", side, parley.PhaseParameters, shown), parley.AxisALPN, shown)
		f = asReasons(f, alone(f, "ALPN"), "The client offers "+strings.Join(v.alpn(), ", ")+" and the server takes none of them.", v.sent())
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptALPN, Text: v.alpn()[0], Plain: "accept " + words(v.alpn()) + ", or pass over ALPN"},
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferALPN, Plain: "offer the protocol that the server speaks, or no ALPN"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptALPN, Plain: "accept the client's protocols, or pass over ALPN"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferALPN, Plain: "offer the protocol that the server speaks, or no ALPN"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "changing versions or suites on either side"},
	References:  []string{"RFC 7301, Section 3.2"},
	Cases: []Case{
		{
			Name: "the hello completes without ALPN", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal no_application_protocol(120)

base - alpn x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "without ALPN it is refused all the same: a suite is missing", Instead: "cipher.no-overlap",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base - alpn x2
< Alert  fatal handshake_failure(40)

base + suite TLS_RSA_WITH_RC4_128_SHA x2
< ServerHello  version=1.2 suite=TLS_RSA_WITH_RC4_128_SHA
`,
		},
	},
}

func (v *View) alpn() []string {
	if v.Base.Hello == nil {
		return nil
	}
	return v.Base.Hello.ALPN()
}
