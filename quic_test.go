package parley_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var quicScope = parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example", Transport: parley.TransportQUIC}

func TestAHelloOverQUICIsOneOf13Alone(t *testing.T) {
	t.Parallel()
	h := parley.WholeHello(iana.TLS12, "shop.example")
	h.SessionID = make([]byte, 32)
	h.Suites = append([]iana.Suite{0x1a1a, 0x1301}, h.Suites...)
	h.SetSupportedVersions([]iana.Version{0x2a2a, iana.TLS13, iana.TLS12})
	h.SetALPN([]string{"h2"})
	h.SetExtension(iana.ExtSessionTicket, nil)
	size := len(h.Message())
	q := parley.AsQUIC(h, "h3")
	if len(h.Message()) != size {
		t.Error("the hello that it is made of has changed")
	}
	if len(q.SessionID) > 0 || !slices.Equal(q.Suites, []iana.Suite{0x1a1a, 0x1301}) || !slices.Equal(q.SupportedVersions(), []iana.Version{0x2a2a, iana.TLS13}) || !slices.Equal(q.ALPN(), []string{"h3"}) {
		t.Errorf("session ID of %d bytes, suites %v, versions %v, ALPN %q", len(q.SessionID), q.Suites, q.SupportedVersions(), q.ALPN())
	}
	for _, x := range []iana.ExtensionType{iana.ExtSessionTicket, iana.ExtExtendedMasterSecret, iana.ExtECPointFormats} {
		if _, there := q.Extension(x); there {
			t.Errorf("%v is of older versions, and is there", x)
		}
	}
	data, _ := q.Extension(iana.ExtQUICTransportParameters)
	ps, err := wire.ParseQUICParameters(data)
	if _, there := wire.QUICParameterOf(ps, iana.QUICInitialSource); err != nil || !there {
		t.Errorf("the transport parameters are %v, %v", ps, err)
	}
	if got := parley.AsQUIC(parley.WholeHello(iana.TLS13, ""), parley.QUICProtocols()...).ALPN(); !slices.Contains(got, "doq") {
		t.Errorf("a hello without protocols of its own offers %q", got)
	}
	if got := parley.AsQUIC(h).ALPN(); !slices.Equal(got, []string{"h2"}) {
		t.Errorf("a hello with protocols of its own offers %q", got)
	}
}

// quicEvidence is what came back to attempts over QUIC.
func quicEvidence(replies map[*parley.Attempt]parley.Reply) *parley.Evidence {
	e := &parley.Evidence{}
	for a, r := range replies {
		e.Add(*a)
		r.Attempt = a.ID
		e.Replies = append(e.Replies, r)
	}
	return e
}

func TestWhatAServerSaysOfQUICIsFolded(t *testing.T) {
	t.Parallel()
	versions, first, second := parley.QUICVersionsOf(quicScope), parley.QUICWhole(quicScope, iana.QUIC1, "h3"), parley.QUICWhole(quicScope, iana.QUIC2, "h3")
	hello := &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: 0x1301, Extensions: []wire.Extension{{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}}}}
	said := wire.AppendQUICParameters(nil, []wire.QUICParameter{
		{ID: iana.QUICInitialSource, Value: []byte("new")}, {ID: iana.QUICMaxData, Value: []byte{7}}, {ID: 27 + 31*5, Value: []byte{1}},
	})
	answers := &wire.EncryptedExtensions{Extensions: []wire.Extension{
		{Type: iana.ExtQUICTransportParameters, Data: said}, {Type: iana.ExtALPN, Data: []byte{0, 3, 2, 'h', '3'}},
	}}
	event := func(typ iana.HandshakeType, m any, hidden bool) parley.Event {
		return parley.Event{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindHandshake, Type: typ, HasType: true, Message: m, Protected: hidden}}
	}
	e := quicEvidence(map[*parley.Attempt]parley.Reply{
		&versions: {End: parley.EndStopped, QUIC: &parley.QUICReply{Version: 0x1a2a3a4a, Listed: []iana.QUICVersion{0x8a9aaaba, iana.QUIC1, 0xfaceb002}}},
		&first: {
			End: parley.EndStopped, QUIC: &parley.QUICReply{Version: iana.QUIC1, Retry: true},
			Events: []parley.Event{event(iana.TypeServerHello, hello, false), event(iana.TypeEncryptedExtensions, answers, true)},
		},
		&second: {End: parley.EndVersions, QUIC: &parley.QUICReply{Version: iana.QUIC2, Listed: []iana.QUICVersion{iana.QUIC1, 0xfaceb002}}},
	})
	s := e.Fold(quicScope)
	q := s.QUIC
	if q.Versions.Has(iana.QUIC1) != parley.Yes || q.Versions.Has(iana.QUIC2) != parley.No || q.Versions.Has(0xfaceb002) != parley.Unknown {
		t.Errorf("versions %+v", q.Versions)
	}
	if !slices.Equal(q.Listed, []iana.QUICVersion{iana.QUIC1, 0xfaceb002}) || q.Retry.Is != parley.Yes || q.Grease.Is != parley.Yes {
		t.Errorf("lists %v, retry %v, grease %v", q.Listed, q.Retry.Is, q.Grease.Is)
	}
	if len(q.Parameters) != 1 || q.Parameters[0].ID != iana.QUICMaxData {
		t.Errorf("parameters %v, want those that are the server's own", q.Parameters)
	}
	if !slices.Equal(s.ALPN.Protocols, []string{"h3"}) || s.Accepts[iana.TLS13].Accepted.Is != parley.Yes {
		t.Errorf("protocols %q, 1.3 accepted: %v", s.ALPN.Protocols, s.Accepts[iana.TLS13].Accepted.Is)
	}
	if f := s.Accepts[iana.TLS12].Accepted; f.Is != parley.No || f.Why == "" {
		t.Errorf("1.2 accepted: %v %q, want no, for QUIC does not carry it", f.Is, f.Why)
	}
	over := quicScope
	over.Transport = parley.TransportTCP
	if s := e.Fold(over); s.QUIC != nil || len(s.Seen) > 0 {
		t.Errorf("what came over QUIC is told of TCP: %+v", s)
	}
}

func TestWhatIsNoRefusalOverQUICLeaves13Unknown(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		r      parley.Reply
		spoken parley.Truth
		is     parley.Truth
	}{
		"silence":          {parley.Reply{End: parley.EndSilence}, parley.Unknown, parley.Unknown},
		"refused":          {parley.Reply{End: parley.EndConnectRefused}, parley.Unknown, parley.Unknown},
		"other versions":   {parley.Reply{End: parley.EndVersions}, parley.No, parley.Unknown},
		"another protocol": {parley.Reply{End: parley.EndAlert, Alert: wire.Alert{Level: 2, Description: iana.AlertNoApplicationProtocol}}, parley.Yes, parley.Unknown},
		"another version":  {parley.Reply{End: parley.EndAlert, Alert: wire.Alert{Level: 2, Description: iana.AlertProtocolVersion}}, parley.Yes, parley.No},
	} {
		a := parley.QUICWhole(quicScope, iana.QUIC1, "h3")
		x.r.QUIC = &parley.QUICReply{Version: iana.QUIC1}
		s := quicEvidence(map[*parley.Attempt]parley.Reply{&a: x.r}).Fold(quicScope)
		if got := s.QUIC.Versions.Has(iana.QUIC1); got != x.spoken {
			t.Errorf("%s: QUIC1 is spoken: %v, want %v", name, got, x.spoken)
		}
		if got := s.Accepts[iana.TLS13].Accepted.Is; got != x.is {
			t.Errorf("%s: 1.3 is accepted: %v, want %v", name, got, x.is)
		}
	}
}
