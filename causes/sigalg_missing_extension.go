package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var sigalgMissingExtension = &Cause{
	ID:    "sigalg.missing-extension",
	Title: "the client does not say which signatures it takes",
	Meaning: "A 1.2 hello without signature_algorithms means SHA-1 (RFC 5246). A server that signs with nothing older than SHA-256 has nothing " +
		"left to sign with, and refuses with handshake_failure, internal_error or missing_extension.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "sigalg.no-overlap", Test: "the hello has no signature_algorithms at all"},
		{For: "cipher.no-overlap", Test: "the hello completes with signature_algorithms and the suites as they were"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.Refused() || !v.lacksSchemes() {
			return nil
		}
		sets := [][]parley.Change{{addSignatureAlgorithms}}
		for _, s := range v.Sets[:min(len(v.Sets), 2)] {
			if !slices.ContainsFunc(s, func(c parley.Change) bool { return c.Axis != parley.AxisSuite && c.Axis != parley.AxisGroup }) {
				sets = append(sets, append(slices.Clone(s), addSignatureAlgorithms))
			}
		}
		return sets
	},
	Find: func(v *View) []parley.Finding {
		if !v.Refused() || !v.lacksSchemes() {
			return nil
		}
		_, ext := v.Needs(parley.AxisExtension)
		_, scheme := v.Needs(parley.AxisScheme)
		if !ext && !scheme {
			return nil
		}
		axis := parley.AxisExtension
		if scheme {
			axis = parley.AxisScheme
		}
		f := v.Proven(v.Finding("sigalg.missing-extension", parley.ClientSide, parley.PhaseParameters, parley.Inferred), axis, parley.Inferred, "cipher.no-overlap")
		f = asReasons(f, alone(f, "signature_algorithms"), "Without the extension a 1.2 hello means SHA-1 signatures.", v.sent())
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient, Plain: "a release that sends signature_algorithms"},
			{Side: parley.ServerSide, Grade: parley.Last, Kind: parley.AcceptSchemes, Schemes: []iana.Scheme{0x0201}, Plain: "sign with SHA-1 for it", Price: "RFC 9155 forbids SHA-1 signatures in 1.2"},
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient, Plain: "a release that sends signature_algorithms"}},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 5246, Section 7.4.1.4.1", "RFC 9155", "RFC 8446, Section 9.2"},
	Cases: []Case{
		{
			Name: "with signature_algorithms the hello completes", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               server_name=shop.example
< Alert  fatal handshake_failure(40)

base + extension signature_algorithms x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the extension is there, and one scheme more completes", Instead: "sigalg.no-overlap",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256 server_name=shop.example
< Alert  fatal handshake_failure(40)

base + scheme rsa_pss_rsae_sha512 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
	},
}

var addSignatureAlgorithms = parley.Change{
	Axis: parley.AxisExtension, Op: parley.Add, Values: []uint16{uint16(iana.ExtSignatureAlgorithms)},
}
