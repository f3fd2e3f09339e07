package probe

import (
	"bytes"
	"io"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// keepTicket keeps the ticket of a connection that went through.
func (p *Prober) keepTicket(r parley.Reply) {
	t := r.Ticket()
	if len(t) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tickets == nil {
		p.tickets = map[parley.AttemptID][]byte{}
	}
	p.tickets[r.Attempt] = bytes.Clone(t)
}

// resume puts the ticket of the base's last connection into h, with a session
// ID by which a server can say that it takes the ticket (RFC 5077, Section 3.4).
func (x *run) resume(h *wire.ClientHello) *end {
	x.p.mu.Lock()
	t := x.p.tickets[x.a.Base]
	x.p.mu.Unlock()
	if len(t) == 0 {
		return &end{kind: parley.EndLocal, detail: "make the hello: no session to resume"}
	}
	size := len(h.Message())
	h.SessionID = make([]byte, 32)
	if _, err := io.ReadFull(x.p.rand(), h.SessionID); err != nil {
		return &end{kind: parley.EndLocal, detail: "make the hello: " + err.Error()}
	}
	h.SetExtension(iana.ExtSessionTicket, t)
	h.Repad(size)
	return nil
}
