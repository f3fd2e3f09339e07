package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

var acceptOnlyRSAKeyExchange = Fault{
	Name:  "accept-only-rsa-key-exchange",
	Title: "the server has only suites with RSA key exchange",
	Want:  Want{Cause: "cipher.no-overlap", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	As:    "go",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := upTo12(ids)
			cfg.CipherSuites = []uint16{
				tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
				tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA,
			}
			return cfg
		})
	},
}
