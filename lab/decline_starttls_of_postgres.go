package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

// declined is the diagnosis of a server that was asked for TLS by the means of
// its own protocol and does not have it.
var declined = Want{Cause: "plaintext.tls-to-plain-port", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1}

var declineStartTLSOfPostgres = Fault{
	Name:  "decline-starttls-of-postgres",
	Title: "a PostgreSQL server answers SSLRequest with N",
	Want:  declined,
	Start: askedFor("postgres", postgresOff),
}

// askedFor is the Start of a peer that the client asks to start TLS.
func askedFor(protocol string, p plainPeer) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		t, err := p.start(ctx, l)
		t.StartTLS = protocol
		return t, err
	}
}
