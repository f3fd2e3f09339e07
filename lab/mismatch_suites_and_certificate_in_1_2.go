package lab

import (
	"context"
	"crypto/tls"
)

// mismatchSuitesAndCertificateIn12 answers byte for byte as a server without a
// certificate, so that is what it must be taken for, with this named beside it.
var mismatchSuitesAndCertificateIn12 = Fault{
	Name:  "mismatch-suites-and-certificate-in-1.2",
	Title: "an ECDSA certificate, suites that need RSA, and no 1.3",
	Want:  noCertificate,
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := upTo12(ids)
			cfg.Certificates = []tls.Certificate{ids.ecdsa}
			return cfg
		})
	},
}
