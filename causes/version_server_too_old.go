package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionServerTooOld = &Cause{
	ID:    "version.server-too-old",
	Title: "the server's newest version is older than clients take",
	Meaning: "The newest version that the server accepts lies below the oldest that the client offers or goes through with. " +
		"Old servers answer a new hello with their own version and leave it to the client to end it; newer ones send alert 70.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.policy-min", Test: "the client's code lacks the version, or no client in particular is in question"},
		{For: "plaintext.tls-to-plain-port", Test: "the first bytes that come back are a TLS record"},
		{For: "renegotiation.legacy-server", Test: "the client does not go through with the version selected, whatever the ServerHello carries"},
		{For: "server.protocol-violation", Test: "what was not offered is the version, as servers older than 1.3 select it"},
		{For: "version.gap", Test: "the server accepts no version above the client's"},
	},
	Tries: func(v *View) [][]parley.Change {
		if set := v.bestAlone(); set != nil {
			return [][]parley.Change{set}
		}
		return nil
	},
	Find: func(v *View) []parley.Finding {
		f, want, ok := v.versionFinding("version.server-too-old", parley.ServerSide, parley.Seen)
		if !ok {
			return nil
		}
		f = asReasons(f, v.onlyAlone(want))
		if v.Completes() {
			f = asReasons(f, "The server selects "+want.String()+", which "+v.Who()+" offers and does not go through with.")
		}
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Versions: v.current(),
				Plain: "accept " + list(v.current()) + ", with a newer release if this one has neither"},
			{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Versions: []iana.Version{want},
				Plain: "offer " + want.String() + " in this one program until the server is mended",
				Price: "re-enables what " + forbids(want) + " forbids, for this client"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Plain: "accept 1.2 and 1.3, with a newer release if this one has neither"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Plain: "offer the old version in this one program until the server is mended", Price: "re-enables what RFC 8996 forbids, for this client"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "lowering the minimum for the whole machine"},
	References:  []string{"RFC 8996", "RFC 8446, Section 4.1.3", "RFC 9325, Section 3.1.1"},
	Cases: []Case{
		{
			Name: "with 1.0 offered the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base - version 1.3
< Alert  fatal protocol_version(70)

base + version 1.0 x2
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "with 1.0 alone the hello completes, and with anything newer beside it not", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< RST

base + version 1.0
< RST

base = version 1.0 x2
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA

reference all of 1.0
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "the server selects 1.0, which was not offered", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "OpenSSL 3 offers 1.1 itself and does not go through with it", Instead: "version.policy-min",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.1 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
	},
}
