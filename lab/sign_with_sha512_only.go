package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// signWithSHA512Only has a key that signs with one scheme, as one in hardware may.
var signWithSHA512Only = Fault{
	Name:  "sign-with-sha512-only",
	Title: "the server signs with SHA-512 only, the client has SHA-256",
	Want:  Want{Cause: "sigalg.no-overlap", Side: parley.SideUnknown, Certainty: parley.Proved, Exit: 1},
	Start: withHello(OfferSHA256, func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := rsaConfig(ids)
			certificate := ids.rsa
			certificate.SupportedSignatureAlgorithms = []tls.SignatureScheme{tls.PSSWithSHA512}
			cfg.Certificates = []tls.Certificate{certificate}
			return cfg
		})
	}),
}
