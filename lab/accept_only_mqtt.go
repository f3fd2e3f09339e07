package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

var acceptOnlyMQTT = Fault{
	Name:  "accept-only-mqtt",
	Title: "the server has no ALPN protocol but mqtt",
	Want:  Want{Cause: "alpn.no-overlap", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			cfg := rsaConfig(ids)
			cfg.NextProtos = []string{"mqtt"}
			return cfg
		})
		t.ALPN = []string{"h2", "http/1.1"}
		return t, err
	},
}
