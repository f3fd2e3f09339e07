package survey

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// QUIC learns which versions of QUIC a server speaks, by asking for its list and by
// a handshake in each, which shows its transport parameters and certificates as
// well; at the full depth, which application protocols it takes. What it accepts of
// TLS 1.3 is an Enumeration's matter.
type QUIC struct {
	questions
}

// LearnQUIC asks all of it at once.
func LearnQUIC(p Plan) *QUIC {
	x := &QUIC{questions: newQuestions(p)}
	x.once(parley.QUICVersionsOf(p.Scope), nil)
	begun := false
	for _, v := range iana.QUICVersions() {
		a := parley.QUICWhole(p.Scope, v, p.quicProtocols()...)
		a.Until = parley.StopFinished
		x.once(a.Identify(), func(_ parley.Reply, ans parley.Answer) {
			if p.Depth >= DepthFull && ans.Choice.ALPN != "" && !begun {
				begun = true
				x.chain(v, remove(p.quicProtocols(), ans.Choice.ALPN))
			}
		})
	}
	return x
}

// once asks what is not asked again where nothing comes: each packet is sent
// several times as it is.
func (x *QUIC) once(a parley.Attempt, then func(parley.Reply, parley.Answer)) {
	x.ask(a, then)
	x.queue[len(x.queue)-1].again = 2
}

// chain offers application protocols until what is left is refused. Which one
// is taken comes encrypted.
func (x *QUIC) chain(v iana.QUICVersion, list []string) {
	if len(list) == 0 {
		return
	}
	a := parley.QUICWhole(x.plan.Scope, v, list...)
	a.Name, a.Whole, a.Part = "protocols of "+v.String(), 0, parley.Part{Version: iana.TLS13, Axis: parley.AxisALPN}
	a.Until = parley.StopFinished
	x.ask(a.Identify(), func(_ parley.Reply, ans parley.Answer) {
		if p := ans.Choice.ALPN; slices.Contains(list, p) {
			x.chain(v, remove(list, p))
		}
	})
}

// quicProtocols are what a hello over QUIC offers.
func (p Plan) quicProtocols() []string {
	if p.ALPN != nil {
		return p.ALPN
	}
	return parley.QUICProtocols()
}

// protocols are what is asked for where another list would do as well.
func (x *questions) protocols() []string {
	if x.plan.Scope.Transport == parley.TransportQUIC {
		return x.plan.quicProtocols()
	}
	return protocols
}

// whole is the hello that offers everything of a version, over the transport of the
// plan.
func (p Plan) whole(v iana.Version) *wire.ClientHello {
	h := parley.WholeHello(v, p.Scope.Name)
	if p.Scope.Transport == parley.TransportQUIC {
		return parley.AsQUIC(h, p.quicProtocols()...)
	}
	return h
}

// Spoken is the first version of QUIC in which a server was heard; 0: none.
func Spoken(s *parley.Server) iana.QUICVersion {
	if s.QUIC != nil {
		for _, v := range iana.QUICVersions() {
			if s.QUIC.Versions.Has(v) == parley.Yes {
				return v
			}
		}
	}
	return 0
}
