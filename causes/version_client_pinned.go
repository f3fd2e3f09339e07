package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionClientPinned = &Cause{
	ID:    "version.client-pinned",
	Title: "the client offers no version that the server accepts",
	Meaning: "The client's code has a version that the server accepts, and a default, a setting or a line of code " +
		"leaves it off. Nothing has to be upgraded; the pin has to go.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.client-too-old", Test: "the client's code has a version that the server accepts: another program with the same library completes"},
		{For: "version.server-tls13-only", Test: "the client stops below 1.2"},
	},
	Find: func(v *View) []parley.Finding {
		f, want, ok := v.versionFinding("version.client-pinned", parley.ClientSide, parley.Inferred, "version.client-too-old")
		if !ok {
			return nil
		}
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferVersions, Versions: []iana.Version{want},
				Plain: "turn " + want.String() + " on"},
		}
		if top := v.Offered()[0]; outdated(top) {
			f.Intents = append(f.Intents, acceptOld(top))
		}
		f.WillNotHelp = []string{"importing the certificate", "-k"}
		if v.Client != nil && v.Client.Family == "java" {
			f.WillNotHelp = append(f.WillNotHelp, "deleting lines of jdk.tls.disabledAlgorithms")
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferVersions, Plain: "remove the pin, or turn 1.2 and 1.3 on"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptVersions, Plain: "accept the old version on a listener of its own, for this client only", Price: "re-enables what RFC 8996 forbids"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "deleting lines of jdk.tls.disabledAlgorithms"},
	References:  []string{"RFC 8446, Section 4.2.1", "RFC 8996"},
	Cases: []Case{
		{
			Name: "Java 7 has 1.2 and leaves it off", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client java7
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "OpenSSL 1.0.0 has no 1.2", Instead: "version.client-too-old",
			Transcript: `
client openssl-1.0.0
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
	},
}
