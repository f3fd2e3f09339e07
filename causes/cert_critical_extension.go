package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certCriticalExtension = &Cause{
	ID:    "cert.critical-extension",
	Title: "a critical extension is unknown to the client",
	Meaning: "The certificate has an extension that is marked critical: who does not know it must refuse the certificate. CAs of products " +
		"and of countries use some of their own.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.must-staple", Test: "the client does not know the extension"},
		{For: "cert.malformed", Test: "the extension is encoded as it should be"},
		{For: "cert.constraint", Test: "the client does not know the extension; it does not object to what it says"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("cert.critical-extension", parley.ServerSide, v.Objections(true, pkix.CriticalUnknown), func(o Objection) string {
			return o.is() + " has the critical extension " + o.Value + ", which clients do not know."
		})
	},
	Explains: reissued("cert.critical-extension"),
	Fixes: []parley.Intent{
		anew("have it issued without that extension, or with it not critical"),
	},
	WillNotHelp: []string{"importing the certificate", "renewing it with the same profile", "another version or suite"},
	References:  []string{"RFC 5280, Section 4.2"},
	Cases: []Case{
		{
			Name: "an extension of a private arc is critical", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example critical=1.3.6.1.4.1.99999.1
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "no extension is critical that is not known",
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example usage=digitalSignature
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
