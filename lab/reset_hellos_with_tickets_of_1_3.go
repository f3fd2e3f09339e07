package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// resetHellosWithTicketsOf13 does not bear pre_shared_key, whose identities it could
// pass over (RFC 8446, Section 4.2.11).
var resetHellosWithTicketsOf13 = Fault{
	Name:  "reset-hellos-with-tickets-of-1.3",
	Title: "a hello with a ticket of 1.3 is reset",
	Want:  Want{Cause: "session.resumption-broken", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := l.tlsTarget(ctx, withTicketsOf13, func(h *wire.ClientHello) ending {
			if _, ok := h.Extension(iana.ExtPreSharedKey); ok {
				return reset
			}
			return nil
		})
		t.Resume = true
		return t, err
	},
}
