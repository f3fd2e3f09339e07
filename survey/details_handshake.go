package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// Values of extensions that are offered (RFC 6066, Sections 4 and 8; RFC 8449, Section
// 4): records of 4,096 bytes, which servers that know the extension take, an OCSP
// response, and limits that change nothing.
var (
	records4096 = []byte{4}
	wantsOCSP   = []byte{1, 0, 0, 0, 0}
	limitOf12   = []byte{0x40, 0}
	limitOf13   = []byte{0x40, 1}
)

// followed are the accepted suites of v that parley can go through with.
func (x *Details) followed(v iana.Version) []iana.Suite {
	col := x.server.Column(v)
	return slices.DeleteFunc(suitesWith(&col, func(i iana.SuiteInfo) bool {
		return i.Kx == iana.KxTLS13 || i.Auth != iana.AuthAnon && (i.Kx == iana.KxECDHE || i.Kx == iana.KxDHE || i.Kx == iana.KxRSA)
	}), func(s iana.Suite) bool { return !keys.Supports(s, v) })
}

// whole is a hello that is followed to the end of the handshake.
func (x *Details) whole(v iana.Version, axis parley.Axis, until parley.Stop) (parley.Attempt, bool) {
	suites := x.followed(v)
	a := x.part(v, axis, suites)
	a.Until = until
	return a, len(suites) > 0
}

// sessions asks below 1.3 for a ticket and for a session ID, offers what came in
// another hello, and asks for a second handshake on one connection.
func (x *Details) sessions(v iana.Version) {
	ticket, ok := x.whole(v, parley.AxisExtension, parley.StopFinished)
	if !ok {
		return
	}
	ticket.Hello.SetExtension(iana.ExtSessionTicket, nil)
	ticket.Hello.SetExtension(iana.ExtStatusRequest, wantsOCSP)
	ticket.Hello.SetExtension(iana.ExtMaxFragmentLength, records4096)
	ticket = ticket.Identify()
	x.ask(ticket, func(r parley.Reply, _ parley.Answer) {
		if r.Ticket(ticket) != nil {
			x.ask(x.resumed(ticket), nil)
		}
	})
	id, _ := x.whole(v, parley.AxisSession, parley.StopFinished)
	id.Hello.SetExtension(iana.ExtRecordSizeLimit, limitOf12)
	id = id.Identify()
	x.ask(id, func(r parley.Reply, _ parley.Answer) {
		if r.Session(id) != nil {
			x.ask(x.resumed(id), nil)
		}
	})
	again, _ := x.whole(v, parley.AxisSession, parley.StopAgain)
	x.ask(again.Identify(), nil)
}

// resumed is the attempt that offers the session of another.
func (x *Details) resumed(a parley.Attempt) parley.Attempt {
	r := a.With(parley.ResumeSession)
	r.Patience = 2 * parley.Brief // it is asked once
	return r
}

// sessions13 goes through two handshakes of 1.3, which show what comes encrypted, and
// offers the tickets that they give: one to agree on a new key with, and one without
// (RFC 8446, Section 4.2.9). A ticket is used once: a server may take none twice.
func (x *Details) sessions13() {
	modes := []iana.PSKMode{iana.PSKModeDHEKE, iana.PSKModeKE}
	first, ok := x.whole(iana.TLS13, parley.AxisExtension, parley.StopFinished)
	if !ok {
		return
	}
	h := first.Hello
	h.SetPSKModes(modes)
	h.SetExtension(iana.ExtStatusRequest, wantsOCSP)
	h.SetExtension(iana.ExtSCT, nil)
	h.SetExtension(iana.ExtMaxFragmentLength, records4096)
	h.SetALPN(x.protocols())
	h.SetCertCompression(compressions)
	first = first.Identify()
	x.ask(first, func(r parley.Reply, ans parley.Answer) {
		if r.Ticket(first) != nil {
			x.ask(x.resumed(first), nil)
		}
		x.more13(first, r, ans)
	})
	second, _ := x.whole(iana.TLS13, parley.AxisSession, parley.StopFinished)
	second.Hello.SetPSKModes(modes)
	second.Hello.SetExtension(iana.ExtRecordSizeLimit, limitOf13)
	second.Hello.SetECH(grease)
	second = second.Identify()
	x.ask(second, func(r parley.Reply, _ parley.Answer) {
		if r.Ticket(second) == nil {
			return
		}
		a := x.resumed(second)
		a.Hello.SetPSKModes([]iana.PSKMode{iana.PSKModeKE})
		x.ask(a.Identify(), nil)
	})
}

// encrypted offers a hello that is encrypted for the published configuration, and the
// public name alone, with something that nobody can decrypt.
func (x *Details) encrypted() {
	c := x.plan.ECH
	if c == nil || x.server.Column(iana.TLS13).Accepted.Is != parley.Yes {
		return
	}
	inner, ok := x.whole(iana.TLS13, parley.AxisSession, parley.StopFlight)
	if !ok {
		return
	}
	inner.Hello.SetServerName(c.PublicName)
	inner.ECH = &parley.ECHOffer{Config: *c, Name: x.plan.Scope.Name}
	x.ask(inner.Identify(), nil)
	outer, _ := x.whole(iana.TLS13, parley.AxisSession, parley.StopFinished)
	outer.Hello.SetServerName(c.PublicName)
	form := grease
	form.Config = c.Config
	outer.Hello.SetECH(form)
	x.ask(outer.Identify(), nil)
}

// compressions are the algorithms for certificates (RFC 8879, Section 3).
var compressions = []iana.CertificateCompression{iana.CertCompressionZlib, iana.CertCompressionBrotli, iana.CertCompressionZstd}

// grease is an encrypted hello that nobody can decrypt (RFC 9849, Section 6.2): a
// server that can decrypt others answers it with its configurations.
var grease = wire.OuterECH{KDF: 1, AEAD: 1, Config: 0x5a, Enc: make([]byte, 32), Payload: make([]byte, 208)}

// more13 goes on with the lists of which one value was selected: algorithms of
// compression and, where no lower version showed them, application protocols.
func (x *Details) more13(a parley.Attempt, r parley.Reply, ans parley.Answer) {
	next := a
	next.Hello = a.Hello.Clone()
	changed := false
	if c := next.Hello.CertCompression(); slices.Contains(c, r.Compressed) {
		next.Hello.SetCertCompression(remove(c, r.Compressed))
		changed = len(c) > 1 // what is not offered any more was selected
	}
	if p := ans.Choice.ALPN; slices.Contains(next.Hello.ALPN(), p) && len(x.versions()) == 1 {
		next.Hello.SetALPN(remove(next.Hello.ALPN(), p))
		changed = true
	}
	if changed {
		next = next.Identify()
		x.ask(next, func(r parley.Reply, ans parley.Answer) { x.more13(next, r, ans) })
	}
}
