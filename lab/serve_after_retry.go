package lab

import (
	"context"
	"crypto/tls"
)

// serveAfterRetry asks every client whose key share is of another group for one
// of secp384r1 (RFC 8446, Section 4.1.4).
var serveAfterRetry = Fault{
	Name:  "serve-after-retry",
	Title: "nothing is wrong: 1.3 goes through a HelloRetryRequest",
	Start: func(ctx context.Context, l *Lab) (Target, error) { return l.tlsTarget(ctx, onlyGroup(tls.CurveP384)) },
}
