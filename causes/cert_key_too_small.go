package causes

import (
	"fmt"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var certKeyTooSmall = &Cause{
	ID:    "cert.key-too-small",
	Title: "a certificate's key is shorter than the client takes",
	Meaning: "A key in the chain has fewer bits than the client's level of security asks for: OpenSSL at level 2, as Debian, Ubuntu and " +
		"OpenSSL 3.2 set it, and mbed TLS take RSA of 2,048 bits and more, others of 1,024.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "cert.weak-digest", Test: "the length of the key is what the client names, not the digest of a signature"},
		{For: "dh.too-small", Test: "the key is that of a certificate, not the one of the key exchange"},
		{For: "cert.unsupported-key", Test: "the client takes keys of this kind, if they are longer"},
	},
	Find: func(v *View) []parley.Finding {
		return v.objected("cert.key-too-small", parley.ServerSide, v.Objections(false, pkix.KeyTooSmall), func(o Objection) string {
			return fmt.Sprintf("%s has an RSA key of %d bits; the client takes %d and more.", o.is(), o.Bits, o.Least)
		})
	},
	Explains: reissued("cert.key-too-small"),
	Fixes: []parley.Intent{
		anew("have it issued for a new key: RSA of 2048 bits, or ECDSA on secp256r1"),
		{Side: parley.ClientSide, Grade: parley.Last, Kind: parley.UpgradeClient, Plain: "lower the level of security for this one connection: DEFAULT@SECLEVEL=1 in OpenSSL",
			Price: "keys that can be broken are then taken"},
	},
	WillNotHelp: []string{"renewing it with the same key", "more or other suites", "importing the certificate"},
	References:  []string{"RFC 9325, Section 4.5", "RFC 5280, Section 4.1.2.7"},
	Cases: []Case{
		{
			Name: "RSA of 1,024 bits at level 2 of OpenSSL", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example key=rsa-1024
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "RSA of 2,048 bits",
			Transcript: `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example key=rsa-2048
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
