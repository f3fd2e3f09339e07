package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionGap = &Cause{
	ID:    "version.gap",
	Title: "the server skips the version between two that it accepts",
	Meaning: "The server accepts an older and a newer version and not the one between. A client whose newest or only version is the " +
		"missing one cannot jump the hole. Software that states only a minimum and a maximum cannot even express such a set.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.client-too-old", Test: "the server accepts an older version than the client's too"},
		{For: "version.server-too-old", Test: "the server accepts a newer version than the client's too"},
	},
	Find: func(v *View) []parley.Finding {
		f, _, ok := v.versionFinding("version.gap", parley.ServerSide, parley.Seen)
		if !ok {
			return nil
		}
		offered := v.Offered()
		f = asReasons(f, "The server accepts "+list(v.ServerVersions())+"; the client offers "+list(offered)+".")
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Versions: []iana.Version{offered[0]},
				Plain: "accept " + offered[0].String() + " too, so that the versions are one range"},
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Plain: "accept the version between, so that the versions are one range"}},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 8446, Section 4.2.1", "RFC 9325, Section 3.1.1"},
	Cases: []Case{
		{
			Name: "1.1 and 1.3 are accepted, 1.2 is not", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  supported_versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256
< Alert  fatal protocol_version(70)

reference all of 1.1
< ServerHello  version=1.1 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA

base + version 1.3 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "1.3 is accepted and nothing below it", Instead: "version.server-tls13-only",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  supported_versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256
< Alert  fatal protocol_version(70)

reference all of 1.1
< Alert  fatal protocol_version(70)

base + version 1.3 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}
