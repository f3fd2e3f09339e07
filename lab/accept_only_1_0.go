package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

var acceptOnly10 = Fault{
	Name:  "accept-only-1.0",
	Title: "the server has nothing newer than TLS 1.0",
	Want:  Want{Cause: "version.server-too-old", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, oldConfig(tls.VersionTLS10, tls.VersionTLS10))
	},
}

// oldConfig accepts the versions from low to high, at most 1.2, with the suites
// that servers of that time had.
func oldConfig(low, high uint16) func(*identities) *tls.Config {
	return func(ids *identities) *tls.Config {
		cfg := rsaConfig(ids)
		cfg.MinVersion, cfg.MaxVersion = low, high
		cfg.CipherSuites = []uint16{
			tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
			tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA,
		}
		cfg.CurvePreferences = []tls.CurveID{tls.CurveP256, tls.CurveP384}
		return cfg
	}
}
