package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certMalformed = &Cause{
	ID:    "cert.malformed",
	Title: "a certificate breaks the rules of its encoding",
	Meaning: "A certificate is encoded in a way that the rules forbid, or its signature does not fit its content. Lenient clients read over " +
		"some of it; strict ones refuse: a negative serial number, an extension that comes twice, extensions in a certificate of " +
		"version 1.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.critical-extension", Test: "the fault is in the encoding"},
		{For: "chain.stale-private-ca", Test: "the signature fits no key of that name"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("cert.malformed", parley.ServerSide, v.Objections(false, pkix.Malformed, pkix.BadSignature), func(o Objection) string {
			if o.Kind == pkix.BadSignature {
				return o.is() + " names " + o.Issuer + " and its key as issuer, and the signature does not verify with it."
			}
			return o.is() + ": " + o.Value + "."
		})
	},
	Explains: reissued("cert.malformed"),
	Fixes: []parley.Intent{
		anew("have it issued anew by a current CA software"),
	},
	WillNotHelp: []string{"importing the certificate", "converting the file to another format", "another version or suite"},
	References:  []string{"RFC 5280, Section 4.1", "RFC 5280, Section 4.1.2.2"},
	Cases: []Case{
		{
			Name: "Go stops at a serial number below zero", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example serial=-7
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the signature does not fit", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example broken
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "OpenSSL takes a serial number below zero",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example serial=-7
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
	},
}
