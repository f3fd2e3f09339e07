package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// NewSessionTicket hands the client a ticket to resume with (RFC 5077, Section
// 3.3; RFC 8446, Section 4.6.1).
type NewSessionTicket struct {
	// Lifetime is in seconds; up to 1.2 it is a hint, and 0 says nothing.
	Lifetime uint32
	Ticket   []byte
	// TLS13 says that the message has the form of 1.3, which has the fields below.
	TLS13 bool
	// AgeAdd is added to the age the client states, in milliseconds.
	AgeAdd     uint32
	Nonce      []byte
	Extensions []Extension
}

// ParseNewSessionTicket reads the body of a NewSessionTicket in the form that v
// uses. Body inverts it. The result refers to body.
func ParseNewSessionTicket(body []byte, v iana.Version) (*NewSessionTicket, error) {
	r := newReader("NewSessionTicket", body)
	m := &NewSessionTicket{TLS13: is13(v), Lifetime: r.uint32("ticket_lifetime")}
	if m.TLS13 {
		m.AgeAdd = r.uint32("ticket_age_add")
		m.Nonce = r.vector("ticket_nonce", 1)
	}
	m.Ticket = r.vector("ticket", 2)
	if m.TLS13 {
		m.Extensions = readExtensions(&r)
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	return m, nil
}

// Body writes the message without its handshake header.
func (m *NewSessionTicket) Body() []byte {
	return build(16+len(m.Ticket), func(b *cryptobyte.Builder) {
		b.AddUint32(m.Lifetime)
		if m.TLS13 {
			b.AddUint32(m.AgeAdd)
			addVector(b, 1, m.Nonce)
		}
		addVector(b, 2, m.Ticket)
		if m.TLS13 {
			addExtensions(b, m.Extensions)
		}
	})
}

// Message writes the message with its handshake header.
func (m *NewSessionTicket) Message() []byte {
	return AppendMessage(nil, iana.TypeNewSessionTicket, m.Body())
}
