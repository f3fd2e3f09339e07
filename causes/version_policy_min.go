package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionPolicyMin = &Cause{
	ID:    "version.policy-min",
	Title: "a policy of the client forbids the server's only versions",
	Meaning: "The client's code has the version that the server accepts, and a policy on the client's side forbids it, or forbids " +
		"the SHA-1 signature that it needs: a security level, MinProtocol, crypto-policies, jdk.tls.disabledAlgorithms. The policy is right; the server is behind.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.server-too-old", Test: "the client's code has the version, and completes once its policy (MinProtocol, security level, disabledAlgorithms) is set aside"},
	},
	Find: func(v *View) []parley.Finding {
		f, want, ok := v.versionFinding("version.policy-min", parley.ServerSide, parley.Seen)
		if !ok {
			return nil
		}
		if v.Completes() {
			f = asReasons(f, "The server selects "+want.String()+", which "+v.Who()+" offers and does not go through with.")
		}
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Versions: []iana.Version{iana.TLS12, iana.TLS13},
				Plain: "accept 1.2 and 1.3"},
			{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Versions: []iana.Version{want},
				Plain: "an exception for this one program", Price: "re-enables what " + forbids(want) + " forbids, for this client"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Plain: "accept 1.2 and 1.3"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Plain: "an exception for this one program", Price: "re-enables what RFC 8996 forbids, for this client"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "@SECLEVEL=1 where the library is OpenSSL 3: SHA-1 signatures need 0"},
	References:  []string{"RFC 8996", "RFC 9155", "RFC 9325, Section 3.1.1"},
	Cases: []Case{
		{
			Name: "Java 8 has 1.0, and its disabledAlgorithms leave it off", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client java8
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.0 x2
< ServerHello  version=1.0 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "OpenSSL 3 has 1.1, and its security level forbids it", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.1 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "what the client has of 1.0 is not known", Instead: "version.server-too-old",
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
	},
}
