package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var resetHellosAbove10 = Fault{
	Name:  "reset-hellos-above-1.0",
	Title: "the server of 1.0 resets hellos that offer more",
	Want:  Want{Cause: "version.server-too-old", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, oldConfig(tls.VersionTLS10, tls.VersionTLS10), func(h *wire.ClientHello) ending {
			if h.LegacyVersion > iana.TLS10 {
				return reset
			}
			return nil
		})
	},
}
