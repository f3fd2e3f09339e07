package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certConstraint = &Cause{
	ID:    "cert.constraint",
	Title: "a CA of the chain may not issue this certificate",
	Meaning: "A CA certificate says for which names its holder may issue, and how many CAs may stand below it. The certificate lies " +
		"outside.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.keyusage", Test: "the CA may issue, and not for this name or at this depth"},
		{For: "name.mismatch", Test: "the leaf has the name; its CA may not give it"},
		{For: "cert.critical-extension", Test: "the client knows the extension and applies it"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("cert.constraint", parley.ServerSide, v.Objections(true, pkix.Constrained, pkix.PathTooLong), func(o Objection) string {
			if o.Kind == pkix.PathTooLong {
				return fmt.Sprintf("%s allows %s below it, and there are %d.", o.is(), count(o.Least, "CA"), o.Bits)
			}
			return o.is() + " may not issue for " + o.Value + ": its name constraints leave it out."
		})
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate, Plain: "install a certificate of a CA that may issue for the name"},
	},
	WillNotHelp: []string{"importing the intermediate: its constraints come with it", "a certificate of the same CA", "another version or suite"},
	References:  []string{"RFC 5280, Section 4.2.1.10", "RFC 5280, Section 4.2.1.9"},
	Cases: []Case{
		{
			Name: "the CA may issue for another domain", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate middle ca by=root permit=corp.example
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
			Name: "the CA may issue for this domain",
			Transcript: `
client go
now 2026-11-22
certificate root  ca
certificate middle ca by=root permit=shop.example
certificate leaf  by=middle names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=middle
< ServerHelloDone
`,
		},
	},
}
