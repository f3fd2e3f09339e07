package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// acceptOnlyAES256 meets a client that has only AES-128: neither is wrong.
var acceptOnlyAES256 = Fault{
	Name:  "accept-only-aes-256",
	Title: "the server has only AES-256, the client only AES-128",
	Want:  Want{Cause: "cipher.no-overlap", Side: parley.SideUnknown, Certainty: parley.Proved, Exit: 1},
	Start: withHello(OfferAES128, func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := upTo12(ids)
			cfg.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384}
			return cfg
		})
	}),
}
