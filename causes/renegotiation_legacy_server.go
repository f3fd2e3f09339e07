package causes

import "github.com/parley-tls/parley"

var renegotiationLegacyServer = &Cause{
	ID:    "renegotiation.legacy-server",
	Title: "the server does not answer renegotiation_info",
	Meaning: "Since RFC 5746 (2010) a server says in its ServerHello that its renegotiation is secure. OpenSSL 3 clients end a handshake in 1.2 " +
		"and below with a server that does not: \"unsafe legacy renegotiation disabled\". For a well-known name suspect a box that intercepts.",
	Phase: parley.PhaseParameters,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "version.server-too-old", Test: "the version selected is one that the client goes through with"},
	},
	Find: func(v *View) []parley.Finding {
		if v.ClientRefuses() != RefusesNoRenegotiation {
			return nil
		}
		f := v.Finding("renegotiation.legacy-server", parley.ServerSide, parley.PhaseParameters, parley.Seen,
			"The hello asks for renegotiation_info and the ServerHello lacks it; "+v.Who()+" ends the handshake then.")
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AllowRenegotiationInfo, Plain: "a release with RFC 5746, or accept 1.3"},
			{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.AllowRenegotiationInfo, Plain: "allow it in this one program (OpenSSL: Options = UnsafeLegacyServerConnect)", Price: "an attacker on the path can splice a prefix into the connection (CVE-2009-3555)"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AllowRenegotiationInfo, Plain: "a release with RFC 5746, or accept 1.3"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.AllowRenegotiationInfo, Plain: "allow it in this one program (OpenSSL: Options = UnsafeLegacyServerConnect)", Price: "an attacker on the path can splice a prefix into the connection (CVE-2009-3555)"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "downgrading the TLS library of the whole machine"},
	References:  []string{"RFC 5746, Section 3.4", "RFC 9325, Section 3.5"},
	Cases: []Case{
		{
			Name: "OpenSSL 3, and a ServerHello without renegotiation_info", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 extended_master_secret
`,
		},
		{
			Name: "a client that does not demand it",
			Transcript: `
client java7
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "the version is one that OpenSSL 3 does not go through with", Instead: "version.policy-min",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.1 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
	},
}
