package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var sendDH1024 = Fault{
	Name:  "send-dh-1024",
	Title: "the server's Diffie-Hellman prime has 1,024 bits",
	Want:  Want{Cause: "dh.too-small", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	As:    "openssl-3.0",
	Start: scripted(dheTerms(only12, dhPrime1024)),
}

// dheTerms are those of a server that has DHE and no other key exchange.
func dheTerms(versions []iana.Version, prime []byte) Terms {
	return Terms{
		Versions: versions,
		Suites: []iana.Suite{
			iana.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,
			iana.TLS_DHE_RSA_WITH_AES_128_CBC_SHA, iana.TLS_DHE_RSA_WITH_AES_256_CBC_SHA,
		},
		Schemes: schemesSHA2,
		Key:     iana.KeyRSA,
		DHPrime: prime,
	}
}
