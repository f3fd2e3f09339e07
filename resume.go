package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Resumes says whether some attempt offers a session to be resumed.
func (e *Evidence) Resumes() bool {
	for _, a := range e.Attempts {
		if a.Resume {
			return true
		}
	}
	return false
}

// Ticket is the last ticket that the server gave in the reply to a, which set a
// session up to its end; nil: none that the client of a could use (RFC 5077, Section
// 3.3; RFC 8446, Section 4.6.1).
func (r Reply) Ticket(a Attempt) *wire.NewSessionTicket {
	if r.End != EndStopped || a.Hello == nil {
		return nil
	}
	var last *wire.NewSessionTicket
	for _, e := range r.Events {
		m, ok := e.Item.Message.(*wire.NewSessionTicket)
		switch {
		case !ok || e.From != ServerSide || len(m.Ticket) == 0:
		case m.TLS13 && (m.Lifetime == 0 || !slices.Contains(a.Hello.PSKModes(), iana.PSKModeDHEKE)):
		default:
			last = m
		}
	}
	return last
}

// Session is the ID of the session that the server gave in the reply to a, which set
// it up to its end, and for which it gave no ticket; nil: none (RFC 5246, Section
// 7.4.1.3; RFC 5077, Section 3.4).
func (r Reply) Session(a Attempt) []byte {
	sh := r.ServerHello()
	if r.End != EndStopped || a.Hello == nil || a.Until == StopFlight || sh == nil || sh.Version() >= iana.TLS13 || len(sh.SessionID) == 0 {
		return nil
	}
	// Whoever gives a ticket need not keep the session.
	if slices.ContainsFunc(r.Events, func(e Event) bool { _, ticket := e.Item.Message.(*wire.NewSessionTicket); return ticket }) {
		return nil
	}
	return sh.SessionID
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
