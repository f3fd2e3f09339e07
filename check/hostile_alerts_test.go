package check_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/lab"
)

// behind passes each connection on to a server, and what the server says to
// spoil, which writes to the client what it likes of it and returns when it has
// had enough.
func behind(to netip.AddrPort, spoil func(client *net.TCPConn, server io.Reader)) func(net.Conn) {
	return func(c net.Conn) {
		server, err := net.DialTCP("tcp", nil, net.TCPAddrFromAddrPort(to))
		if err != nil {
			return
		}
		var both sync.WaitGroup
		both.Go(func() { io.Copy(server, c); server.CloseWrite() })
		both.Go(func() {
			spoil(c.(*net.TCPConn), server)
			server.Close()
		})
		both.Wait()
	}
}

// after lets n records of the server pass, and then says b and closes.
func after(n int, b []byte) func(*net.TCPConn, io.Reader) {
	return func(c *net.TCPConn, server io.Reader) {
		head := make([]byte, 5)
		for range n {
			if _, err := io.ReadFull(server, head); err != nil {
				break
			}
			body := make([]byte, int(head[3])<<8|int(head[4]))
			if _, err := io.ReadFull(server, body); err != nil {
				break
			}
			c.Write(append(append([]byte(nil), head...), body...))
		}
		c.Write(b)
		c.CloseWrite()
	}
}

// good starts a fault of the lab that is none, and returns its address.
func good(t *testing.T, name string) netip.AddrPort {
	t.Helper()
	l := lab.New()
	t.Cleanup(l.Close)
	f, err := lab.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	target, err := f.Start(context.Background(), l)
	if err != nil {
		t.Fatal(err)
	}
	return netip.MustParseAddrPort(target.Address)
}

// inEveryCase runs many checks, a few at a time, and holds the process to what
// it had before.
func inEveryCase(t *testing.T, n int, one func(i int)) {
	t.Helper()
	before := runtime.NumGoroutine()
	next := make(chan int)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range next {
				one(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	nothingLeft(t, before)
}

// nothingLeft waits until there are no more goroutines than before.
func nothingLeft(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if now := runtime.NumGoroutine(); now > before {
		t.Errorf("%d goroutines before, %d after", before, now)
	}
}

// once runs a check against a peer that lasts as long as the check.
func once(t *testing.T, peer func(net.Conn)) *check.Answer {
	t.Helper()
	at, stop := serving(t, peer)
	defer stop()
	o := asking(at.String())
	o.SNI, o.Timeout, o.Prober = "shop.parley.test", time.Minute, patient()
	a, err := check.Run(context.Background(), o)
	if err != nil {
		t.Error(err)
		return &check.Answer{}
	}
	return a
}

// alertPhases are the points of a handshake at which a peer sends an alert and
// closes. Unless others says otherwise an answer that is none is all there is:
// an alert alone does not say what is wrong.
var alertPhases = []struct {
	name    string
	server  string // of the lab: whose records come before
	records int
	phase   string
	others  map[iana.Alert]string // of fatal alerts
}{
	{
		name: "for a ServerHello", server: "serve-today", phase: "hello",
		others: map[iana.Alert]string{
			iana.AlertHandshakeFailure: "server.no-usable-certificate, side server, inferred, exit 1",
			iana.AlertInternalError:    "server.no-usable-certificate, side server, inferred, exit 1",
			// Sent where no identity is acceptable, none among them (RFC 8446, Section 6.2).
			iana.AlertUnknownPSKIdentity: "psk.mismatch, side unknown, seen, exit 1",
		},
	},
	{name: "after the ServerHello of 1.3", server: "serve-today", records: 1, phase: "parameters"},
	{name: "after the ServerHello of 1.2", server: "serve-1.2", records: 1, phase: "parameters"},
	{name: "after the Certificate of 1.2", server: "serve-1.2", records: 2, phase: "parameters"},
	{name: "after the ServerHelloDone of 1.2", server: "serve-1.2", records: 4, phase: "finished"},
	{name: "after EncryptedExtensions of 1.3, in clear", server: "serve-today", records: 3, phase: "finished"},
}

// spelled are the alerts that say themselves what is wrong, of a hello that was
// not accepted. The panel's Chrome sends an encrypted_client_hello, as GREASE.
var spelled = map[iana.Alert]string{
	iana.AlertUnrecognizedName:      "sni.unrecognized, side server, seen, exit 1",
	iana.AlertNoApplicationProtocol: "alpn.no-overlap, side server, seen, exit 1",
}

// It does not run beside other tests: it counts goroutines.
func TestAnAlertIsTakenForNoMoreThanItSays(t *testing.T) {
	for _, p := range alertPhases {
		t.Run(p.name, func(t *testing.T) {
			to := good(t, p.server)
			alerts := append([]iana.Alert{1, 99, 255}, iana.Alerts()...)
			levels := []iana.AlertLevel{iana.AlertWarning, iana.AlertFatal, 7}
			inEveryCase(t, len(alerts)*len(levels), func(i int) {
				alert, level := alerts[i/len(levels)], levels[i%len(levels)]
				a := once(t, behind(to, after(p.records, record(iana.ContentAlert, byte(level), byte(alert)))))
				got, want := told(a), fmt.Sprintf("exit 3 %s: alert %d", p.phase, alert)
				switch {
				case level == 7:
					want = "server.protocol-violation exit 1"
				case level == iana.AlertWarning || alert == iana.AlertCloseNotify:
					want = fmt.Sprintf("exit 3 %s: closed without an alert", p.phase)
				case p.others[alert] != "":
					got, want = answer(a), p.others[alert]
				case alert == iana.AlertECHRequired:
					got, want = answer(a), "ech.config-mismatch, side client, seen, exit 1"
				case spelled[alert] != "" && p.phase != "finished":
					got, want = answer(a), spelled[alert]
				}
				if !strings.HasPrefix(got, want) {
					t.Errorf("level %d, alert %v:\n got %s\nwant %s", level, alert, got, want)
				}
				if a.Result.Verdict == parley.VerdictOK || a.Connections > check.Connections {
					t.Errorf("level %d, alert %v: %v after %d connections", level, alert, a.Result.Verdict, a.Connections)
				}
			})
		})
	}
}
