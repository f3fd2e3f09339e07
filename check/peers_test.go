package check_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/wire"
)

// serve runs handle for each connection to a new loopback address, and closes
// what is open when the test ends.
func serve(t testing.TB, handle func(net.Conn)) netip.AddrPort {
	t.Helper()
	at, stop := serving(t, handle)
	t.Cleanup(stop)
	return at
}

// serving is serve until stop is called.
func serving(t testing.TB, handle func(net.Conn)) (at netip.AddrPort, stop func()) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				defer context.AfterFunc(ctx, func() { c.Close() })()
				handle(c)
			})
		}
	})
	return l.Addr().(*net.TCPAddr).AddrPort(), func() { cancel(); l.Close(); wg.Wait() }
}

// closed is an address of loopback at which nothing listens.
func closed(t testing.TB) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// readHello consumes the first record of c.
func readHello(c net.Conn) {
	head := make([]byte, 5)
	if _, err := io.ReadFull(c, head); err == nil {
		io.CopyN(io.Discard, c, int64(head[3])<<8|int64(head[4]))
	}
}

// stay reads until the other side closes.
func stay(c net.Conn) { io.Copy(io.Discard, c) }

// say answers the hello with bytes, and hears the other side out.
func say(b []byte) func(net.Conn) {
	return func(c net.Conn) {
		readHello(c)
		c.Write(b)
		stay(c)
	}
}

// refuse answers every hello with a fatal alert.
func refuse(a iana.Alert) func(net.Conn) {
	return say(record(iana.ContentAlert, byte(iana.AlertFatal), byte(a)))
}

func record(t iana.ContentType, payload ...byte) []byte {
	return wire.AppendRecord(nil, wire.Record{Type: t, Version: iana.TLS12, Payload: payload})
}

// failing is a dialer for which every connection fails with an error.
type failing struct{ err syscall.Errno }

func (f failing) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", f.err)}
}

// v4Only is a machine without a route for IPv6.
type v4Only struct{ loopbackOnly }

func (d v4Only) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if a, err := netip.ParseAddrPort(address); err == nil && a.Addr().Is6() {
		return failing{syscall.ENETUNREACH}.DialContext(ctx, network, address)
	}
	return d.loopbackOnly.DialContext(ctx, network, address)
}

// hanging is a dialer for which no connection is answered.
type hanging struct{}

func (hanging) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
}

// deadResolver asks a resolver that is not there.
func deadResolver(t testing.TB) *net.Resolver {
	to := closed(t).String()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&loopbackOnly{}).DialContext(ctx, network, to)
	}}
}

// hasty is a prober whose patience is short: what is silent here stays so.
func hasty() *probe.Prober {
	return &probe.Prober{Dialer: &loopbackOnly{}, Silence: 150 * time.Millisecond, ConnectTimeout: 150 * time.Millisecond}
}

// asking are the options of a check of today's panel with short patience.
func asking(target string) check.Options {
	return check.Options{Target: target, Now: time.Now(), Panel: clients.Panel(), Prober: hasty()}
}
