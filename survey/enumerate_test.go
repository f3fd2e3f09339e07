package survey

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/parley-tls/parley/internal/property"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var place443 = parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example"}

// paces are those that a test goes through.
var paces = []Pace{PaceGentle, PaceUsual, PaceFast}

// drawModel draws a server: few suites or many, any order.
func drawModel(t *rapid.T, over parley.Transport) *model {
	m := &model{suites: map[iana.Version][]iana.Suite{}, server: rapid.Bool().Draw(t, "server"), named: rapid.Bool().Draw(t, "named"), dtls: over == parley.TransportDTLS}
	for _, v := range over.Versions() {
		if v != iana.SSL2 && rapid.Bool().Draw(t, "has "+v.String()) {
			all := parley.AllSuites(v)
			if rapid.Bool().Draw(t, "usual") {
				all = popular(v, 30)
			}
			n := rapid.IntRange(1, min(len(all), 40)).Draw(t, "suites")
			m.suites[v] = rapid.SliceOfNDistinct(rapid.SampledFrom(all), n, n, rapid.ID[iana.Suite]).Draw(t, "order")
		}
	}
	if !m.dtls && rapid.Bool().Draw(t, "has SSL 2") {
		m.kinds = []iana.SSL2Suite{0x010080, 0x0700c0}
	}
	return m
}

func TestAnEnumerationComesToTheTermsOfAnyServer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scope := place443
		scope.Transport = rapid.SampledFrom([]parley.Transport{parley.TransportTCP, parley.TransportTCP, parley.TransportDTLS}).Draw(t, "over")
		m := drawModel(t, scope.Transport)
		pace := rapid.SampledFrom(paces).Draw(t, "pace")
		e, _, most := drive(Plan{Scope: scope, Depth: DepthSuites, Pace: pace}, m.answer)
		if most > pace.AtOnce() {
			t.Fatalf("%d at once, at most %d are allowed", most, pace.AtOnce())
		}
		s := e.Terms(scope)
		bound := 20
		for _, v := range scope.Transport.Versions() {
			if v == iana.SSL2 {
				continue
			}
			compare(t, v, s.Accepts[v], m)
			n := len(m.suites[v])
			if pace == PaceGentle {
				bound += 2*n + 6
			} else {
				bound += 16*n + 30
			}
		}
		if len(m.kinds) > 0 && !slices.Equal(s.SSL2.Yes(), m.kinds) {
			t.Fatalf("SSL 2: %v", s.SSL2)
		}
		if len(e.Replies) > bound {
			t.Fatalf("%d connections, at most %d are expected", len(e.Replies), bound)
		}
	})
}

// compare holds what was learned of a version against what the server has.
func compare(t *rapid.T, v iana.Version, got parley.Column, m *model) {
	want := m.suites[v]
	if len(want) == 0 {
		if v.TLS() == iana.TLS13 && !m.named && !m.certified() {
			if got.Accepted.Is != parley.Unknown || !strings.Contains(got.Accepted.Why, "alert 40") {
				t.Fatalf("%v: accepted %v; it may want a pre-shared key", v, got.Accepted)
			}
			return
		}
		if got.Accepted.Is != parley.No && len(m.suites) > 0 {
			t.Fatalf("%v: accepted %v, and the server has no suite of it", v, got.Accepted)
		}
		return
	}
	if got.Accepted.Is != parley.Yes || got.Suites.Complete != parley.Yes {
		t.Fatalf("%v: accepted %v, complete %v", v, got.Accepted, got.Suites.Complete)
	}
	list := got.Suites.Yes()
	if m.server && len(want) > 1 {
		if got.ServerOrder != parley.Yes || got.Suites.Order != parley.Yes {
			t.Fatalf("%v: the server's order decides %v, known %v", v, got.ServerOrder, got.Suites.Order)
		}
	} else {
		if len(want) > 1 && got.ServerOrder != parley.No {
			t.Fatalf("%v: the server's order decides %v, and it is the client's", v, got.ServerOrder)
		}
		slices.Sort(list)
		want = slices.Sorted(slices.Values(want))
	}
	if !slices.Equal(list, want) {
		t.Fatalf("%v:\n got %v\nwant %v", v, list, want)
	}
}

func TestVersionsAloneTakeOneConnectionEach(t *testing.T) {
	m := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: {0xc02f}, iana.TLS13: {0x1301}}, named: true}
	e, waves, _ := drive(Plan{Scope: place443, Depth: DepthVersions, Pace: PaceUsual}, m.answer)
	if s := e.Terms(place443); len(s.Versions(parley.Yes)) != 2 || len(s.Versions(parley.No)) != 4 {
		t.Errorf("accepted %v, refused %v", s.Versions(parley.Yes), s.Versions(parley.No))
	}
	if len(e.Replies) != 6 || waves != 1 {
		t.Errorf("%d connections in %d waves, want 6 in one", len(e.Replies), waves)
	}
}

// wide is what OpenSSL 3 accepts when it is told to accept all.
var wide = func() map[iana.Version][]iana.Suite {
	m := map[iana.Version][]iana.Suite{}
	for _, v := range parley.AllVersions[2:] {
		for _, s := range guessed(v) {
			i, _ := s.Info()
			if weight(s) >= 3 && i.Kx != iana.KxPSK && i.Auth != iana.AuthDSS && s.OpenSSL() != "" {
				m[v] = append(m[v], s)
			}
		}
	}
	return m
}()

func total(m map[iana.Version][]iana.Suite) (n int) {
	for _, list := range m {
		n += len(list)
	}
	return n
}

func TestTheCommonShapesStayWithinTheirConnectionsAndWaves(t *testing.T) {
	t.Parallel()
	modern := &model{named: true, suites: map[iana.Version][]iana.Suite{
		iana.TLS12: {0xc02f, 0xc030, 0xcca8, 0x009e, 0x009f}, iana.TLS13: {0x1302, 0x1303, 0x1301},
	}}
	for _, tt := range []struct {
		name               string
		m                  *model
		pace               Pace
		connections, waves int
	}{
		{name: "modern, gently", m: modern, pace: PaceGentle, connections: 15, waves: 15},
		{name: "modern", m: modern, pace: PaceUsual, connections: 44, waves: 4},
		{name: "wide open, gently", m: &model{named: true, server: true, suites: wide}, pace: PaceGentle, connections: total(wide) + 16, waves: total(wide) + 16},
		{name: "wide open", m: &model{named: true, server: true, suites: wide}, pace: PaceUsual, connections: total(wide) + 130, waves: total(wide) / 8},
	} {
		e, waves, _ := drive(Plan{Scope: place443, Depth: DepthSuites, Pace: tt.pace}, tt.m.answer)
		t.Logf("%s: %d connections in %d waves", tt.name, len(e.Replies), waves)
		if len(e.Replies) > tt.connections || waves > tt.waves {
			t.Errorf("%s: %d connections in %d waves, at most %d in %d are allowed", tt.name, len(e.Replies), waves, tt.connections, tt.waves)
		}
	}
}

func TestAResetIsNotANo(t *testing.T) {
	t.Parallel()
	for _, pace := range paces {
		m := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: {0xc02f, 0x009e}}, named: true, quiet: true}
		e, _, _ := drive(Plan{Scope: place443, Depth: DepthSuites, Pace: pace}, m.answer)
		col := e.Terms(place443).Accepts[iana.TLS12]
		if got := len(col.Suites.Yes()); got != 2 || col.Suites.Complete != parley.Unknown {
			t.Errorf("pace %d: %d suites, complete %v; want 2, unknown", pace, got, col.Suites.Complete)
		}
	}
}

func TestAServerThatFailsOnLongListsIsAskedInShorterOnes(t *testing.T) {
	t.Parallel()
	for _, most := range []int{128, 60} {
		for _, pace := range paces {
			m := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: {0xc02f, 0x009e, 0x002f, 0x00ff - 0x40}, iana.TLS10: {0x002f}}, most: most, server: true}
			e, _, _ := drive(Plan{Scope: place443, Depth: DepthSuites, Pace: pace}, m.answer)
			s := e.Terms(place443)
			for v := range m.suites {
				if col := s.Accepts[v]; !slices.Equal(col.Suites.Yes(), m.suites[v]) || col.Suites.Complete != parley.Yes {
					t.Errorf("at most %d, pace %d, %v: %v, complete %v, in order %v, the server's %v", most, pace, v, col.Suites.Yes(), col.Suites.Complete, col.Suites.Order, col.ServerOrder)
				}
			}
			if got := s.Accepts[iana.TLS11].Accepted.Is; got != parley.No {
				t.Errorf("at most %d, pace %d: 1.1 %v", most, pace, got)
			}
		}
	}
}

func TestAServerThatSelectsWhatWasNotOfferedEndsTheEnumeration(t *testing.T) {
	t.Parallel()
	m := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: {0xc02f}}, named: true, stubborn: true}
	for _, pace := range paces {
		e, _, _ := drive(Plan{Scope: place443, Depth: DepthSuites, Pace: pace}, m.answer)
		if col := e.Terms(place443).Accepts[iana.TLS12]; col.Suites.Complete != parley.Unknown || len(e.Replies) > 40 {
			t.Errorf("complete %v after %d connections", col.Suites.Complete, len(e.Replies))
		}
	}
}

func TestServersThatTakeTurnsAreMixed(t *testing.T) {
	t.Parallel()
	a := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: {0xc02f, 0xc030, 0x009e, 0x002f}}, named: true, server: true}
	b := &model{suites: map[iana.Version][]iana.Suite{iana.TLS12: {0xc02f}}, named: true, server: true}
	for _, pace := range paces {
		turn := 0
		e, _, _ := drive(Plan{Scope: place443, Depth: DepthSuites, Pace: pace}, func(at parley.Attempt) parley.Reply {
			turn++
			if turn%2 == 0 {
				return b.answer(at)
			}
			return a.answer(at)
		})
		if col := e.Terms(place443).Accepts[iana.TLS12]; col.Suites.Complete == parley.Yes && len(col.Suites.Yes()) != 4 {
			t.Errorf("pace %d: %v, complete", pace, col.Suites.Yes())
		}
	}
}

func TestAServerThatAcceptsAnythingIsAskedNoMoreThanThePlanAllows(t *testing.T) {
	t.Parallel()
	m := &model{suites: map[iana.Version][]iana.Suite{}, server: true}
	for _, v := range parley.AllVersions[1:] {
		m.suites[v] = parley.AllSuites(v)
	}
	e, _, _ := drive(Plan{Scope: place443, Depth: DepthSuites, Pace: PaceUsual, Most: 300}, m.answer)
	if len(e.Replies) != 300 {
		t.Errorf("%d connections, want 300", len(e.Replies))
	}
	if got := e.Terms(place443).Accepts[iana.TLS12].Suites.Complete; got != parley.Unknown {
		t.Errorf("complete %v", got)
	}
}
