package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certKeyUsage = &Cause{
	ID:    "cert.keyusage",
	Title: "a certificate may not be used for what it is used for",
	Meaning: "A certificate says what it is for: keyUsage, extKeyUsage, and whether it is a CA. Here the leaf is not for servers, or a " +
		"certificate that issued another is no CA.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.constraint", Test: "what is missing is a usage, not the right to issue for the name"},
		{For: "chain.incomplete", Test: "the path is whole"},
	},
	Find: func(v *View) []parley.Finding {
		os := v.Objections(false, pkix.WrongKeyUsage, pkix.WrongExtKeyUsage, pkix.NotCA, pkix.LeafIsCA)
		return v.objected("cert.keyusage", parley.ServerSide, os, func(o Objection) string {
			has := o.Value
			if has == "" {
				has = "nothing"
			}
			switch o.Kind {
			case pkix.NotCA:
				return o.is() + " issued another and is no CA: basicConstraints does not say so."
			case pkix.LeafIsCA:
				return o.is() + " is a CA, and the client takes no CA for a server."
			case pkix.WrongExtKeyUsage:
				return o.is() + " is for " + has + " by extKeyUsage, not for " + o.Want + "."
			}
			return o.is() + " is for " + has + " by keyUsage, not for " + o.Want + "."
		})
	},
	Explains: reissued("cert.keyusage"),
	Fixes: []parley.Intent{
		anew("have it issued for servers: keyUsage digitalSignature, extKeyUsage serverAuth, CA:FALSE"),
	},
	WillNotHelp: []string{"importing the certificate", "a client certificate in the place of one for servers", "another version or suite"},
	References:  []string{"RFC 5280, Section 4.2.1.3", "RFC 5280, Section 4.2.1.12", "RFC 5280, Section 4.2.1.9"},
	Cases: []Case{
		{
			Name: "the leaf is for clients", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example eku=clientAuth
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the intermediate is no CA", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate middle by=root
certificate leaf  by=middle names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=middle
< ServerHelloDone
`,
		},
		{
			Name: "the leaf is for servers and clients",
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example usage=digitalSignature eku=serverAuth,clientAuth
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
