package check_test

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/trust"
)

// store is a set of roots in PEM.
func store(t *testing.T, name string, second bool, pems ...[]byte) parley.Store {
	t.Helper()
	s := parley.Store{Name: name, Second: second}
	for _, p := range pems {
		roots, err := trust.Certificates(p)
		if err != nil {
			t.Fatal(err)
		}
		s.Roots = append(s.Roots, roots...)
	}
	return s
}

// originRoots are those of the origins that internal/peers starts.
func originRoots(t *testing.T) []byte {
	t.Helper()
	pem, err := peers.RootsPEM()
	if err != nil {
		t.Fatal(err)
	}
	return pem
}

// reaching are the options of a check of an origin by its name, on these ways.
func reaching(t *testing.T, origin netip.AddrPort, as string, ways ...string) check.Options {
	t.Helper()
	o := check.Options{
		Target: net.JoinHostPort(peers.Name, strconv.Itoa(int(origin.Port()))), Addrs: []netip.Addr{origin.Addr()},
		Proxies: ways, Now: time.Now(), Prober: &probe.Prober{Dialer: &loopbackOnly{}},
	}
	if as == "" {
		o.Panel = clients.Panel()
	} else {
		o.Client = clientNamed(t, as)
	}
	return o
}

func run(t *testing.T, o check.Options) *check.Answer {
	t.Helper()
	a, err := check.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for s, n := range used(a) {
		if n > check.Connections {
			t.Errorf("%d connections to %v %s, want at most %d", n, s.Addr, s.Via, check.Connections)
		}
	}
	return a
}

// used counts the connections of each way.
func used(a *check.Answer) map[parley.Scope]int {
	n := map[parley.Scope]int{}
	for _, r := range a.Evidence.Replies {
		n[a.Evidence.Attempts[r.Attempt].Scope]++
	}
	return n
}

func TestAnInterceptingSquidIsToldFromTheOriginBehindIt(t *testing.T) {
	t.Parallel()
	squid := peers.Intercept(t)
	proxy := "http://" + squid.Addr.String()
	roots := originRoots(t)
	system, both := store(t, "system", false, roots), store(t, "system", false, roots, squid.CA)
	public := store(t, "Mozilla", true, roots)
	for _, stack := range []peers.Stack{peers.Go, peers.Nginx} {
		origin := peers.Start(t, stack, peers.Config{})
		for _, tt := range []struct {
			name, as string
			ways     []string
			trust    []parley.Store
			want     string
		}{
			{"today's clients do not trust Squid", "", []string{"", proxy}, []parley.Store{system}, "middlebox.interception, side path, proved, exit 1"},
			{"one client does not trust Squid", "go", []string{"", proxy}, []parley.Store{system, public}, "middlebox.interception, side path, proved, exit 1"},
			{"the clients trust Squid", "", []string{"", proxy}, []parley.Store{both, public}, "ok, exit 0"},
			{"nothing but the direct way is asked", "", []string{""}, []parley.Store{system}, "ok, exit 0"},
		} {
			t.Run(fmt.Sprintf("%s: %s", stack, tt.name), func(t *testing.T) {
				o := reaching(t, origin.Addr, tt.as, tt.ways...)
				o.Trust = tt.trust
				a := run(t, o)
				if got := answer(a); got != tt.want {
					t.Errorf("got  %s\nwant %s\n%s", got, tt.want, trail(a))
				}
				for _, f := range a.Result.Findings {
					if f.Pair == nil || f.Pair.FailsAs[0] < 2 || f.Pair.WorksAs[0] < 2 {
						t.Errorf("%s is proved by %+v", f.Cause, f.Pair)
					}
				}
				var notes []string
				for _, s := range a.Result.Scopes {
					if n := s.View.Opened(); n != "" {
						notes = append(notes, n)
					}
				}
				if wants := strings.HasPrefix(tt.want, "ok") && len(tt.ways) > 1; wants != (len(notes) > 0) {
					t.Errorf("notes %q; want one: %v", notes, wants)
				}
			})
		}
	}
}

func TestAProxyThatPassesOnIsNoInterception(t *testing.T) {
	t.Parallel()
	peers.Need(t, peers.Squid)
	squid := peers.Start(t, peers.Squid, peers.Config{Plain: true})
	roots := originRoots(t)
	for name, want := range map[string]string{"": "ok, exit 0", "self-signed": "chain.self-signed, side server, seen, exit 1"} {
		origin := peers.Start(t, peers.Go, peers.Config{Chain: name})
		o := reaching(t, origin.Addr, "", "", "http://"+squid.Addr.String())
		o.Target, o.SNI = origin.Addr.String(), peers.Name
		o.Trust = []parley.Store{store(t, "system", false, roots)}
		a := run(t, o)
		if got := answer(a); got != want {
			t.Errorf("%q: got  %s\nwant %s\n%s", name, got, want, trail(a))
		}
		for _, s := range a.Result.Scopes {
			if n := s.View.Opened(); n != "" {
				t.Errorf("%q: note %q", name, n)
			}
		}
	}
}

// Squid goes through with the handshake all the same, and says in a page what it
// has against the origin.
func TestAnInterceptingSquidBeforeASelfSignedOriginHidesNoneOfTheTwo(t *testing.T) {
	t.Parallel()
	squid := peers.Intercept(t)
	proxy := "http://" + squid.Addr.String()
	origin := peers.Start(t, peers.Go, peers.Config{Chain: "self-signed"})
	roots := originRoots(t)
	for _, tt := range []struct {
		name  string
		trust [][]byte
		ways  []string
		want  string
	}{
		{"trusted, both ways", [][]byte{roots, squid.CA}, []string{"", proxy}, "chain.self-signed, side server, seen, exit 1"},
		{"not trusted, both ways", [][]byte{roots}, []string{"", proxy}, "chain.self-signed, side server, seen; middlebox.interception, side path, inferred, exit 1"},
		{"not trusted, the proxy alone", [][]byte{roots}, []string{proxy}, "middlebox.interception, side path, proved, exit 1"},
	} {
		o := reaching(t, origin.Addr, "go", tt.ways...)
		o.Trust = []parley.Store{store(t, "system", false, tt.trust...)}
		a := run(t, o)
		if got := answer(a); got != tt.want {
			t.Errorf("%s: got  %s\nwant %s\n%s", tt.name, got, tt.want, trail(a))
		}
	}
}
