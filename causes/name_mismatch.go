package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var nameMismatch = &Cause{
	ID:    "name.mismatch",
	Title: "the certificate is for other names",
	Meaning: "The name that the client asks for is not among those of the certificate. Either it is the wrong name for this service, or the " +
		"certificate was made without it, or the server answers with that of another site, its default.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "ech.config-mismatch", Test: "the hello asks in clear for the name that is wanted"},
		{For: "name.ip-no-san", Test: "what was asked for is a name, not an address"},
		{For: "cert.no-san", Test: "the common name is another one as well"},
		{For: "cert.constraint", Test: "the leaf does not have the name"},
		{For: "sni.missing", Test: "the name was asked for in server_name, or asking for it changes nothing"},
		{For: "edge.host-not-provisioned", Test: "the names are not those of an edge network"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("name.mismatch", parley.ServerSide, v.leafs(pkix.NameMismatch), func(o Objection) string {
			text := o.is() + " names nothing."
			if len(o.Names) > 0 {
				text = "The certificate is for " + few(o.Names) + "; " + v.Identity() + " is not among them."
			}
			return text + wildcardNote(o)
		})
	},
	Explains: reissued("name.mismatch"),
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ServeName, Plain: "serve a certificate that names it, from a virtual host of that name"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.FixName, Plain: "use one of the names that the certificate has, where it is the same service"},
	},
	WillNotHelp: []string{"importing the certificate: the name stays another one", "a redirect: the certificate is looked at before it",
		"leaving the name unverified: any certificate will then do"},
	References: []string{"RFC 9525, Section 6.3", "RFC 6125, Section 6.4"},
	Cases: []Case{
		{
			Name: "the leaf names another site", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client firefox
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=www.other.example,other.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "a wildcard stands for one label, not for two", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client firefox
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=*.shop.example
trust system root
server 192.0.2.7:443 a.www.shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "a wildcard covers the name",
			Transcript: `
client firefox
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=*.shop.example
trust system root
server 192.0.2.7:443 www.shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "another name, out of date and of 1,024 bits: one new certificate mends all", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=old.example until=2024-01-01 key=rsa-1024
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
	},
}

// wildcardNote explains a wildcard that looks as if it covered the name.
func wildcardNote(o Objection) string {
	for _, n := range o.Names {
		if under(n, o.Value) {
			return " " + n + " stands for one label before it, and for no more (RFC 9525, Section 6.3)."
		}
	}
	return ""
}
