package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// needsECDSA is the diagnosis of a certificate that the client's suites do not fit.
var needsECDSA = Want{Cause: "cipher.cert-type-mismatch", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1}

var sendECDSACertificate = Fault{
	Name:  "send-ecdsa-certificate",
	Title: "the certificate is ECDSA, the client's suites need RSA",
	Want:  needsECDSA,
	Start: withHello(OfferRSA, func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := ecdsaConfig(ids)
			cfg.MaxVersion = tls.VersionTLS12
			return cfg
		})
	}),
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
