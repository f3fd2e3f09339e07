package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// resetWithoutCommonSuite is accept-only-aes-256 without an alert.
var resetWithoutCommonSuite = Fault{
	Name:  "reset-without-common-suite",
	Title: "the server resets a client whose suites it does not have",
	Want:  acceptOnlyAES256.Want,
	Start: withHello(OfferAES128, func(ctx context.Context, l *Lab) (Target, error) {
		only := iana.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := upTo12(ids)
			cfg.CipherSuites = []uint16{uint16(only)}
			return cfg
		}, func(h *wire.ClientHello) ending {
			if !h.HasSuite(only) {
				return reset
			}
			return nil
		})
	}),
}
