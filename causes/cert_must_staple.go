package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certMustStaple = &Cause{
	ID:    "cert.must-staple",
	Title: "the certificate demands an OCSP response, and none came",
	Meaning: "The certificate says that the server sends an OCSP response with it (must-staple). The server sends none: stapling is off, or " +
		"it could not fetch a response yet, as after a start or while the CA's responder is down.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "revocation.check-failed", Test: "it is the certificate that demands the response, and the server that does not send one"},
		{For: "cert.critical-extension", Test: "the client knows the extension"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("cert.must-staple", parley.ServerSide, v.Objections(false, pkix.NoStaple), func(o Objection) string {
			return o.is() + " has the TLS feature status_request, and no OCSP response came with it."
		})
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.StapleResponse, Plain: "turn OCSP stapling on, and let the server reach the CA's responder"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ReissueCertificate, Plain: "have it issued without the TLS feature extension, where the CA has no responder any more"},
	},
	WillNotHelp: []string{"turning the revocation check of the client off", "renewing it with the same request", "another version or suite"},
	References:  []string{"RFC 7633, Section 4.2.3", "RFC 6066, Section 8"},
	Cases: []Case{
		{
			Name: "GnuTLS stops where no response came", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client gnutls-3.8
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example must_staple
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "an OCSP response came",
			Transcript: `
client gnutls-3.8
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example must_staple
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< CertificateStatus
< ServerHelloDone
`,
		},
	},
}
