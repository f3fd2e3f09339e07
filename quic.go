package parley

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// QUICReply is what a reply over QUIC says beside the handshake that QUIC carries.
type QUICReply struct {
	// Version is the one in which was asked; one that is reserved asks for a list.
	Version iana.QUICVersion `json:"version"`
	// Listed are the versions of a Version Negotiation packet, as it has them.
	Listed []iana.QUICVersion `json:"listed,omitempty"`
	// Retry: the server had the client show that its address is its own
	// (RFC 9000, Section 8.1.2).
	Retry bool `json:"retry,omitempty"`
	// Closed: a CONNECTION_CLOSE came that carries no alert, with Code.
	Closed bool           `json:"closed,omitempty"`
	Code   iana.QUICError `json:"code,omitempty"`
	// Strange are datagrams that were none of this connection, or did not decrypt.
	Strange int `json:"strange,omitempty"`
}

// QUICTerms are a server's terms that are about QUIC itself. What it accepts of
// TLS 1.3 stands where that of any transport does.
type QUICTerms struct {
	// Versions are those that a handshake was tried in; Yes: it went on.
	Versions List[iana.QUICVersion]
	// Listed are those that the server names itself, without those that are
	// reserved; nil: it did not say. A version of it need not be accepted.
	Listed []iana.QUICVersion
	// Retry says whether the server answers a first packet with a Retry.
	Retry Fact
	// Parameters are the transport parameters of the last handshake, in the order
	// in which they came, without those that are new for each connection; nil: none
	// were read.
	Parameters []wire.QUICParameter
	// Grease says whether the server sends transport parameters, or lists versions,
	// that have no meaning.
	Grease Fact
	From   []Source // of Listed and Parameters
}

// perConnection are the transport parameters that say nothing of a server's
// terms: they are other ones on each connection.
var perConnection = []iana.QUICParameter{
	iana.QUICOriginalDestination, iana.QUICStatelessResetToken, iana.QUICInitialSource, iana.QUICRetrySource,
}

// QUICParameters are the transport parameters of the server, if they came and
// could be read.
func (r Reply) QUICParameters() ([]wire.QUICParameter, bool) {
	for _, e := range r.Events {
		if m, ok := e.Item.Message.(*wire.EncryptedExtensions); ok && e.From == ServerSide {
			if data, ok := m.Extension(iana.ExtQUICTransportParameters); ok {
				ps, err := wire.ParseQUICParameters(data)
				return ps, err == nil
			}
		}
	}
	return nil, false
}

// quic learns what the replies over QUIC say of QUIC itself, and of what only
// they say of TLS.
func (f *folder) quic(e *Evidence) {
	if f.server.Scope.Transport != TransportQUIC {
		return
	}
	f.server.QUIC = &QUICTerms{}
	for _, r := range e.Replies {
		a, ok := e.Attempts[r.Attempt]
		if !ok || r.QUIC == nil || !a.Scope.sameWay(f.server.Scope) {
			continue
		}
		if ans := r.AnswerTo(a); a.Hello == nil {
			f.quicList(r.QUIC.Listed, Source{Attempt: a.ID})
		} else if asksName(a.Hello, f.server.Scope.Name) {
			f.quicVersion(a, r, ans)
			f.quicProtocols(a, ans)
			f.quicParameters(r, Source{Attempt: a.ID})
		}
	}
	slices.SortFunc(f.server.QUIC.Versions.Items, func(a, b Item[iana.QUICVersion]) int { return cmp.Compare(a.ID, b.ID) })
	for _, v := range AllVersions {
		if from := f.server.Accepts[iana.TLS13].Accepted.From; v < iana.TLS13 && len(from) > 0 {
			f.no(v, verdict{is: No, why: "QUIC carries nothing before 1.3 (RFC 9001, Section 4.2)", from: from[0]})
		}
	}
}

// quicList learns the versions that the server names.
func (f *folder) quicList(listed []iana.QUICVersion, from Source) {
	if listed == nil {
		return
	}
	q := f.server.QUIC
	q.Listed, q.From = []iana.QUICVersion{}, append(q.From, from)
	for _, v := range listed {
		if v.IsReserved() {
			q.Grease = learn(q.Grease, Yes, from, "")
		} else if !slices.Contains(q.Listed, v) {
			q.Listed = append(q.Listed, v)
		}
	}
}

// quicVersion learns whether the version that an attempt was in is spoken.
func (f *folder) quicVersion(a Attempt, r Reply, ans Answer) {
	q, v, from := f.server.QUIC, r.QUIC.Version, Source{Attempt: a.ID}
	switch {
	case ans.Choice.Version != 0 || ans.Choice.Retry || ans.End == EndAlert || r.QUIC.Retry || r.QUIC.Closed:
		q.Versions.Learn(v, Yes, from) // it was answered in that version
		q.Retry = learn(q.Retry, truth(r.QUIC.Retry), from, "the first packet is answered without one")
	case ans.End == EndVersions:
		q.Versions.Learn(v, No, from)
		f.quicList(r.QUIC.Listed, from)
	}
}

// quicProtocols learns the application protocols, which come encrypted in 1.3.
func (f *folder) quicProtocols(a Attempt, ans Answer) {
	alpn := &f.server.ALPN
	if p := ans.Choice.ALPN; p != "" && !slices.Contains(alpn.Protocols, p) {
		alpn.Protocols = append(alpn.Protocols, p)
	}
	switch {
	case a.Part.Axis != AxisALPN:
	case ans.End == EndAlert && ans.Alert == iana.AlertNoApplicationProtocol:
		alpn.Insists = Yes
	case ans.Accepted() && ans.Choice.ALPN == "":
		alpn.Insists = No
	}
}

// quicParameters learns the transport parameters.
func (f *folder) quicParameters(r Reply, from Source) {
	ps, ok := r.QUICParameters()
	if !ok {
		return
	}
	q, grease := f.server.QUIC, false
	q.Parameters, q.From = nil, append(q.From, from)
	for _, p := range ps {
		switch {
		case p.ID.IsReserved():
			grease = true
		case !slices.Contains(perConnection, p.ID):
			q.Parameters = append(q.Parameters, p)
		}
	}
	if grease || q.Grease.Is == Unknown {
		q.Grease = learn(q.Grease, truth(grease), from, "no reserved transport parameter came")
	}
}

// quicParameters are the transport parameters of a hello that goes no further
// than a handshake: room for what a server says at once, and no streams of its
// own. The prober sets the connection ID, which is new for each.
var quicParameters = []wire.QUICParameter{
	{ID: iana.QUICMaxIdleTimeout, Value: wire.AppendQUICInt(nil, 30000)},
	{ID: iana.QUICMaxUDPPayloadSize, Value: wire.AppendQUICInt(nil, 1472)},
	{ID: iana.QUICMaxData, Value: wire.AppendQUICInt(nil, 1<<16)},
	{ID: 0x05, Value: wire.AppendQUICInt(nil, 1<<15)},
	{ID: 0x06, Value: wire.AppendQUICInt(nil, 1<<15)},
	{ID: 0x07, Value: wire.AppendQUICInt(nil, 1<<15)},
	{ID: iana.QUICMaxStreamsBidi, Value: wire.AppendQUICInt(nil, 3)},
	{ID: iana.QUICMaxStreamsUni, Value: wire.AppendQUICInt(nil, 3)},
	{ID: iana.QUICInitialSource, Value: make([]byte, 8)},
}

// QUICProtocols are the application protocols that are asked for over QUIC: those
// that are registered for it, and others that servers have.
func QUICProtocols() []string {
	return []string{"h3", "doq", "smb", "mqtt", "h3-29", "hq-interop", "hq-29", "moq-00", "libp2p", "perf", "siduck"}
}

// AsQUIC is the hello as it goes over QUIC (RFC 9001, Section 8): 1.3 alone,
// without a session ID, with ALPN and transport parameters. It offers the protocols
// given, without any its own, and else all that are known. What only older versions
// have is left out.
func AsQUIC(h *wire.ClientHello, protocols ...string) *wire.ClientHello {
	q := h.Clone()
	q.SessionID = nil
	q.Suites = slices.DeleteFunc(q.Suites, func(s iana.Suite) bool {
		i, known := s.Info()
		return known && (i.SCSV || i.Kx != iana.KxTLS13)
	})
	q.SetSupportedVersions(slices.DeleteFunc(q.SupportedVersions(), func(v iana.Version) bool {
		return v < iana.TLS13 && v.Known()
	}))
	for _, x := range []iana.ExtensionType{
		iana.ExtExtendedMasterSecret, iana.ExtRenegotiationInfo, iana.ExtSessionTicket, iana.ExtECPointFormats, iana.ExtEncryptThenMAC,
		iana.ExtPadding,
	} {
		q.RemoveExtension(x)
	}
	if len(protocols) > 0 {
		q.SetALPN(protocols)
	} else if len(q.ALPN()) == 0 {
		q.SetALPN(QUICProtocols())
	}
	q.SetExtension(iana.ExtQUICTransportParameters, wire.AppendQUICParameters(nil, quicParameters))
	return q
}

// QUICWhole is the reference attempt over QUIC: everything of 1.3, in one of
// QUIC's versions.
func QUICWhole(s Scope, v iana.QUICVersion, protocols ...string) Attempt {
	a := Attempt{
		Role: RoleReference, Name: "all of 1.3 over " + v.String(), Scope: s, Whole: iana.TLS13, QUIC: v,
		Hello: AsQUIC(WholeHello(iana.TLS13, s.Name), protocols...),
	}
	return a.Identify()
}

// QUICVersionsOf asks a server for the versions of QUIC that it speaks, by a
// packet of one that none does.
func QUICVersionsOf(s Scope) Attempt {
	return Attempt{Role: RoleControl, Name: "versions of QUIC", Scope: s, QUIC: 0x0a0a0a0a}.Identify()
}

// Speaks says that the server was heard in a version of QUIC, or that another
// transport carries the handshake.
func (s *Server) Speaks() bool {
	return s.Scope.Transport != TransportQUIC || s.QUIC != nil && len(s.QUIC.Versions.Yes()) > 0
}
