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

// signer is a server as groups and schemes of one version. Where bound is set,
// it refuses hellos without that group, as some do whose certificate has an EC
// key.
type signer struct {
	groups  []iana.Group
	schemes []iana.Scheme
	server  bool // its order decides; else the client's does
	bound   iana.Group
	quiet   bool // it refuses by a reset
}

func (m *signer) answer(a parley.Attempt) parley.Reply {
	g := choose(m.groups, a.Hello.Groups(), m.server)
	s := choose(m.schemes, a.Hello.Schemes(), m.server)
	if g == 0 || s == 0 || m.bound != 0 && !slices.Contains(a.Hello.Groups(), m.bound) {
		if m.quiet {
			return parley.Reply{Attempt: a.ID, End: parley.EndRST, Connect: 1}
		}
		return refused(a.ID, iana.AlertHandshakeFailure)
	}
	return reply(a.ID, &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: 0xc02b}, &wire.ServerKeyExchange{Group: g, Scheme: s}, &wire.ServerHelloDone{})
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
	folded := e.Fold(s)
	return folded.Column(iana.TLS12), len(e.Replies)
}

func TestGroupsAndSchemesAreLearntWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &signer{
			groups:  rapid.SliceOfNDistinct(rapid.SampledFrom(parley.AllGroups(iana.TLS12)), 1, 12, rapid.ID).Draw(t, "groups"),
			schemes: rapid.SliceOfNDistinct(rapid.SampledFrom(parley.AllSchemes(iana.TLS12)), 1, 12, rapid.ID).Draw(t, "schemes"),
			server:  rapid.Bool().Draw(t, "server"),
		}
		// One of each is what every hello has: else the server accepts no version.
		m.groups = append(remove(m.groups, iana.GroupX25519), iana.GroupX25519)
		m.schemes = append(remove(m.schemes, iana.SchemeECDSASecp256r1SHA256), iana.SchemeECDSASecp256r1SHA256)
		col, connections := learnt(m)
		if got := col.Groups.Yes(); !sameSet(got, m.groups) || col.Groups.Complete != parley.Yes {
			t.Errorf("groups %v, complete %s; want %v", got, col.Groups.Complete, m.groups)
		}
		if got := col.Schemes.Yes(); !sameSet(got, m.schemes) || col.Schemes.Complete != parley.Yes {
			t.Errorf("schemes %v, complete %s; want %v", got, col.Schemes.Complete, m.schemes)
		}
		if most := len(m.groups) + len(m.schemes) + 4; connections > most {
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

func TestTheGroupOfAnECKeyHidesNoOther(t *testing.T) {
	t.Parallel()
	col, _ := learnt(&signer{
		groups: []iana.Group{iana.GroupX25519, iana.GroupSecp384r1, iana.GroupSecp256r1}, schemes: []iana.Scheme{iana.SchemeECDSASecp256r1SHA256},
		server: true, bound: iana.GroupSecp256r1,
	})
	if got := col.Groups.Yes(); len(got) != 3 || col.Groups.Complete != parley.Yes {
		t.Errorf("groups %v, complete %s; want three", got, col.Groups.Complete)
	}
}

func TestAListWhoseEndIsNoRefusalStaysOpen(t *testing.T) {
	t.Parallel()
	col, _ := learnt(&signer{groups: []iana.Group{iana.GroupX25519}, schemes: []iana.Scheme{iana.SchemeECDSASecp256r1SHA256}, quiet: true})
	if col.Groups.Complete == parley.Yes || col.Schemes.Complete == parley.Yes {
		t.Errorf("resets complete the lists: %s, %s", col.Groups.Complete, col.Schemes.Complete)
	}
}
