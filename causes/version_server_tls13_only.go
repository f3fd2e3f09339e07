package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionServerTLS13Only = &Cause{
	ID:      "version.server-tls13-only",
	Title:   "the server accepts 1.3 only and the client stops at 1.2",
	Meaning: "Both sides are within what is safe today, and have no version in common: the server accepts nothing below 1.3, the client offers nothing above 1.2.",
	Phase:   parley.PhaseHello,
	Best:    parley.Proved,
	Mistaken: []Mistake{
		{For: "version.client-pinned", Test: "the client offers 1.2, and the server accepts it from nobody"},
		{For: "cipher.no-overlap", Test: "1.2 is refused by alert 70, with every suite offered"},
	},
	Find: func(v *View) []parley.Finding {
		f, want, ok := v.versionFinding("version.server-tls13-only", parley.SideUnknown, parley.Inferred)
		if !ok || v.stopsAt12() && v.enabledWithoutSuite(iana.TLS12) && !v.lacks12() {
			return nil
		}
		f.Intents = []parley.Intent{
			v.toOffer(want),
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Versions: []iana.Version{v.at(iana.TLS12)}, Plain: "accept " + v.at(iana.TLS12).String() + " as well (RFC 9325 asks servers to)"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferVersions, Plain: "a release or a setting that offers 1.3"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Plain: "accept 1.2 as well (RFC 9325 asks servers to)"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of 1.2 suites"},
	References:  []string{"RFC 9325, Section 3.1.1", "RFC 8446, Section 4.2.1"},
	Cases: []Case{
		{
			Name: "1.3 completes, and everything of 1.2 is refused", Fires: parley.Proved, Side: parley.SideUnknown,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< Alert  fatal protocol_version(70)

base + version 1.3 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "1.2 is on: one suite more completes", Instead: "cipher.no-overlap",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< RST

base + suite TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
`,
		},
		{
			Name: "1.2 is on, and no suite of it fits the certificate", Instead: "cipher.cert-type-mismatch",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< Alert  fatal handshake_failure(40)

reference all of 1.2
< Alert  fatal handshake_failure(40)

reference ECDSA only of all of 1.3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

reference RSA only of all of 1.3
< Alert  fatal handshake_failure(40)
`,
		},
	},
}
