package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// refuseSHA1Signatures has only suites whose parameters are signed.
var refuseSHA1Signatures = Fault{
	Name:  "refuse-sha1-signatures",
	Title: "the client names no signature schemes, which means SHA-1",
	Want:  Want{Cause: "sigalg.missing-extension", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1},
	Start: withHello(OfferWithoutSchemes, scripted(ecdhe12)),
}

// only12 is what many servers without 1.3 accept.
var only12 = []iana.Version{iana.TLS12}

// ecdhe12 are the terms of a good server that stops at 1.2.
var ecdhe12 = Terms{
	Versions: only12,
	Suites:   []iana.Suite{iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, iana.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384},
	Groups:   groupsECDHE,
	Schemes:  schemesSHA2,
	Key:      iana.KeyRSA,
}
