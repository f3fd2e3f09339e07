package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certWeakDigest = &Cause{
	ID:    "cert.weak-digest",
	Title: "a certificate is signed with a digest the client refuses",
	Meaning: "A certificate of the chain, below the root, is signed with SHA-1 or MD5, for which two certificates with one signature can be " +
		"made. What signs the root itself does not count: it is trusted for what it is.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.key-too-small", Test: "the digest of a signature is what the client names, not the length of a key"},
		{For: "sigalg.no-overlap", Test: "the handshake's own signature is taken; the one in the certificate is not"},
		{For: "cert.unsupported-key", Test: "the client knows the algorithm, and refuses it"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("cert.weak-digest", parley.ServerSide, v.Objections(false, pkix.WeakDigest), func(o Objection) string {
			return o.is() + " is signed with " + o.Value + " by " + o.Certificate.Issuer.Short() + "."
		})
	},
	Explains: reissued("cert.weak-digest"),
	Fixes: []parley.Intent{
		anew("have the CA issue it with SHA-256; where it is an intermediate, send the CA's newer one"),
	},
	WillNotHelp: []string{"renewing it in the same way", "the root with another digest: a root's own signature is not looked at", "more or other suites"},
	References:  []string{"RFC 9155, Section 2", "RFC 9325, Section 4.1", "RFC 8446, Section 4.4.2.4"},
	Cases: []Case{
		{
			Name: "the leaf is signed with SHA-1", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example digest=sha1
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the root alone is signed with SHA-1",
			Transcript: `
client go
now 2026-11-22
certificate root  ca digest=sha1
certificate leaf  by=root names=shop.example
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
