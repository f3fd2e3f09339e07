package probe

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// cutDialer hands out connections that record their writes.
type cutDialer struct{ conn *cuts }

func (d *cutDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := guard{}.DialContext(ctx, network, address)
	d.conn = &cuts{Conn: c}
	return d.conn, err
}

// failing fails each dial as the system would.
type failing struct{ err error }

func (f failing) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: f.err}
}

// hanging never connects.
type hanging struct{}

func (hanging) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestWaysOfNotConnectingAreToldApart(t *testing.T) {
	no := func(e syscall.Errno) error { return os.NewSyscallError("connect", e) }
	for _, tc := range []struct {
		dialer Dialer
		want   string
	}{
		{dialer: failing{err: no(syscall.ECONNREFUSED)}, want: "refused"},
		{dialer: failing{err: no(syscall.ETIMEDOUT)}, want: "connect-timeout"},
		{dialer: failing{err: no(syscall.EHOSTUNREACH)}, want: "unreachable: no route to host"},
		{dialer: failing{err: no(syscall.ENETUNREACH)}, want: "unreachable: network is unreachable"},
		{dialer: failing{err: no(syscall.ECONNRESET)}, want: "rst"},
		{dialer: failing{err: no(syscall.EMFILE)}, want: "local-error: dial tcp: connect: too many open files"},
		{dialer: hanging{}, want: "connect-timeout"},
	} {
		t.Run(tc.want, func(t *testing.T) {
			t.Parallel()
			p := &Prober{Dialer: tc.dialer, ConnectTimeout: 20 * time.Millisecond}
			if got := summary(p.Do(t.Context(), attempt(netip.MustParseAddrPort("127.0.0.1:1"), nil))); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestTheRateHoldsForEachAddress(t *testing.T) {
	t.Parallel()
	p := &Prober{Rate: 0.1}
	one, other := p.gate("192.0.2.1:443"), p.gate("192.0.2.2:443")
	for i, tc := range []struct {
		gate     *gate
		from, to time.Duration
	}{
		{gate: one, from: 0, to: 0},
		{gate: one, from: 9 * time.Second, to: 10 * time.Second},
		{gate: one, from: 19 * time.Second, to: 20 * time.Second},
		{gate: other, from: 0, to: 0},
	} {
		if got := p.delay(tc.gate); got < tc.from || got > tc.to {
			t.Errorf("connection %d: waits %v, want %v to %v", i, got, tc.from, tc.to)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	p = &Prober{Rate: 0.1, Dialer: failing{err: syscall.ECONNREFUSED}}
	first, second := p.Do(ctx, attempt(netip.MustParseAddrPort("192.0.2.1:443"), nil)), p.Do(ctx, attempt(netip.MustParseAddrPort("192.0.2.1:443"), nil))
	if first.End != parley.EndConnectRefused || second.End != parley.EndInterrupted {
		t.Errorf("got %s, then %s", summary(first), summary(second))
	}
}

// resolver answers queries for known names over a pipe, in DNS over TCP.
func resolver(answers map[string]netip.Addr) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		if answers == nil {
			return nil, errors.New("no resolver here")
		}
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			head := make([]byte, 2)
			for {
				if _, err := theirs.Read(head); err != nil {
					return
				}
				q := make([]byte, binary.BigEndian.Uint16(head))
				if _, err := theirs.Read(q); err != nil {
					return
				}
				reply := dnsAnswer(q, answers)
				theirs.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(reply))), reply...))
			}
		}()
		return ours, nil
	}}
}

// dnsAnswer answers the one question of q.
func dnsAnswer(q []byte, answers map[string]netip.Addr) []byte {
	var labels []string
	at := 12
	for ; q[at] != 0; at += int(q[at]) + 1 {
		labels = append(labels, string(q[at+1:at+1+int(q[at])]))
	}
	typ := q[at+2]
	reply := slices.Clone(q[:at+5])
	copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
	a, known := answers[strings.Join(labels, ".")]
	switch {
	case !known:
		reply[3] |= 3 // NXDOMAIN
	case !a.IsValid():
		reply[3] |= 2 // SERVFAIL
	case a.Is4() && typ == 1 || a.Is6() && typ == 28:
		reply[7] = 1
		b := a.AsSlice()
		reply = append(reply, 0xc0, 12, 0, typ, 0, 1, 0, 0, 0, 60, 0, byte(len(b)))
		reply = append(reply, b...)
	}
	return reply
}

func TestALookupTellsNoNameFromNoAnswer(t *testing.T) {
	known := map[string]netip.Addr{
		"four.example":   netip.MustParseAddr("192.0.2.1"),
		"six.example":    netip.MustParseAddr("2001:db8::1"),
		"broken.example": {},
	}
	for _, tc := range []struct {
		host    string
		answers map[string]netip.Addr
		want    string
		end     parley.EndKind
	}{
		{host: "192.0.2.7", want: "192.0.2.7"},
		{host: "[2001:db8::7]", want: "2001:db8::7"},
		{host: "::ffff:192.0.2.7", want: "192.0.2.7"},
		{host: "four.example.", answers: known, want: "192.0.2.1"},
		{host: "six.example.", answers: known, want: "2001:db8::1"},
		{host: "none.example.", answers: known, end: parley.EndNameNotFound},
		{host: "broken.example.", answers: known, end: parley.EndNameError},
		{host: "four.example.", end: parley.EndNameError},
	} {
		t.Run(tc.host, func(t *testing.T) {
			p := &Prober{Resolver: resolver(tc.answers)}
			l := p.Lookup(t.Context(), tc.host)
			var got []string
			for _, a := range l.Addrs {
				got = append(got, a.String())
			}
			if strings.Join(got, " ") != tc.want || l.End != tc.end || (l.Detail == "") != (tc.end == parley.EndUnknown) {
				t.Errorf("got %v, %v, %q; want %q, %v", got, l.End, l.Detail, tc.want, tc.end)
			}
		})
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	gone := make(chan struct{}, 64)
	addr := serve(t, func(c *net.TCPConn) {
		readHello(c)
		c.Write(hello12())
		untilClosed(c)
		gone <- struct{}{}
	})
	before := runtime.NumGoroutine()
	for i := range 8 {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		if i%2 == 0 {
			ctx = t.Context()
		}
		p := prober()
		p.Silence = 20 * time.Millisecond
		if r := p.Do(ctx, attempt(addr, classic("probe.example", iana.TLS12))); r.End == parley.EndStopped {
			t.Errorf("got %s", summary(r))
		}
		cancel()
		<-gone // the server sees the connection closed
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines before, %d after", before, after)
	}
}
