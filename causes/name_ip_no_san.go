package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var nameIPNoSAN = &Cause{
	ID:    "name.ip-no-san",
	Title: "the address that was asked for is not in the certificate",
	Meaning: "The client goes by an address, and the certificate has names only, or other addresses. An address counts where it stands in " +
		"subjectAltName as an address; as a name, or as the common name, it does not.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "name.mismatch", Test: "what was asked for is an address"},
		{For: "cert.no-san", Test: "a common name is not compared with an address"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("name.ip-no-san", parley.ServerSide, v.leafs(pkix.IPNotNamed), func(o Objection) string {
			text := "The client asks for the address " + o.Value + ", and the certificate names nothing in subjectAltName."
			if len(o.Names) > 0 {
				text = "The client asks for the address " + o.Value + ", and the certificate is for " + few(o.Names) + "."
			}
			if o.Certificate.Names != nil && slices.Contains(o.Certificate.Names.DNS, o.Value) {
				text += " It has the address as a DNS name, which is compared with names alone."
			}
			return text
		})
	},
	Explains: reissued("name.ip-no-san"),
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.FixName, Plain: "use a name that the certificate has"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReissueCertificate, Plain: "have the address put into the certificate, as an address: openssl req -addext subjectAltName=IP:ADDRESS"},
	},
	WillNotHelp: []string{"the address as common name", "the address as a DNS name in subjectAltName", "importing the certificate"},
	References:  []string{"RFC 9525, Section 6.5", "RFC 5280, Section 4.2.1.6"},
	Cases: []Case{
		{
			Name: "asked for by address, and the leaf has a name", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client java21
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example
trust system root
server 192.0.2.7:443

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the leaf has the address",
			Transcript: `
client java21
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example,192.0.2.7
trust system root
server 192.0.2.7:443

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "asked for by name", Instead: "name.mismatch",
			Transcript: `
client java21
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=192.0.2.7
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
