package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// accept10And11 meets a client that offers 1.0 and 1.1 and does not complete
// them: its policy forbids the SHA-1 signatures they need.
var accept10And11 = Fault{
	Name:  "accept-1.0-and-1.1",
	Title: "the client's policy forbids the server's versions",
	Want:  Want{Cause: "version.policy-min", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	As:    "openssl-3.0",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, oldConfig(tls.VersionTLS10, tls.VersionTLS11))
	},
}
