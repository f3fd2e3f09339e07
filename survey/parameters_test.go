package survey

import (
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// signer is a server as signature schemes of one version.
type signer struct {
	schemes []iana.Scheme
	server  bool // its order decides; else the client's does
	quiet   bool // it refuses by a reset
}

func (m *signer) answer(a parley.Attempt) parley.Reply {
	s := choose(m.schemes, a.Hello.Schemes(), m.server)
	if s == 0 {
		if m.quiet {
			return parley.Reply{Attempt: a.ID, End: parley.EndRST, Connect: 1}
		}
		return refused(a.ID, iana.AlertHandshakeFailure)
	}
	return reply(a.ID, &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: 0xc02b}, &wire.ServerKeyExchange{Group: iana.GroupX25519, Scheme: s}, &wire.ServerHelloDone{})
}

// choose is the first value in common, by the order that decides.
func choose[T comparable](mine, theirs []T, server bool) (none T) {
	first, second := theirs, mine
	if server {
		first, second = mine, theirs
	}
	for _, v := range first {
		if slices.Contains(second, v) {
			return v
		}
	}
	return none
}

// learnt runs the chains against a server of 1.2 and folds what came back.
func learnt(m *signer) (parley.Column, int) {
	s := parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.1:443")}
	server := &parley.Server{
		Scope: s, Chains: []parley.Chain{{Key: iana.KeyECDSA, Group: iana.GroupSecp256r1}},
		Accepts: map[iana.Version]parley.Column{iana.TLS12: {Accepted: parley.Fact{Is: parley.Yes}, Suites: parley.Listed[iana.Suite](0xc02b)}},
	}
	e := &parley.Evidence{}
	n := LearnParameters(Plan{Scope: s, Depth: DepthFull, Pace: PaceUsual}, server)
	for asked := n.Next(); len(asked) > 0; asked = n.Next() {
		for _, a := range asked {
			e.Add(a)
			r := m.answer(a)
			e.Replies = append(e.Replies, r)
			n.Learn(r)
		}
	}
	folded := e.Terms(s)
	return folded.Column(iana.TLS12), len(e.Replies)
}

func TestSchemesAreLearntWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &signer{
			schemes: rapid.SliceOfNDistinct(rapid.SampledFrom(parley.AllSchemes(iana.TLS12)), 1, 12, rapid.ID).Draw(t, "schemes"),
			server:  rapid.Bool().Draw(t, "server"),
		}
		// One of them is what every hello has: else the server accepts no version.
		m.schemes = append(remove(m.schemes, iana.SchemeECDSASecp256r1SHA256), iana.SchemeECDSASecp256r1SHA256)
		col, connections := learnt(m)
		if got := col.Schemes.Yes(); !sameSet(got, m.schemes) || col.Schemes.Complete != parley.Yes {
			t.Errorf("schemes %v, complete %s; want %v", got, col.Schemes.Complete, m.schemes)
		}
		if most := len(m.schemes) + 8; connections > most {
			t.Errorf("%d connections, at most %d are expected", connections, most)
		}
	})
}

func sameSet[T ~uint16](a, b []T) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func TestAListWhoseEndIsNoRefusalStaysOpen(t *testing.T) {
	t.Parallel()
	col, _ := learnt(&signer{schemes: []iana.Scheme{iana.SchemeECDSASecp256r1SHA256}, quiet: true})
	if col.Schemes.Complete == parley.Yes {
		t.Error("resets complete the list")
	}
}
