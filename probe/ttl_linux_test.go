package probe

import (
	"context"
	"errors"
	"net"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/clients"
)

// resetsAt answers a whole hello with a reset of that TTL; 0: the system's.
func resetsAt(ttl int) func(*net.TCPConn) {
	return func(c *net.TCPConn) {
		b := make([]byte, 1<<14)
		for n := 0; n < 100; {
			m, err := c.Read(b)
			if err != nil {
				return
			}
			n += m
		}
		t := c
		if raw, err := t.SyscallConn(); err == nil && ttl > 0 {
			raw.Control(func(fd uintptr) {
				unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_TTL, ttl)
				unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_UNICAST_HOPS, ttl)
			})
		}
		t.SetLinger(0)
		t.Close()
	}
}

func TestAResetWithAnotherTTLThanThePeersIsTold(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		name, at string
		ttl      int
		want     parley.TTLOrder
	}{
		{name: "as the peer's", at: "127.0.0.1:0", ttl: 0, want: parley.TTLSame},
		{name: "higher", at: "127.0.0.1:0", ttl: 128, want: parley.TTLHigher},
		{name: "one higher", at: "127.0.0.1:0", ttl: 65, want: parley.TTLHigher},
		{name: "as the peer's, over IPv6", at: "[::1]:0", ttl: 0, want: parley.TTLSame},
		{name: "higher, over IPv6", at: "[::1]:0", ttl: 128, want: parley.TTLHigher},
		{name: "one higher, over IPv6", at: "[::1]:0", ttl: 65, want: parley.TTLHigher},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			if err := listens(x.at); errors.Is(err, unix.EADDRNOTAVAIL) || errors.Is(err, unix.EAFNOSUPPORT) {
				t.Skipf("SKIPPED: %v: this machine has no IPv6", err) // even with os.Getenv("CI"): no install mends it
			}
			at := serveAt(t, x.at, resetsAt(x.ttl))
			c, err := clients.Get("go")
			if err != nil {
				t.Fatal(err)
			}
			base := parley.BaseOf(c, parley.Scope{Addr: at})
			p := &Prober{}
			r := p.Do(t.Context(), base.With(parley.Change{Axis: parley.AxisTTL, Op: parley.Add}))
			if r.TTL.Peer != 64 || r.End != parley.EndStopped {
				t.Fatalf("the peer's TTL is %d, %v %s; want 64", r.TTL.Peer, r.End, r.Detail)
			}
			r = p.Do(t.Context(), base.With(parley.Change{Axis: parley.AxisTTL, Op: parley.Replace, Values: []uint16{64}}))
			if r.TTL.End != x.want || r.End != parley.EndRST {
				t.Errorf("the end's TTL is %v, %v; want %v of a reset", r.TTL.End, r.End, x.want)
			}
		})
	}
}

func listens(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return l.Close()
}

func TestTTLsAreUnknownThroughAProxyAndBehindADialerOfItsOwn(t *testing.T) {
	t.Parallel()
	at := serve(t, resetsAt(0))
	c, err := clients.Get("go")
	if err != nil {
		t.Fatal(err)
	}
	ask := parley.BaseOf(c, parley.Scope{Addr: at}).With(parley.Change{Axis: parley.AxisTTL, Op: parley.Add})
	r := (&Prober{Dialer: wrapping{}}).Do(t.Context(), ask)
	if r.TTL.Peer != 0 || r.End != parley.EndLocal {
		t.Errorf("a TTL of %d, %v; want none", r.TTL.Peer, r.End)
	}
	mss := parley.BaseOf(c, parley.Scope{Addr: at}).With(parley.Change{Axis: parley.AxisMSS, Op: parley.Replace, Values: []uint16{536}})
	if r := (&Prober{Dialer: wrapping{}}).Do(t.Context(), mss); r.End != parley.EndLocal {
		t.Errorf("segments of an unknown size: %v, want %v", r.End, parley.EndLocal)
	}
}

func TestThePeerIsToldTheLargestSegment(t *testing.T) {
	t.Parallel()
	got := make(chan int, 1)
	at := serve(t, func(c *net.TCPConn) {
		n := 0
		if raw, err := c.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { n, _ = unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_MAXSEG) })
		}
		got <- n
	})
	c, err := clients.Get("go")
	if err != nil {
		t.Fatal(err)
	}
	a := parley.BaseOf(c, parley.Scope{Addr: at}).With(parley.Change{Axis: parley.AxisMSS, Op: parley.Replace, Values: []uint16{536}})
	if r := (&Prober{}).Do(t.Context(), a); r.End == parley.EndLocal {
		t.Fatal(r.Detail)
	}
	if n := <-got; n > 536 || n < 400 {
		t.Errorf("the peer may send segments of %d bytes, want 536 at most", n)
	}
}

// wrapping hides what a connection is.
type wrapping struct{ net.Dialer }

func (w wrapping) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := w.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return struct{ net.Conn }{c}, nil
}
