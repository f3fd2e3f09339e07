package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// offerPreSharedKeys is a client with a pre-shared key alone.
var offerPreSharedKeys = Offer{
	Legacy: iana.TLS12,
	Suites: []iana.Suite{iana.TLS_PSK_WITH_AES_128_GCM_SHA256, iana.TLS_PSK_WITH_AES_128_CBC_SHA256},
	// It would take a certificate if it were offered one.
	Schemes: []iana.Scheme{iana.SchemeECDSASecp256r1SHA256, iana.SchemeRSAPSSRSAESHA256, iana.SchemeRSAPKCS1SHA256},
	Name:    Name,
}

var offerOnlyPreSharedKeys = Fault{
	Name:  "offer-only-pre-shared-keys",
	Title: "the client has a pre-shared key, the server a certificate",
	Want:  Want{Cause: "psk.mismatch", Side: parley.SideUnknown, Certainty: parley.Proved, Exit: 1},
	Start: withHello(offerPreSharedKeys, func(ctx context.Context, l *Lab) (Target, error) {
		return serve12.Start(ctx, l)
	}),
}
