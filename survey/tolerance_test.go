package survey

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var oddScope = parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example"}

// oddModel is a server of 1.2 and 1.3 that does not go on with some odd hellos.
type oddModel struct {
	versions []iana.Version
	does     map[parley.OddityID]string // how they end: "alert", "reset", "silence", or "lie": it goes on as it must not
	usual    func(n int) string         // how the usual hello ends, the n-th time; nil: it completes
	crowd    int                        // more hellos at once are reset; 0: any number goes
	once     map[parley.OddityID]bool   // goes through from the second time on
	seen     map[parley.AttemptID]int
}

// terms are what an enumeration learned of the model.
func (m *oddModel) terms() *parley.Server {
	s := &parley.Server{Scope: oddScope, Accepts: map[iana.Version]parley.Column{}}
	for _, v := range m.versions {
		s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}, Suites: parley.Listed(parley.WholeSuites(v)[:3]...)}
	}
	return s
}

func endedBy(id parley.AttemptID, how string) parley.Reply {
	switch how {
	case "alert":
		return refused(id, iana.AlertIllegalParameter)
	case "no protocol":
		return refused(id, iana.AlertNoApplicationProtocol)
	case "reset":
		return parley.Reply{Attempt: id, End: parley.EndRST, Connect: 1}
	case "silence":
		return parley.Reply{Attempt: id, End: parley.EndSilence, Connect: 1}
	}
	return parley.Reply{Attempt: id, End: parley.EndMalformed, Detail: how, Connect: 1}
}

func (m *oddModel) answer(a parley.Attempt, others int) parley.Reply {
	if m.seen == nil {
		m.seen = map[parley.AttemptID]int{}
	}
	m.seen[a.ID]++
	if m.crowd > 0 && others >= m.crowd {
		return endedBy(a.ID, "reset")
	}
	if a.Base == "" && m.usual != nil {
		if how := m.usual(m.seen[a.ID]); how != "" {
			return endedBy(a.ID, how)
		}
	}
	due := false
	for _, id := range a.Odd {
		if a.Base == "" {
			break
		}
		how := m.does[id]
		if how != "" && (!m.once[id] || m.seen[a.ID] == 1) {
			return endedBy(a.ID, how)
		}
		due = due || parley.OddityOf(id).Refusal == parley.RefusalDue
	}
	if due {
		return refused(a.ID, iana.AlertHandshakeFailure)
	}
	v := iana.TLS13
	if !a.Hello.Offers(v) || !slices.Contains(m.versions, v) {
		v = iana.TLS12
	}
	sh := &wire.ServerHello{LegacyVersion: iana.TLS12, Suite: a.Hello.Suites[0]}
	if v == iana.TLS12 {
		return reply(a.ID, sh, &wire.ServerHelloDone{})
	}
	sh.Extensions = []wire.Extension{{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}}}
	r := reply(a.ID, sh)
	r.Events = append(r.Events, parley.Event{From: parley.ServerSide, Item: wire.Item{Kind: wire.KindApplicationData}})
	return r
}

// askOdd asks the model everything, and returns what was learned, with the number
// of connections.
func (m *oddModel) askOdd(atOnce int) (map[parley.OddityID]string, int) {
	e := &parley.Evidence{}
	x := LearnTolerance(Plan{Scope: oddScope, Pace: PaceUsual}, m.terms(), atOnce)
	n := 0
	for {
		open := x.Next()
		if len(open) == 0 {
			break
		}
		for _, a := range open {
			n++
			e.Add(a)
			r := m.answer(a, len(open))
			e.Replies = append(e.Replies, r)
			x.Learn(r)
		}
	}
	out := map[parley.OddityID]string{}
	s := e.Terms(oddScope)
	for _, t := range s.Tolerance {
		switch {
		case t.Outcome == parley.Tolerates:
		case t.Outcome == parley.TreatmentUnknown && !t.Asked() && t.Why != "" && n > 2 && !m.lost():
		default:
			out[t.ID] = t.Outcome.String()
		}
	}
	return out, n
}

func (m *oddModel) lost() bool { return m.usual != nil && m.usual(1) != "" && m.usual(2) != "" }

func TestWhatAServerDoesWithOddHellosIsLearnedOfAnyServer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := &oddModel{versions: []iana.Version{iana.TLS12, iana.TLS13}, does: map[parley.OddityID]string{}}
		want := map[parley.OddityID]string{}
		usual := m.terms().UsualHello(iana.TLS13, nil)
		for _, o := range parley.Oddities {
			if _, why := usual.MakeOdd(o); why != "" || rapid.IntRange(0, 9).Draw(t, "trouble with "+string(o.ID)) > 0 {
				continue
			}
			how := rapid.SampledFrom([]string{"alert", "reset", "silence", "lie"}).Draw(t, "how")
			m.does[o.ID], want[o.ID] = how, "refuses"
			switch {
			case how == "lie":
				want[o.ID] = "violates"
			case o.Refusal == parley.RefusalDue && how != "silence":
				delete(want, o.ID)
			}
		}
		got, n := m.askOdd(24)
		if !maps.Equal(got, want) {
			t.Fatalf("%v:\n got %v\nwant %v", m.does, got, want)
		}
		// Those with several twice, each alone, once more for what is refused, and the usual ones around it.
		if most := 26 + 4 + len(parley.Oddities) + len(m.does) + 4; n > most {
			t.Errorf("%d connections, want at most %d", n, most)
		}
	})
}

func TestAServerThatTakesEverythingIsAskedFewTimes(t *testing.T) {
	t.Parallel()
	for _, vs := range [][]iana.Version{{iana.TLS12, iana.TLS13}, {iana.TLS12}} {
		m := &oddModel{versions: vs}
		if got, n := m.askOdd(24); len(got) > 0 || n > 26 {
			t.Errorf("%v: %d connections, and %v", vs, n, got)
		}
	}
}

func TestOnlyAReproducibleDifferenceCounts(t *testing.T) {
	t.Parallel()
	both := []iana.Version{iana.TLS12, iana.TLS13}
	for _, tt := range []struct {
		name string
		m    oddModel
		want map[parley.OddityID]string
	}{
		{
			name: "refused once, then twice not",
			m:    oddModel{does: map[parley.OddityID]string{"retry": "reset"}, once: map[parley.OddityID]bool{"retry": true}},
			want: map[parley.OddityID]string{},
		},
		{
			name: "the usual hello is refused afterwards too",
			m: oddModel{does: map[parley.OddityID]string{"retry": "alert"}, usual: func(n int) string {
				if n > 2 {
					return "alert"
				}
				return ""
			}},
			want: map[parley.OddityID]string{"retry": "unknown"},
		},
		{
			name: "the server has protocols that nobody knows of",
			m:    oddModel{does: map[parley.OddityID]string{"grease-alpn": "no protocol", "grease-suite": "no protocol"}},
			want: map[parley.OddityID]string{"grease-alpn": "unknown", "grease-suite": "refuses"},
		},
		{
			name: "a server that takes four at once",
			m:    oddModel{crowd: 5, does: map[parley.OddityID]string{"length-10": "silence"}},
			want: map[parley.OddityID]string{"length-10": "refuses"},
		},
		{
			name: "one that takes one at once",
			m:    oddModel{crowd: 2},
			want: map[parley.OddityID]string{},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.m.versions = both
			got, n := tt.m.askOdd(24)
			if !maps.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			t.Logf("%d connections", n)
		})
	}
}

func TestWithoutTheUsualHelloNothingIsKnownOfOddOnes(t *testing.T) {
	t.Parallel()
	m := oddModel{versions: []iana.Version{iana.TLS12, iana.TLS13}, usual: func(int) string { return "alert" }, does: map[parley.OddityID]string{"retry": "alert"}}
	got, n := m.askOdd(24)
	for _, o := range parley.Oddities {
		if got[o.ID] != "unknown" {
			t.Errorf("%s: %q", o.ID, got[o.ID])
		}
	}
	if n > 30 {
		t.Errorf("%d connections", n)
	}
}

func TestOddHellosAreNeverMoreAtOnceThanTheServerTook(t *testing.T) {
	t.Parallel()
	for _, atOnce := range []int{1, 4, 24, 99} {
		m := &oddModel{versions: []iana.Version{iana.TLS13}}
		x := LearnTolerance(Plan{Scope: oddScope, Pace: PaceUsual}, m.terms(), atOnce)
		if n := len(x.Next()); n > min(atOnce, 24) {
			t.Errorf("%d at once, want at most %d", n, atOnce)
		}
	}
	if a := LearnTolerance(Plan{Scope: oddScope}, &parley.Server{}, 4).Next(); len(a) > 0 {
		t.Error(fmt.Sprint("a server without versions is asked ", a[0].Name))
	}
}
