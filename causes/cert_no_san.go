package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certNoSAN = &Cause{
	ID:    "cert.no-san",
	Title: "the name stands in the common name alone",
	Meaning: "The certificate has no subjectAltName, and the name is its common name. Browsers since 2017 and Go since 1.15 read " +
		"subjectAltName only; OpenSSL, Java and older clients still take the common name, so that it works for some.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "name.mismatch", Test: "the common name is the name that was asked for"},
		{For: "name.ip-no-san", Test: "what was asked for is a name, not an address"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("cert.no-san", parley.ServerSide, v.Objections(false, pkix.NoSAN), func(o Objection) string {
			return "The common name of the certificate is " + o.Certificate.Subject.CN + "; subjectAltName, which counts alone, has no name."
		})
	},
	Explains: reissued("cert.no-san"),
	Fixes: []parley.Intent{
		anew("have it issued with the name in subjectAltName: openssl req -addext subjectAltName=DNS:NAME"),
	},
	WillNotHelp: []string{"the name as common name once more", "importing the certificate", "another version or suite"},
	References:  []string{"RFC 9525, Section 2", "RFC 2818, Section 3.1", "RFC 5280, Section 4.2.1.6"},
	Cases: []Case{
		{
			Name: "Go stops at a common name alone", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root cn=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "Java takes the common name",
			Transcript: `
client java21
now 2026-11-22
certificate root  ca
certificate leaf  by=root cn=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the common name is another one too", Instead: "name.mismatch",
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root cn=other.example
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
