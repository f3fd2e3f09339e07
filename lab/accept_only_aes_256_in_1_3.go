package lab

import (
	"context"

	"github.com/parley-tls/parley/iana"
)

// acceptOnlyAES256In13 is accept-only-aes-256 where the suite names no key
// exchange and no kind of certificate.
var acceptOnlyAES256In13 = Fault{
	Name:  "accept-only-aes-256-in-1.3",
	Title: "1.3 on both sides, AES-256 on one, AES-128 on the other",
	Want:  acceptOnlyAES256.Want,
	Start: withHello(OfferAES128In13, func(ctx context.Context, l *Lab) (Target, error) {
		t := ecdhe13
		t.Suites = []iana.Suite{iana.TLS_AES_256_GCM_SHA384}
		return l.Script(ctx, t)
	}),
}
