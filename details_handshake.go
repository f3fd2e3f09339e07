package parley

import (
	"encoding/binary"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Sessions is what a server gives to resume a session with, and what it takes.
type Sessions struct {
	// Tickets: up to 1.2 it gives a ticket to a client that can use one. Hint is the
	// lifetime that it states, in seconds; 0: it states none (RFC 5077, Section 3.3).
	Tickets Fact
	Hint    uint32
	// IDs: it gives sessions an ID up to 1.2, to a client that can use no ticket.
	IDs Fact
	// TakesTicket and TakesID: it resumes the session of a ticket, or of a session ID,
	// up to 1.2.
	TakesTicket, TakesID Fact
	// Tickets13: it gives tickets in 1.3, Count in one connection at most, and Lifetime
	// is the longest of them, in seconds (RFC 8446, Section 4.6.1).
	Tickets13 Fact
	Count     int
	Lifetime  uint32
	// EarlyData: a ticket says that the server takes data with the first hello, up to
	// EarlyMost bytes. Whether it does was not tried.
	EarlyData Fact
	EarlyMost uint32
	// WithDHE and Alone: it resumes a session of 1.3 with a new key agreed on, or
	// without (RFC 8446, Section 4.2.9).
	WithDHE, Alone Fact
}

// AgainAnswer is how a server took a second hello on a connection.
type AgainAnswer struct {
	Answer Again
	Alert  iana.Alert // of AgainAlert
	// Secure: the second hello proved that it comes from who sent the first (RFC 5746).
	Secure Truth
	Why    string // of AgainUnknown
	From   []Source
}

// answers13 are the extensions that EncryptedExtensions or a certificate of 1.3 can
// answer (RFC 8446, Section 4.2), and whose answer follows from their presence.
var answers13 = []iana.ExtensionType{
	iana.ExtServerName, iana.ExtMaxFragmentLength, iana.ExtALPN, iana.ExtRecordSizeLimit, iana.ExtECH, iana.ExtHeartbeat,
	iana.ExtStatusRequest, iana.ExtSCT,
}

// handshake learns from what comes behind the ServerHello.
func (f *detailer) handshake(a Attempt, r Reply, ans Answer, from Source) {
	if a.Until == StopFlight || ans.Choice.Version == 0 {
		return
	}
	if a.Until == StopAgain {
		f.again(r, ans, from)
	}
	if ans.Choice.Version == iana.TLS13 {
		f.answers(a, r, from)
		f.tickets13(a, r, ans, from)
		return
	}
	if r.End != EndStopped || r.Unfollowed != "" {
		return
	}
	s := &f.d.Sessions
	ticket, asks := a.Hello.Extension(iana.ExtSessionTicket)
	switch m := r.Ticket(a); {
	case !asks:
		s.IDs = learn(s.IDs, truth(r.Session(a) != nil), from, "the ServerHello has no session ID")
	case len(ticket) == 0:
		s.Tickets = learn(s.Tickets, truth(m != nil), from, "no NewSessionTicket came")
		if m != nil {
			s.Hint = max(s.Hint, m.Lifetime)
		}
	}
}

// answers learns from what comes encrypted in the first flight of 1.3.
func (f *detailer) answers(a Attempt, r Reply, from Source) {
	var encrypted *wire.EncryptedExtensions
	var certificate *wire.Certificate
	came := false
	for _, e := range r.Events {
		if e.From == ServerSide {
			switch m := e.Item.Message.(type) {
			case *wire.EncryptedExtensions:
				encrypted = m
			case *wire.Certificate:
				certificate, came = m, true
			}
			came = came || e.Item.HasType && e.Item.Type == iana.TypeCompressedCertificate
		}
	}
	if encrypted == nil {
		return
	}
	for _, t := range answers13 {
		if _, asked := a.Hello.Extension(t); !asked {
			continue
		}
		_, has := encrypted.Extension(t)
		if t == iana.ExtStatusRequest || t == iana.ExtSCT {
			if certificate == nil || len(certificate.Extensions) == 0 {
				continue
			}
			has = slices.ContainsFunc(certificate.Extensions[0], func(x wire.Extension) bool { return x.Type == t })
		}
		if f.d.Answers == nil {
			f.d.Answers = map[iana.ExtensionType]Fact{}
		}
		f.d.Answers[t] = learn(f.d.Answers[t], truth(has), from, "neither EncryptedExtensions nor the certificate has it")
		if t == iana.ExtStatusRequest {
			f.s.Staples = learn(f.s.Staples, truth(has), from, "the certificate came without an OCSP response")
		}
	}
	if p, ok := encrypted.ALPN(); ok {
		if f.d.ALPN13 == "" {
			f.d.ALPN13 = p
		}
		if a.Part.Axis == AxisExtension && !slices.Contains(f.s.ALPN.Protocols, p) {
			f.s.ALPN.Protocols = append(f.s.ALPN.Protocols, p)
		}
	}
	if offers := a.Hello.CertCompression(); len(offers) > 0 && came {
		list := &f.d.Compressions
		switch {
		case r.Compressed != 0:
			list.Learn(r.Compressed, Yes, from)
			if len(offers) == 1 {
				list.Complete = Yes // that was the last of all there are
			}
		case list.Complete == Unknown:
			list.Complete = Yes // it takes none of those that were left
		}
	}
}

// tickets13 learns from what follows a handshake of 1.3.
func (f *detailer) tickets13(a Attempt, r Reply, ans Answer, from Source) {
	if !ans.Completes() || r.Unfollowed != "" || len(a.Hello.PSKModes()) == 0 {
		return
	}
	s, count := &f.d.Sessions, 0
	for _, e := range r.Events {
		m, ok := e.Item.Message.(*wire.NewSessionTicket)
		if !ok || e.From != ServerSide {
			continue
		}
		count++
		s.Lifetime = max(s.Lifetime, m.Lifetime)
		early := uint32(0)
		for _, x := range m.Extensions {
			if x.Type == iana.ExtEarlyData && len(x.Data) == 4 {
				early = binary.BigEndian.Uint32(x.Data)
			}
		}
		s.EarlyData = learn(s.EarlyData, truth(early > 0), from, "the ticket offers none")
		s.EarlyMost = max(s.EarlyMost, early)
	}
	s.Tickets13 = learn(s.Tickets13, truth(count > 0), from, "no NewSessionTicket came")
	s.Count = max(s.Count, count)
}

// withoutSession says no to what a server takes that it never gave.
func (f *detailer) withoutSession() {
	s := &f.d.Sessions
	for _, x := range []struct {
		gives Fact
		takes *Fact
		what  string
	}{
		{s.Tickets, &s.TakesTicket, "ticket"}, {s.IDs, &s.TakesID, "session ID"}, {s.Tickets13, &s.WithDHE, "ticket"}, {s.Tickets13, &s.Alone, "ticket"},
	} {
		if x.gives.Is == No && x.takes.Is == Unknown && x.takes.From == nil {
			*x.takes = Fact{Is: No, From: x.gives.From, Why: "it gives no " + x.what}
		}
	}
}

// again learns how a second hello is taken.
func (f *detailer) again(r Reply, ans Answer, from Source) {
	x := AgainAnswer{From: []Source{from}}
	if x.Answer, x.Alert = r.Again(); x.Answer == AgainUnknown {
		x.Why = r.Unfollowed
		if x.Why == "" {
			x.Why = "the first handshake ended before: " + ans.Words()
		}
	}
	if sh := r.ServerHello(); sh != nil {
		_, secure := sh.Extension(iana.ExtRenegotiationInfo)
		x.Secure = truth(secure)
	}
	if f.d.Again.Answer == AgainUnknown {
		f.d.Again = x
	}
}

// resumption learns whether the session of base is resumed by a.
func (f *detailer) resumption(a, base Attempt, r Reply, ans Answer, from Source) {
	if base.Hello == nil {
		return
	}
	s, is := &f.d.Sessions, r.Resumed()
	_, ticket := base.Hello.Extension(iana.ExtSessionTicket)
	of13 := slices.Contains(OfferedVersions(a.Hello), iana.TLS13)
	fact := &s.TakesID
	switch sh := r.ServerHello(); {
	case of13 && is == Yes:
		fact = &s.Alone
		if _, share := sh.Extension(iana.ExtKeyShare); share {
			fact = &s.WithDHE
		}
	case of13 && slices.Equal(a.Hello.PSKModes(), []iana.PSKMode{iana.PSKModeKE}):
		fact = &s.Alone
	case of13:
		fact = &s.WithDHE
	case ticket:
		fact = &s.TakesTicket
	}
	if is == Unknown {
		if fact.Is == Unknown {
			*fact = Fact{From: []Source{from}, Why: "the hello that offers it: " + ans.Words()}
		}
		return
	}
	*fact = learn(*fact, is, from, "the server goes on with a whole handshake")
}
