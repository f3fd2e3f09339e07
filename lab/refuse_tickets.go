package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// refuseTickets hands out tickets and does not bear them: a full handshake
// would be due (RFC 5077, Section 3.4).
var refuseTickets = Fault{
	Name:  "refuse-tickets",
	Title: "a hello with a ticket is refused, with no full handshake",
	Want:  Want{Cause: "session.resumption-broken", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	As:    "openssl-3.0",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := l.tlsTarget(ctx, withTickets, func(h *wire.ClientHello) ending {
			if ticket, _ := h.Extension(iana.ExtSessionTicket); len(ticket) > 0 {
				return refuse(iana.AlertBadRecordMAC)
			}
			return nil
		})
		t.Resume = true
		return t, err
	},
}
