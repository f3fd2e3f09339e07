package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// mismatchSuitesAndCertificate works with 1.3, whose suites fit any
// certificate, and refuses every client of 1.2.
var mismatchSuitesAndCertificate = Fault{
	Name:  "mismatch-suites-and-certificate",
	Title: "an ECDSA certificate beside suites of 1.2 that need RSA",
	Want:  Want{Cause: "cipher.cert-type-mismatch", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: withHello(Offer12, func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := rsaConfig(ids)
			cfg.Certificates = []tls.Certificate{ids.ecdsa}
			return cfg
		})
	}),
}
