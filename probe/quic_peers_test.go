package probe

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/wire"
)

// quicPeers are the real servers over QUIC, as they come. ngtcp2 0.12 is older
// than the second version.
var quicPeers = map[peers.Stack]peers.Config{
	peers.QUICGo: {ALPN: []string{"h3"}},
	peers.NGTCP2: {},
}

var quicSpeaks = map[peers.Stack][]iana.QUICVersion{
	peers.QUICGo: {iana.QUIC1, iana.QUIC2},
	peers.NGTCP2: {iana.QUIC1},
}

// overQUIC is the whole hello of 1.3 to a server over QUIC.
func overQUIC(s *peers.Server, v iana.QUICVersion, until parley.Stop) parley.Attempt {
	a := parley.QUICWhole(parley.Scope{Addr: s.Addr, Name: peers.Name, Transport: parley.TransportQUIC}, v, "h3")
	a.Until = until
	return a.Identify()
}

func TestAHandshakeOverQUICGoesThrough(t *testing.T) {
	realServer(t)
	for stack, config := range quicPeers {
		for _, v := range quicSpeaks[stack] {
			t.Run(string(stack)+" "+v.String(), func(t *testing.T) {
				s := peers.Start(t, stack, config)
				a := overQUIC(s, v, parley.StopFinished)
				r := patient().Do(t.Context(), a)
				ans := r.AnswerTo(a)
				if !ans.Completes() || ans.Choice.Version != iana.TLS13 || ans.Choice.ALPN != "h3" || r.Unfollowed != "" || r.QUIC.Version != v {
					t.Fatalf("got %s, %+v, %+v, %s\n%s", summary(r), ans.Choice, *r.QUIC, r.Unfollowed, items(r))
				}
				if r.Signature != parley.SignatureByLeaf {
					t.Errorf("the signature is by %v, want the leaf", r.Signature)
				}
				ps, ok := r.QUICParameters()
				if _, there := wire.QUICParameterOf(ps, iana.QUICMaxData); !ok || !there {
					t.Errorf("the transport parameters are %v, want initial_max_data among them", ps)
				}
				if r.QUIC.Strange > 0 {
					t.Errorf("%d datagrams were not understood", r.QUIC.Strange)
				}
			})
		}
	}
}

func TestTheFirstFlightOverQUICEndsWithTheServerHello(t *testing.T) {
	realServer(t)
	for stack, config := range quicPeers {
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, config)
			a := overQUIC(s, iana.QUIC1, parley.StopFlight)
			r := patient().Do(t.Context(), a)
			if ans := r.AnswerTo(a); !ans.Accepted() || !ans.Completes() || len(r.Events) != 1 {
				t.Errorf("got %s\n%s", summary(r), items(r))
			}
		})
	}
}

func TestServersOverQUICListTheirVersions(t *testing.T) {
	realServer(t)
	for stack, config := range quicPeers {
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, config)
			a := parley.QUICVersionsOf(parley.Scope{Addr: s.Addr, Name: peers.Name, Transport: parley.TransportQUIC})
			r := patient().Do(t.Context(), a)
			got := slices.DeleteFunc(slices.Clone(r.QUIC.Listed), iana.QUICVersion.IsReserved)
			slices.Sort(got)
			if r.End != parley.EndStopped || !slices.Equal(got, quicSpeaks[stack]) {
				t.Errorf("got %s and %v, want %v", summary(r), r.QUIC.Listed, quicSpeaks[stack])
			}
		})
	}
}

func TestARetryIsFollowed(t *testing.T) {
	realServer(t)
	for stack, config := range map[peers.Stack]peers.Config{
		peers.QUICGo: {ALPN: []string{"h3"}, Extra: []string{"retry"}},
		peers.NGTCP2: {Extra: []string{"--validate-addr"}},
	} {
		for _, v := range quicSpeaks[stack] {
			t.Run(string(stack)+" "+v.String(), func(t *testing.T) {
				s := peers.Start(t, stack, config)
				a := overQUIC(s, v, parley.StopFinished)
				r := patient().Do(t.Context(), a)
				if !r.AnswerTo(a).Completes() || !r.QUIC.Retry {
					t.Errorf("got %s, retry %t\n%s", summary(r), r.QUIC.Retry, items(r))
				}
			})
		}
	}
}

func TestRefusalsOverQUICAreTheAlertsThatTheyCarry(t *testing.T) {
	realServer(t)
	for name, x := range map[string]struct {
		config peers.Config
		change func(*wire.ClientHello)
		want   iana.Alert
	}{
		"protocol": {peers.Config{ALPN: []string{"h3"}}, func(h *wire.ClientHello) { h.SetALPN([]string{"none-such"}) }, iana.AlertNoApplicationProtocol},
		"group": {peers.Config{ALPN: []string{"h3"}, Groups: "X25519"}, func(h *wire.ClientHello) {
			h.SetGroups([]iana.Group{iana.GroupSecp521r1})
			h.SetKeyShares([]wire.KeyShare{})
		}, iana.AlertHandshakeFailure},
		"name": {peers.Config{ALPN: []string{"h3"}, SNI: peers.RejectUnknown}, func(h *wire.ClientHello) { h.SetServerName("other.test") }, iana.AlertUnrecognizedName},
	} {
		t.Run(name, func(t *testing.T) {
			s := peers.Start(t, peers.QUICGo, x.config)
			a := overQUIC(s, iana.QUIC1, parley.StopFlight)
			x.change(a.Hello)
			r := patient().Do(t.Context(), a.Identify())
			if r.End != parley.EndAlert || r.Alert.Description != x.want {
				t.Errorf("got %s, want alert %v\n%s", summary(r), x.want, items(r))
			}
		})
	}
}

func TestTheVersionThatAServerDoesNotSpeakIsAnsweredWithItsList(t *testing.T) {
	realServer(t)
	s := peers.Start(t, peers.QUICGo, peers.Config{ALPN: []string{"h3"}, Extra: []string{"1"}})
	a := overQUIC(s, iana.QUIC2, parley.StopFlight)
	r := patient().Do(t.Context(), a)
	if r.End != parley.EndVersions || !slices.Contains(r.QUIC.Listed, iana.QUIC1) || slices.Contains(r.QUIC.Listed, iana.QUIC2) {
		t.Errorf("got %s and %v", summary(r), r.QUIC.Listed)
	}
}

func TestAHelloOfSeveralDatagramsArrives(t *testing.T) {
	realServer(t)
	for stack, config := range quicPeers {
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, config)
			a := overQUIC(s, iana.QUIC1, parley.StopFinished)
			a.Hello.SetExtension(0x6a6a, make([]byte, 3000))
			a = a.Identify()
			r := patient().Do(t.Context(), a)
			if !r.AnswerTo(a).Completes() {
				t.Errorf("got %s\n%s", summary(r), items(r))
			}
		})
	}
}

func TestAServerAsksForAnotherGroupOverQUIC(t *testing.T) {
	realServer(t)
	for stack, config := range quicPeers {
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, config)
			a := overQUIC(s, iana.QUIC1, parley.StopFinished)
			a.Hello.SetGroups([]iana.Group{iana.GroupSecp384r1})
			a.Hello.SetKeyShares([]wire.KeyShare{})
			a = a.Identify()
			r := patient().Do(t.Context(), a)
			if ans := r.AnswerTo(a); !ans.Completes() || !ans.Choice.Retry || ans.Choice.Group != iana.GroupSecp384r1 {
				t.Errorf("got %s, %+v\n%s", summary(r), ans.Choice, items(r))
			}
		})
	}
}

func TestAClientCertificateIsDemandedOverQUIC(t *testing.T) {
	realServer(t)
	for auth, want := range map[peers.ClientAuth]parley.EndKind{peers.Asked: parley.EndStopped, peers.Required: parley.EndAlert} {
		s := peers.Start(t, peers.QUICGo, peers.Config{ALPN: []string{"h3"}, ClientAuth: auth})
		a := overQUIC(s, iana.QUIC1, parley.StopFinished)
		r := patient().Do(t.Context(), a)
		ans := r.AnswerTo(a)
		if r.End != want || ans.AsksClient != parley.Yes || want == parley.EndAlert && !ans.RefusedLater() {
			t.Errorf("%v: got %s, asks %v\n%s", auth, summary(r), ans.AsksClient, items(r))
		}
	}
}

func TestASessionOverQUICIsResumed(t *testing.T) {
	realServer(t)
	for stack, config := range quicPeers {
		for _, v := range quicSpeaks[stack] {
			t.Run(string(stack)+" "+v.String(), func(t *testing.T) {
				s := peers.Start(t, stack, config)
				p := patient()
				a := overQUIC(s, v, parley.StopFinished)
				r := p.Do(t.Context(), a)
				if r.End != parley.EndStopped || r.Ticket(a) == nil {
					t.Fatalf("got %s, ticket %v\n%s", summary(r), r.Ticket(a), items(r))
				}
				again := a.With(parley.ResumeSession)
				r = p.Do(t.Context(), again)
				h := r.ServerHello()
				if h == nil {
					t.Fatalf("got %s\n%s", summary(r), items(r))
				}
				if _, resumed := h.Extension(iana.ExtPreSharedKey); !resumed {
					t.Errorf("the ticket is not taken: %s\n%s", summary(r), items(r))
				}
			})
		}
	}
}
