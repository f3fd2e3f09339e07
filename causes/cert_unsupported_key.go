package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certUnsupportedKey = &Cause{
	ID:    "cert.unsupported-key",
	Title: "a certificate's key is of a kind the client does not take",
	Meaning: "The key of a certificate, or the algorithm of a signature in the chain, is one that the client does not have: Ed25519, which " +
		"browsers do not take in certificates, a Brainpool group, RSASSA-PSS keys.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.key-too-small", Test: "no length of this kind of key is taken"},
		{For: "cert.weak-digest", Test: "the client does not know the algorithm"},
		{For: "cipher.cert-type-mismatch", Test: "the server selected a suite and sent the certificate"},
	},
	Find: func(v *View) []parley.Finding {
		os := v.Objections(false, pkix.UnsupportedKey, pkix.UnsupportedSignature)
		return v.objected("cert.unsupported-key", parley.ServerSide, os, func(o Objection) string {
			if o.Kind == pkix.UnsupportedSignature {
				return o.is() + " is signed with " + o.Value + ", which the client does not verify."
			}
			return o.is() + " has a key of the kind " + o.Value + ", which the client does not take in certificates."
		})
	},
	Explains: reissued("cert.unsupported-key"),
	Fixes: []parley.Intent{
		anew("have it issued for a key that every client takes: ECDSA on secp256r1, or RSA of 2048 bits"),
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.MatchCertificateType, Plain: "serve a second certificate, of another kind of key, beside it"},
	},
	WillNotHelp: []string{"importing the certificate", "more or other suites", "renewing it with the same key"},
	References:  []string{"RFC 8446, Section 4.4.2.2", "RFC 8410, Section 3"},
	Cases: []Case{
		{
			Name: "Java 11 has no Ed25519", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client java11
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example key=ed25519
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "Java 17 takes Ed25519",
			Transcript: `
client java17
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example key=ed25519
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
