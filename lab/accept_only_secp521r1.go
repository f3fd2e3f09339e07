package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

var acceptOnlySecp521r1 = Fault{
	Name:  "accept-only-secp521r1",
	Title: "the server accepts no group but secp521r1",
	Want:  Want{Cause: "group.no-overlap", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) { return l.tlsTarget(ctx, onlyGroup(tls.CurveP521)) },
}

// onlyGroup is rsaConfig with one group.
func onlyGroup(g tls.CurveID) func(*identities) *tls.Config {
	return func(ids *identities) *tls.Config {
		cfg := rsaConfig(ids)
		cfg.CurvePreferences = []tls.CurveID{g}
		return cfg
	}
}
