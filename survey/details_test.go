package survey

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// inDetail is a server as the details of one version.
type inDetail struct {
	v      iana.Version
	groups []iana.Group // in its order
	server bool         // which decides; else the client's does
	order  bool         // in 1.3 its order counts for more than a share that came
	reuses bool
	leaf   map[string]string // by server name; "": without one. A name that is not there is refused.
	asked  int
	rest   int // connections about other matters
	sessions
}

// sessions are what a model gives to resume a session with, what it takes, and how it
// takes a second hello.
type sessions struct {
	ticket, id           bool // it gives them, up to 1.2
	takesTicket, takesID bool
	tickets              int // in 1.3
	early                uint32
	dhe, alone           bool
	again                parley.Again
	compressions         []iana.CertificateCompression
}

const inQuestion = "shop.example"

var inDetails = parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.1:443"), Name: inQuestion}

func (m *inDetail) answer(a parley.Attempt) parley.Reply {
	m.asked++
	if a.Resume {
		return m.resumption(a)
	}
	r := m.flight(a)
	if a.Until != parley.StopFlight && r.End == parley.EndStopped {
		m.finish(a, &r)
	}
	return r
}

// finish goes through with the handshake.
func (m *inDetail) finish(a parley.Attempt, r *parley.Reply) {
	add := func(from parley.Side, t iana.HandshakeType, message any) {
		r.Events = append(r.Events, parley.Event{From: from, Item: wire.Item{Kind: wire.KindHandshake, Type: t, HasType: true, Message: message, Protected: true}})
	}
	if m.v == iana.TLS13 {
		if c := a.Hello.CertCompression(); len(c) > 0 {
			r.Compressed = choose(m.compressions, c, true)
		}
		add(parley.ServerSide, iana.TypeEncryptedExtensions, &wire.EncryptedExtensions{})
		add(parley.ClientSide, iana.TypeFinished, &wire.Finished{})
		for range m.tickets {
			t := &wire.NewSessionTicket{TLS13: true, Lifetime: 7200, Ticket: []byte{1}}
			if m.early > 0 {
				t.Extensions = []wire.Extension{{Type: iana.ExtEarlyData, Data: binary.BigEndian.AppendUint32(nil, m.early)}}
			}
			add(parley.ServerSide, iana.TypeNewSessionTicket, t)
		}
		return
	}
	add(parley.ClientSide, iana.TypeFinished, &wire.Finished{})
	if _, asks := a.Hello.Extension(iana.ExtSessionTicket); asks && m.ticket {
		add(parley.ServerSide, iana.TypeNewSessionTicket, &wire.NewSessionTicket{Lifetime: 300, Ticket: []byte{1}})
	} else if !asks && m.id {
		r.ServerHello().SessionID = []byte{7}
	}
	if a.Until != parley.StopAgain {
		return
	}
	add(parley.ClientSide, iana.TypeClientHello, a.Hello)
	switch m.again {
	case parley.AgainRefused:
		r.Events = append(r.Events, parley.Event{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindAlert, Alert: wire.Alert{Level: iana.AlertWarning, Description: iana.AlertNoRenegotiation}}})
	case parley.AgainAlert:
		r.End, r.Alert = parley.EndAlert, wire.Alert{Level: iana.AlertFatal, Description: iana.AlertUnexpectedMessage}
	case parley.AgainClosed:
		r.End = parley.EndFIN
	case parley.AgainAccepted:
		add(parley.ServerSide, iana.TypeServerHello, &wire.ServerHello{})
	case parley.AgainIgnored:
		r.End = parley.EndSilence
	}
}

// resumption answers a hello that offers a session.
func (m *inDetail) resumption(a parley.Attempt) parley.Reply {
	sh := &wire.ServerHello{LegacyVersion: min(m.v, iana.TLS12), Suite: a.Hello.Suites[0]}
	_, ticket := a.Hello.Extension(iana.ExtSessionTicket)
	takes := ticket && m.takesTicket || !ticket && m.takesID
	if m.v == iana.TLS13 {
		sh.Extensions = []wire.Extension{{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}}}
		dhe := slices.Contains(a.Hello.PSKModes(), iana.PSKModeDHEKE)
		if takes = dhe && m.dhe || !dhe && m.alone; takes {
			sh.Extensions = append(sh.Extensions, wire.Extension{Type: iana.ExtPreSharedKey, Data: []byte{0, 0}})
		}
		if dhe {
			sh.Extensions = append(sh.Extensions, wire.Extension{Type: iana.ExtKeyShare, Data: []byte{0, 29, 0, 1, 1}})
		}
	}
	r := reply(a.ID, sh)
	next := wire.Item{Kind: wire.KindChangeCipherSpec}
	if !takes {
		next = wire.Item{Kind: wire.KindHandshake, Message: &wire.Certificate{}}
	}
	r.Events = append(r.Events, parley.Event{From: parley.ServerSide, Item: next})
	return r
}

// flight is the server's first flight.
func (m *inDetail) flight(a parley.Attempt) parley.Reply {
	name, _ := a.Hello.ServerName()
	leaf, known := m.leaf[name]
	if !known {
		return refused(a.ID, iana.AlertUnrecognizedName)
	}
	certificate := &wire.Certificate{Raw: [][]byte{[]byte(leaf)}}
	public := []byte("the same every time")
	if !m.reuses {
		public = fmt.Append(nil, m.asked)
	}
	if s := a.Hello.Suites[0]; s == 0x009e {
		return reply(a.ID, &wire.ServerHello{LegacyVersion: m.v, Suite: s}, certificate, &wire.ServerKeyExchange{P: []byte{23}, G: []byte{5}, Ys: public, PBits: 2048}, &wire.ServerHelloDone{})
	}
	g := choose(m.groups, a.Hello.Groups(), m.server)
	if g == 0 {
		return refused(a.ID, iana.AlertHandshakeFailure)
	}
	if m.v < iana.TLS13 {
		return reply(a.ID, &wire.ServerHello{LegacyVersion: m.v, Suite: a.Hello.Suites[0]}, certificate, &wire.ServerKeyExchange{Group: g, Public: public}, &wire.ServerHelloDone{})
	}
	shares := a.Hello.KeyShares()
	retry := !slices.ContainsFunc(shares, func(s wire.KeyShare) bool { return s.Group == g })
	if i := slices.IndexFunc(shares, func(s wire.KeyShare) bool { return slices.Contains(m.groups, s.Group) }); retry && !m.order && i >= 0 {
		g, retry = shares[i].Group, false
	}
	of13 := func(share []byte) *wire.ServerHello {
		h := &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: a.Hello.Suites[0], Extensions: []wire.Extension{{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}}}}
		h.Extensions = append(h.Extensions, wire.Extension{Type: iana.ExtKeyShare, Data: append([]byte{byte(g >> 8), byte(g)}, share...)})
		return h
	}
	hello := of13(append([]byte{0, byte(len(public))}, public...))
	if retry {
		again := of13(nil)
		again.Random = wire.HelloRetryRequestRandom
		return reply(a.ID, again, hello, certificate, &wire.Finished{})
	}
	return reply(a.ID, hello, certificate, &wire.Finished{})
}

// terms are what an enumeration would have come to.
func (m *inDetail) terms(suites ...iana.Suite) *parley.Server {
	col := parley.Column{Accepted: parley.Fact{Is: parley.Yes}, Suites: parley.Listed(suites...)}
	for _, g := range slices.Sorted(slices.Values(m.groups)) {
		col.Groups.Items = append(col.Groups.Items, parley.Item[iana.Group]{ID: g, Fact: parley.Fact{Is: parley.Yes}})
	}
	return &parley.Server{Scope: inDetails, Accepts: map[iana.Version]parley.Column{m.v: col}}
}

// details runs the questions against a server and folds what came back, behind what an
// enumeration of its groups asked. It returns the connections that are about groups
// and keys.
func (m *inDetail) details(suites ...iana.Suite) (s parley.Server, connections int) {
	rest := 0
	e := &parley.Evidence{}
	for _, g := range m.groups {
		a := parley.Whole(inDetails, m.v)
		a.Hello.Suites = suites
		a.Hello.SetGroups([]iana.Group{g})
		if m.v == iana.TLS13 {
			a.Hello.SetKeyShares([]wire.KeyShare{})
		}
		a.Whole, a.Part = 0, parley.Part{Version: m.v, Axis: parley.AxisGroup}
		a = a.Identify()
		e.Add(a)
		e.Replies = append(e.Replies, m.answer(a))
		if suites[0] == 0x009e {
			break
		}
	}
	before := len(e.Replies)
	terms := m.terms(suites...)
	plan := Plan{Scope: inDetails, Depth: DepthFull, Pace: PaceUsual}
	n := Together(LearnSessions(plan, terms), LearnDetails(plan, terms))
	for asked := n.Next(); len(asked) > 0; asked = n.Next() {
		for _, a := range asked {
			e.Add(a)
			r := m.answer(a)
			e.Replies = append(e.Replies, r)
			n.Learn(r)
		}
	}
	for _, r := range e.Replies[before:] {
		switch e.Attempts[r.Attempt].Part.Axis {
		case parley.AxisGroup, parley.AxisOrder, parley.AxisDH:
			connections++
		default:
			rest++
		}
	}
	m.rest = rest
	return e.Terms(inDetails), connections
}

func TestWhoseOrderOfGroupsDecidesIsLearnt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &inDetail{
			v: rapid.SampledFrom([]iana.Version{iana.TLS12, iana.TLS13}).Draw(t, "version"), server: rapid.Bool().Draw(t, "server"), order: rapid.Bool().Draw(t, "order"),
			groups: rapid.SliceOfNDistinct(rapid.SampledFrom([]iana.Group{0x17, 0x18, 0x19, 0x1d, 0x1e}), 2, 5, rapid.ID).Draw(t, "groups"),
			leaf:   map[string]string{inQuestion: "a"},
		}
		suite := iana.Suite(0xc02f)
		if m.v == iana.TLS13 {
			suite = 0x1301
		}
		s, connections := m.details(suite)
		col := s.Accepts[m.v]
		want := parley.No
		if m.server {
			want = parley.Yes
		}
		if col.GroupOrder != want || m.server && col.Groups.Yes()[0] != m.groups[0] {
			t.Errorf("the server's order decides %v, %v; want %v, %v", col.GroupOrder, col.Groups.Yes(), want, m.groups)
		}
		if m.server && col.Groups.Order == parley.Yes && !slices.Equal(col.Groups.Yes(), m.groups) {
			t.Errorf("order %v, want %v", col.Groups.Yes(), m.groups)
		}
		if most := 5 + 2*len(m.groups); connections > most {
			t.Errorf("%d connections, at most %d are expected", connections, most)
		}
		if m.v < iana.TLS13 {
			return
		}
		if got := s.Details.Retries.Is; got != parley.Yes {
			t.Errorf("it asks for a share: %v", got)
		}
		if got := s.Details.RetriesForOrder.Is; got != parley.Unknown && (got == parley.Yes) != m.order {
			t.Errorf("it asks for the group that is preferred: %v, want %v", got, m.order)
		}
	})
}

func TestAnotherNameIsAskedWhereThereIsOnly13(t *testing.T) {
	t.Parallel()
	m := &inDetail{v: iana.TLS13, groups: []iana.Group{0x1d}, leaf: map[string]string{inQuestion: "a", "": "b"}}
	s, _ := m.details(0x1301)
	got := map[string]string{}
	for _, n := range s.Details.Names {
		got[n.Name] = n.Same.String() + " " + n.Answer.Words()
	}
	if len(got) != 2 || got[""] != "no completes" || got[nobody] != "unknown alert 112 unrecognized_name" {
		t.Errorf("got %q", got)
	}
}

func TestAKeyThatComesTwiceIsReused(t *testing.T) {
	t.Parallel()
	for _, reuses := range []bool{false, true} {
		want := parley.No
		if reuses {
			want = parley.Yes
		}
		m := &inDetail{v: iana.TLS12, groups: []iana.Group{0x1d, 0x17}, reuses: reuses, leaf: map[string]string{inQuestion: "a"}}
		s, connections := m.details(0x009e)
		if dh := s.Details.DH; dh.Reused.Is != want || dh.ECReused.Is != parley.Unknown || connections != 1 || len(dh.Primes) != 1 || dh.Primes[0].Bits != 2048 {
			t.Errorf("after %d connections: %+v, want reused %v", connections, dh, want)
		}
		if s, _ := m.details(0xc02f); s.Details.DH.ECReused.Is != want {
			t.Errorf("ECDHE: %v, want %v", s.Details.DH.ECReused.Is, want)
		}
	}
}

func TestSessionsAreLearnt(t *testing.T) {
	t.Parallel()
	is := func(b bool) parley.Truth { return map[bool]parley.Truth{false: parley.No, true: parley.Yes}[b] }
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) bool { return rapid.Bool().Draw(t, name) }
		m := &inDetail{v: iana.TLS12, groups: []iana.Group{0x1d}, leaf: map[string]string{inQuestion: "a"}}
		m.ticket, m.id, m.takesTicket, m.takesID = draw("ticket"), draw("id"), draw("takes ticket"), draw("takes id")
		m.again = parley.Again(rapid.IntRange(1, 5).Draw(t, "again"))
		s, _ := m.details(0xc02f)
		got, d := s.Details.Sessions, s.Details
		if got.Tickets.Is != is(m.ticket) || got.IDs.Is != is(m.id) || got.TakesTicket.Is != is(m.ticket && m.takesTicket) || got.TakesID.Is != is(m.id && m.takesID) {
			t.Errorf("got %+v of %+v", got, m.sessions)
		}
		if d.Again.Answer != m.again || m.ticket && got.Hint != 300 || m.rest > 5 {
			t.Errorf("again %v, hint %d, %d connections; want %v", d.Again.Answer, got.Hint, m.rest, m.again)
		}
		m = &inDetail{v: iana.TLS13, groups: []iana.Group{0x1d}, leaf: map[string]string{inQuestion: "a", "": "a"}}
		m.tickets, m.dhe, m.alone = rapid.IntRange(0, 3).Draw(t, "tickets"), draw("dhe"), draw("alone")
		m.early = rapid.SampledFrom([]uint32{0, 16384}).Draw(t, "early")
		m.compressions = rapid.SliceOfNDistinct(rapid.SampledFrom(compressions), 0, 3, rapid.ID).Draw(t, "compressions")
		s, _ = m.details(0x1301)
		got, d = s.Details.Sessions, s.Details
		gives := m.tickets > 0
		if got.Tickets13.Is != is(gives) || got.Count != m.tickets || got.WithDHE.Is != is(gives && m.dhe) || got.Alone.Is != is(gives && m.alone) || gives && got.EarlyData.Is != is(m.early > 0) || gives && got.EarlyMost != m.early {
			t.Errorf("got %+v of %+v", got, m.sessions)
		}
		if !sameSet(d.Compressions.Yes(), m.compressions) || d.Compressions.Complete != parley.Yes || m.rest > 6+len(m.compressions) {
			t.Errorf("compressions %v, complete %v, after %d connections; want %v", d.Compressions.Yes(), d.Compressions.Complete, m.rest, m.compressions)
		}
	})
}
