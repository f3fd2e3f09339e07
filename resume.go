package parley

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Ticket is the last ticket that the server gave for a session of 1.2 or older
// that was set up to its end (RFC 5077, Section 3.3); empty: none.
func (r Reply) Ticket() []byte {
	if r.End != EndStopped {
		return nil
	}
	var last []byte
	for _, e := range r.Events {
		if m, ok := e.Item.Message.(*wire.NewSessionTicket); ok && e.From == ServerSide && !m.TLS13 {
			last = m.Ticket
		}
	}
	return last
}

// Resumed says whether the server took the session that the hello of r offered.
// It did not if it went on with a full handshake; unknown is all else.
func (r Reply) Resumed() Truth {
	var hello *wire.ServerHello
	for _, e := range r.Events {
		if e.From != ServerSide || e.Item.Protected {
			continue
		}
		switch m := e.Item.Message.(type) {
		case *wire.ServerHello:
			if hello = m; !m.IsHelloRetryRequest() && m.Version() == iana.TLS13 {
				_, taken := m.Extension(iana.ExtPreSharedKey) // RFC 8446, Section 4.2.11
				if taken {
					return Yes
				}
				return No
			}
		case *wire.Certificate, *wire.ServerKeyExchange, *wire.ServerHelloDone:
			return No
		}
		// Up to 1.2 it follows at once (RFC 5077, Section 3.4).
		if e.Item.Kind == wire.KindChangeCipherSpec && hello != nil && !hello.IsHelloRetryRequest() {
			return Yes
		}
	}
	return Unknown
}
