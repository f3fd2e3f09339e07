package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// mismatchSuitesAndCertificateIn12 answers byte for byte as a server of 1.2
// alone that has no certificate: the answer is inferred, and names that too.
var mismatchSuitesAndCertificateIn12 = Fault{
	Name:  "mismatch-suites-and-certificate-in-1.2",
	Title: "an ECDSA certificate, suites that need RSA, and no 1.3",
	Want:  Want{Cause: "cipher.cert-type-mismatch", Side: parley.ServerSide, Certainty: parley.Inferred, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := upTo12(ids)
			cfg.Certificates = []tls.Certificate{ids.ecdsa}
			return cfg
		})
	},
}
