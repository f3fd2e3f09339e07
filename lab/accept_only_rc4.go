package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// acceptOnlyRC4 is what the advice of 2011 against BEAST left behind.
var acceptOnlyRC4 = Fault{
	Name:  "accept-only-rc4",
	Title: "the server has no suites but those with RC4",
	Want:  Want{Cause: "cipher.no-overlap", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: scripted(Terms{
		Versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12},
		Suites:   []iana.Suite{iana.TLS_ECDHE_RSA_WITH_RC4_128_SHA, iana.TLS_RSA_WITH_RC4_128_SHA, iana.TLS_RSA_WITH_RC4_128_MD5},
		Groups:   groupsECDHE,
		Schemes:  schemesSHA2,
		Key:      iana.KeyRSA,
	}),
}
