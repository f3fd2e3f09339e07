package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

var sendECDSACertificate = Fault{
	Name:  "send-ecdsa-certificate",
	Title: "the certificate is ECDSA, the client's suites need RSA",
	Want:  Want{Cause: "cipher.cert-type-mismatch", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: withHello(OfferRSA, func(ctx context.Context, l *Lab) (Target, error) { return l.tlsTarget(ctx, ecdsaConfig) }),
}

// ecdsaConfig is rsaConfig with an ECDSA certificate, and suites for it.
func ecdsaConfig(ids *identities) *tls.Config {
	cfg := rsaConfig(ids)
	cfg.Certificates = []tls.Certificate{ids.ecdsa}
	cfg.CipherSuites = []uint16{
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
	}
	return cfg
}
