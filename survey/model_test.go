package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// model is a server as pure terms: what it accepts, in which order, and how it
// refuses.
type model struct {
	suites map[iana.Version][]iana.Suite // in its order
	kinds  []iana.SSL2Suite
	dtls   bool // it speaks DTLS
	// server: its order decides; else the client's does.
	server bool
	// named: it refuses versions by alert 70; else by alert 40.
	named bool
	// most suites that a hello may list; 0: any number. More is met by a reset.
	most int
	// quiet ends what it refuses with a reset in place of an alert.
	quiet bool
	// stubborn selects the first of its suites whatever is offered.
	stubborn bool
}

// certified says that some suite of the server needs a certificate.
func (m *model) certified() bool {
	for v, suites := range m.suites {
		for _, s := range suites {
			i, _ := s.Info()
			if v.Before(iana.TLS13) && i.Kx != iana.KxPSK && i.Kx != iana.KxDHEPSK && i.Kx != iana.KxECDHEPSK && i.Kx != iana.KxSRP && i.Auth != iana.AuthAnon && i.Auth != iana.AuthKRB5 && i.Auth != iana.AuthPassword && i.Auth != iana.AuthIBS {
				return true
			}
		}
	}
	return len(m.kinds) > 0
}

func reply(id parley.AttemptID, messages ...any) parley.Reply {
	r := parley.Reply{Attempt: id, End: parley.EndStopped, Connect: 1}
	for _, m := range messages {
		r.Events = append(r.Events, parley.Event{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindHandshake, Message: m}})
	}
	return r
}

func refused(id parley.AttemptID, a iana.Alert) parley.Reply {
	alert := wire.Alert{Level: iana.AlertFatal, Description: a}
	r := parley.Reply{Attempt: id, End: parley.EndAlert, Alert: alert, Connect: 1}
	r.Events = []parley.Event{{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindAlert, Alert: alert}}}
	return r
}

// answer is what the server says to an attempt.
func (m *model) answer(a parley.Attempt) parley.Reply {
	if a.SSL2 != nil {
		if m.kinds == nil {
			return parley.Reply{Attempt: a.ID, End: parley.EndFIN, Connect: 1}
		}
		return reply(a.ID, &wire.SSL2ServerHello{Version: iana.SSL2, Kinds: m.kinds})
	}
	h := a.Hello
	v := h.MaxVersion()
	if m.dtls && !v.IsDTLS() || !m.dtls && v.IsDTLS() {
		return parley.Reply{Attempt: a.ID, End: parley.EndSilence}
	}
	if m.most > 0 && len(h.Suites) > m.most {
		return parley.Reply{Attempt: a.ID, End: parley.EndRST, Connect: 1}
	}
	if len(m.suites[v]) == 0 {
		if m.named {
			return refused(a.ID, iana.AlertProtocolVersion)
		}
		return refused(a.ID, iana.AlertHandshakeFailure)
	}
	common := slices.DeleteFunc(slices.Clone(m.suites[v]), func(s iana.Suite) bool { return !h.HasSuite(s) })
	if m.stubborn && len(common) == 0 {
		return parley.Reply{Attempt: a.ID, End: parley.EndMalformed, Connect: 1}
	}
	if len(common) == 0 {
		if m.quiet {
			return parley.Reply{Attempt: a.ID, End: parley.EndRST, Connect: 1}
		}
		return refused(a.ID, iana.AlertHandshakeFailure)
	}
	s := common[0]
	if !m.server {
		s = h.Suites[slices.IndexFunc(h.Suites, func(s iana.Suite) bool { return slices.Contains(common, s) })]
	}
	sh := &wire.ServerHello{LegacyVersion: h.LegacyVersion, Suite: s}
	if v.Before(iana.TLS13) {
		return reply(a.ID, sh, &wire.ServerHelloDone{})
	}
	sh.Extensions = []wire.Extension{{Type: iana.ExtSupportedVersions, Data: []byte{byte(v >> 8), byte(v)}}}
	r := reply(a.ID, sh)
	r.Events = append(r.Events, parley.Event{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindApplicationData}})
	return r
}

// drive runs an enumeration against what answers, in waves as if every answer
// took equally long. It returns the evidence, the waves, and the most attempts
// that were under way at once.
func drive(p Plan, answer func(parley.Attempt) parley.Reply) (e *parley.Evidence, waves, most int) {
	e = &parley.Evidence{}
	n := Enumerate(p)
	var open []parley.Attempt
	for {
		open = append(open, n.Next()...)
		if len(open) == 0 {
			return e, waves, most
		}
		most = max(most, len(open))
		waves++
		now := open
		open = nil
		for _, a := range now {
			e.Add(a)
			r := answer(a)
			e.Replies = append(e.Replies, r)
			n.Learn(r)
		}
	}
}
