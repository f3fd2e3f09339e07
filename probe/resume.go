package probe

import (
	"bytes"
	"io"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// session is what it takes to resume one: a ticket, or up to 1.2 an ID.
type session struct {
	ticket *wire.NewSessionTicket
	id     []byte
	psk    *keys.PSK // of 1.3
	since  time.Time // when the ticket came
}

// ticket13 notes the key of a ticket of 1.3.
func (f *follow) ticket13(m *wire.NewSessionTicket) *end {
	psk, err := f.session.PSK(m.Nonce)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: err.Error()}
	}
	f.gave = session{ticket: m, psk: psk, since: time.Now()}
	return nil
}

// keepSession keeps the last ticket, or the session ID, of a connection that went
// through.
func (p *Prober) keepSession(x *run) {
	m, id := x.r.Ticket(x.a), x.r.Session(x.a)
	if m == nil && id == nil || m != nil && m.TLS13 && x.gave.ticket != m {
		return
	}
	s := session{ticket: m, id: bytes.Clone(id)}
	if m != nil {
		if m.TLS13 {
			s = x.gave
		}
		kept := *m
		kept.Ticket = bytes.Clone(m.Ticket)
		s.ticket = &kept
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sessions == nil {
		p.sessions = map[parley.AttemptID]session{}
	}
	p.sessions[x.a.ID] = s
}

// resume offers in h the session of which the last connection of the base was
// given a ticket, or an ID.
func (x *run) resume(h *wire.ClientHello) *end {
	x.p.mu.Lock()
	s, ok := x.p.sessions[x.a.Base]
	x.p.mu.Unlock()
	if !ok {
		return &end{kind: parley.EndLocal, detail: "make the hello: no session to resume"}
	}
	x.resumes = s
	switch {
	case s.psk != nil:
		return x.bind(h, &keys.Transcript{})
	case s.ticket == nil:
		h.SessionID = bytes.Clone(s.id)
		return nil
	}
	size := len(h.Message())
	// By its echo a server can say that it takes the ticket (RFC 5077, Section 3.4).
	h.SessionID = make([]byte, 32)
	if _, err := io.ReadFull(x.p.rand(), h.SessionID); err != nil {
		return &end{kind: parley.EndLocal, detail: "make the hello: " + err.Error()}
	}
	h.SetExtension(iana.ExtSessionTicket, s.ticket.Ticket)
	h.Repad(size)
	return nil
}

// bind offers the session's key in h. said is what was said before.
func (x *run) bind(h *wire.ClientHello, said *keys.Transcript) *end {
	s := x.resumes
	id := wire.PSKIdentity{
		Identity: s.ticket.Ticket,
		// RFC 8446, Section 4.2.11.1: modulo 2^32.
		ObfuscatedAge: uint32(time.Since(s.since).Milliseconds()) + s.ticket.AgeAdd,
	}
	size := len(h.Message())
	h.SetPSK(id, make([]byte, s.psk.Size()))
	h.Repad(size)
	before := h.SetPSK(id, make([]byte, s.psk.Size()))
	said.Add(h.Message()[:before])
	binder, err := s.psk.Binder(said)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: "make the hello: " + err.Error()}
	}
	h.SetPSK(id, binder)
	return nil
}

// bindAgain makes the binder of the second hello, which answers a
// HelloRetryRequest whose bytes are raw (RFC 8446, Section 4.1.2).
func (f *flight) bindAgain(second *wire.ClientHello, h *wire.ServerHello, raw []byte) *end {
	if f.resumes.psk == nil {
		if f.a.Recorded() {
			second.RemoveExtension(iana.ExtPreSharedKey) // its binder fitted the first hello
		}
		return nil
	}
	if !f.resumes.psk.Fits(h.Suite) {
		second.RemoveExtension(iana.ExtPreSharedKey)
		return nil
	}
	schedule, err := keys.NewSchedule(h.Suite)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: "answer a HelloRetryRequest: " + err.Error()}
	}
	said := &keys.Transcript{}
	said.Add(f.hello.Message())
	schedule.Retry(said)
	said.Add(raw)
	return f.bind(second, said)
}
