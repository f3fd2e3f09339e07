package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var acceptOnlyRSAKeyExchange = Fault{
	Name:  "accept-only-rsa-key-exchange",
	Title: "the server has only suites with RSA key exchange",
	Want:  Want{Cause: "cipher.no-overlap", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	As:    "go",
	Start: scripted(Terms{
		Versions: only12,
		Suites: []iana.Suite{
			iana.TLS_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_RSA_WITH_AES_256_GCM_SHA384,
			iana.TLS_RSA_WITH_AES_128_CBC_SHA, iana.TLS_RSA_WITH_AES_256_CBC_SHA,
		},
		Key: iana.KeyRSA,
	}),
}

// only12 is what many servers without 1.3 accept.
var only12 = []iana.Version{iana.TLS12}
