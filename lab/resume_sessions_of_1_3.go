package lab

import (
	"context"
	"crypto/tls"
)

var resumeSessionsOf13 = Fault{
	Name:  "resume-sessions-of-1.3",
	Title: "nothing is wrong: 1.3, and sessions are resumed",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := l.tlsTarget(ctx, withTicketsOf13)
		t.Resume = true
		return t, err
	},
}

// withTicketsOf13 is rsaConfig with tickets.
func withTicketsOf13(ids *identities) *tls.Config {
	cfg := rsaConfig(ids)
	cfg.SessionTicketsDisabled = false
	return cfg
}
