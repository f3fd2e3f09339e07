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
}
