package scan

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/wire"
)

// TestAScanOverQUICComesToWhatTheServerWasTold holds what a scan learns of real
// servers over QUIC against their own configurations, whole.
func TestAScanOverQUICComesToWhatTheServerWasTold(t *testing.T) {
	x25519, p256, p384, p521 := iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1
	hybrids := []iana.Group{iana.GroupX25519MLKEM768, iana.GroupSecP256r1MLKEM768, iana.GroupSecP384r1MLKEM1024}
	both, one := []iana.QUICVersion{iana.QUIC1, iana.QUIC2}, []iana.QUICVersion{iana.QUIC1}
	for _, tt := range []struct {
		name     string
		stack    peers.Stack
		c        peers.Config
		versions []iana.QUICVersion
		suites   []iana.Suite
		groups   []iana.Group
		alpn     []string
		keys     []iana.KeyType
		retry    parley.Truth
		says     map[iana.QUICParameter]uint64
	}{
		{
			name: "as it comes", stack: peers.QUICGo, c: peers.Config{ALPN: []string{"h3"}},
			versions: both, suites: usual13, groups: append([]iana.Group{x25519, p256, p384, p521}, hybrids...), alpn: []string{"h3"},
			keys: []iana.KeyType{iana.KeyRSA}, retry: parley.No, says: map[iana.QUICParameter]uint64{iana.QUICMaxIdleTimeout: 30000, iana.QUICMaxStreamsBidi: 100},
		},
		{
			name: "two protocols", stack: peers.QUICGo, c: peers.Config{ALPN: []string{"doq", "hq-interop"}, Groups: "CurveP256:X25519", Cert: peers.ECDSAP256, Extra: []string{"1"}},
			versions: one, suites: usual13, groups: []iana.Group{p256, x25519}, alpn: []string{"doq", "hq-interop"},
			keys: []iana.KeyType{iana.KeyECDSA}, retry: parley.No,
		},
		{
			name: "the second version alone, two certificates", stack: peers.QUICGo, c: peers.Config{ALPN: []string{"h3"}, Groups: "X25519", Cert: peers.Both, Extra: []string{"2", "retry"}},
			versions: []iana.QUICVersion{iana.QUIC2}, suites: usual13, groups: []iana.Group{x25519}, alpn: []string{"h3"},
			keys: []iana.KeyType{iana.KeyECDSA, iana.KeyRSA}, retry: parley.Yes,
		},
		{
			name: "as it comes", stack: peers.NGTCP2, versions: one, suites: append([]iana.Suite{0x1304}, usual13...), groups: []iana.Group{x25519, p256, p384, p521},
			alpn: []string{"h3"}, keys: []iana.KeyType{iana.KeyRSA}, retry: parley.No,
			says: map[iana.QUICParameter]uint64{iana.QUICMaxIdleTimeout: 30000, iana.QUICMaxData: 1 << 20, iana.QUICMaxStreamsBidi: 100, iana.QUICMaxStreamsUni: 3},
		},
		{
			name: "one of each", stack: peers.NGTCP2,
			c: peers.Config{
				Ciphers: "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM", Groups: "-GROUP-ALL:+GROUP-SECP384R1", Cert: peers.ECDSAP384,
				Extra: []string{"--validate-addr", "--max-data=2M", "--max-streams-bidi=7", "--timeout=11s"},
			},
			versions: one, suites: []iana.Suite{0x1302}, groups: []iana.Group{p384}, alpn: []string{"h3"}, keys: []iana.KeyType{iana.KeyECDSA}, retry: parley.Yes,
			says: map[iana.QUICParameter]uint64{iana.QUICMaxIdleTimeout: 11000, iana.QUICMaxData: 2 << 20, iana.QUICMaxStreamsBidi: 7},
		},
	} {
		t.Run(string(tt.stack)+" "+tt.name, func(t *testing.T) {
			s := peers.Start(t, tt.stack, tt.c)
			for _, pace := range []survey.Pace{survey.PaceUsual, survey.PaceGentle} {
				q := target.Question{Text: "quic://" + s.Addr.String(), SNI: peers.Name}
				res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Pace: pace, Dialer: &onlyLoopback{}})
				if err != nil {
					t.Fatal(err)
				}
				got := &res.Endpoints[0].Server
				t.Logf("%d connections, %v", res.Connections, res.Elapsed)
				if got.QUIC == nil {
					t.Fatal("nothing was learned of QUIC")
				}
				same(t, "versions", got.QUIC.Versions.Yes(), tt.versions)
				same(t, "versions listed", got.QUIC.Listed, tt.versions)
				col := got.Accepts[iana.TLS13]
				same(t, "suites", col.Suites.Yes(), tt.suites)
				same(t, "groups", col.Groups.Yes(), tt.groups)
				same(t, "protocols", got.ALPN.Protocols, tt.alpn)
				var keys []iana.KeyType
				for _, ch := range got.Chains {
					keys = append(keys, ch.Key)
				}
				same(t, "keys of certificates", keys, tt.keys)
				if col.Suites.Complete != parley.Yes || col.Groups.Complete != parley.Yes || got.QUIC.Retry.Is != tt.retry || got.ALPN.Insists != parley.Yes {
					t.Errorf("suites complete %v, groups complete %v, retry %v, protocol demanded %v", col.Suites.Complete, col.Groups.Complete, got.QUIC.Retry.Is, got.ALPN.Insists)
				}
				for _, v := range []iana.Version{iana.SSL2, iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12} {
					if f := got.Accepts[v].Accepted; f.Is != parley.No || f.Why == "" {
						t.Errorf("%v is accepted: %v, want no, with the reason", v, f.Is)
					}
				}
				for id, want := range tt.says {
					i := slices.IndexFunc(got.QUIC.Parameters, func(p wire.QUICParameter) bool { return p.ID == id })
					if i < 0 {
						t.Errorf("%v did not come", id)
					} else if n, _ := got.QUIC.Parameters[i].Number(); n != want {
						t.Errorf("%v is %d, want %d", id, n, want)
					}
				}
			}
		})
	}
}

// TestAClosedPortOverQUICIsNotWaitedFor looks that a refusal ends a scan: nothing
// is enumerated behind it.
func TestAClosedPortOverQUICIsNotWaitedFor(t *testing.T) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	addr := conn.LocalAddr().String()
	conn.Close()
	res, err := Run(t.Context(), Options{Question: target.Question{Text: "h3://" + addr}, Dialer: &onlyLoopback{}})
	if err != nil {
		t.Fatal(err)
	}
	if e := res.Endpoints[0]; e.Answer.End != parley.EndConnectRefused || res.Exit() != 3 || res.Connections > 3 || res.Elapsed > time.Second {
		t.Errorf("got %v with %d connections after %v, exit %d", e.Answer.End, res.Connections, res.Elapsed, res.Exit())
	}
}

// TestAProtocolThatIsNotSpokenIsNoRefusalOfAVersion: the server has 1.3 all the
// same, and was heard in QUIC.
func TestAProtocolThatIsNotSpokenIsNoRefusalOfAVersion(t *testing.T) {
	s := peers.Start(t, peers.QUICGo, peers.Config{ALPN: []string{"h3"}})
	res, err := Run(t.Context(), Options{Question: target.Question{Text: "doq://" + s.Addr.String(), SNI: peers.Name}, Dialer: &onlyLoopback{}})
	if err != nil {
		t.Fatal(err)
	}
	e := res.Endpoints[0]
	if is := e.Server.Accepts[iana.TLS13].Accepted.Is; is != parley.Unknown || e.Answer.Alert != iana.AlertNoApplicationProtocol {
		t.Errorf("1.3 is accepted: %v, and the answer is %v", is, e.Answer.Words())
	}
	same(t, "versions", e.Server.QUIC.Versions.Yes(), iana.QUICVersions())
}

// same compares two sets.
func same[T ~uint8 | ~uint16 | ~uint32 | ~string](t *testing.T, what string, got, want []T) {
	t.Helper()
	if g, w := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want)); !slices.Equal(g, w) {
		t.Errorf("%s:\n got %v\nwant %v", what, g, w)
	}
}

func TestManyTargetsAreAskedOverQUICToo(t *testing.T) {
	good := "quic://" + peers.Start(t, peers.QUICGo, peers.Config{ALPN: []string{"h3"}}).Addr.String()
	other := "doq://" + peers.Start(t, peers.QUICGo, peers.Config{ALPN: []string{"none-such"}}).Addr.String()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	closed := "h3://" + conn.LocalAddr().String()
	conn.Close()
	k := &kept{}
	list := NewLines(strings.NewReader(strings.Join([]string{good, other, closed}, "\n")))
	if err := RunMany(t.Context(), list, k, ManyOptions{Now: time.Now(), Dialer: &onlyLoopback{}}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]struct {
		end     parley.EndKind
		version string
		cause   parley.CauseID
	}{
		good:   {end: parley.EndStopped, version: "1.3"},
		other:  {end: parley.EndAlert, cause: "alpn.no-overlap"},
		closed: {end: parley.EndConnectRefused, cause: "network.refused"},
	} {
		r := k.of[text]
		if r == nil {
			t.Errorf("nothing of %s", text)
			continue
		}
		a := r.Addresses[0]
		if a.End != want.end || a.Version != want.version || (a.Leaf != nil) != (want.version != "") {
			t.Errorf("%s: %v, version %q, certificate %v", text, a.End, a.Version, a.Leaf)
		}
		if got := slices.ContainsFunc(r.Causes, func(c Told) bool { return c.ID == want.cause }); want.cause != "" && !got || want.cause == "" && len(r.Causes) > 0 {
			t.Errorf("%s: causes %+v, want %q", text, r.Causes, want.cause)
		}
	}
}
