package lab

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// floodSessionTickets sends what a client is to keep, of which it may be sent
// any number (RFC 8446, Section 4.6.1).
var floodSessionTickets = Fault{
	Name:  "flood-session-tickets",
	Title: "session tickets without end follow the handshake",
	Want:  couldNotTell,
	Start: through13(func(_ *wire.ClientHello, t *talk) {
		ticket := (&wire.NewSessionTicket{TLS13: true, Lifetime: 7200, Nonce: random(8), Ticket: random(192)}).Message()
		for t.write(iana.ContentHandshake, ticket) == nil {
		}
	}),
}
