package lab

import (
	"context"
	"crypto/tls"
)

var resumeSessions = Fault{
	Name:  "resume-sessions",
	Title: "nothing is wrong: 1.2, and sessions are resumed",
	As:    "openssl-3.0",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := l.tlsTarget(ctx, withTickets)
		t.Resume = true
		return t, err
	},
}

// withTickets is upTo12 with tickets (RFC 5077), by which sessions are resumed.
func withTickets(ids *identities) *tls.Config {
	cfg := upTo12(ids)
	cfg.SessionTicketsDisabled = false
	return cfg
}
