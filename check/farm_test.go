package check_test

import (
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
)

// farm is one address behind which servers take turns, connection by
// connection, as round robin has it; skip of them take theirs before the first.
func farm(t *testing.T, skip int, servers ...*peers.Server) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var turn atomic.Int64
	turn.Store(int64(skip))
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			to := servers[int(turn.Add(1))%len(servers)].Addr.String()
			go relay(c, to)
		}
	}()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

func relay(c net.Conn, to string) {
	defer c.Close()
	s, err := net.Dial("tcp4", to)
	if err != nil {
		return
	}
	defer s.Close()
	go func() { io.Copy(s, c); s.(*net.TCPConn).CloseWrite() }()
	io.Copy(c, s)
}

// A base that fails at one turn and a variant that completes at the next look
// like a proof, as long as the turns go with the runs.
func TestServersThatTakeTurnsProveNothing(t *testing.T) {
	t.Parallel()
	old := peers.Start(t, peers.Go, peers.Config{Versions: ids(iana.TLS10)})
	good := peers.Start(t, peers.Go, peers.Config{Versions: ids(iana.TLS12, iana.TLS13)})
	for _, as := range []string{"java7", "chrome", "java8", "openssl-1.0.0"} {
		for skip := range 2 {
			c, err := clients.Get(as)
			if err != nil {
				t.Fatal(err)
			}
			a, err := check.Run(t.Context(), check.Options{
				Target: farm(t, skip, old, good).String(), SNI: peers.Name, Client: c, Now: time.Now(),
				Prober: &probe.Prober{Dialer: &loopbackOnly{}},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range a.Result.Findings {
				if f.Certainty == parley.Proved {
					t.Errorf("%s, %d turns on: %s is proved\n%s", as, skip, f.Cause, trail(a))
				}
			}
			if a.Exit() == 0 {
				t.Errorf("%s, %d turns on: called fine\n%s", as, skip, trail(a))
			}
		}
	}
}
