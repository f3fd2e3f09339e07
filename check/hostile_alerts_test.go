package check_test

import (
	"context"
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

// today are terms of a good server of both versions.
var today = lab.Terms{
	Versions: []iana.Version{iana.TLS12, iana.TLS13},
	Suites:   []iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	Groups:   []iana.Group{iana.GroupX25519, iana.GroupSecp256r1},
	Schemes:  []iana.Scheme{iana.SchemeECDSASecp256r1SHA256},
	Key:      iana.KeyECDSA,
}

// TestAnAlertEndsAWholeCheckAsItIsTaken meets a few alerts with whole checks. That
// every number is read at every point of a handshake is held in package lab, and
// what each is taken for in package diagnose.
//
// It does not run beside other tests: it counts goroutines.
func TestAnAlertEndsAWholeCheckAsItIsTaken(t *testing.T) {
	const fatal, warning = byte(iana.AlertFatal), byte(iana.AlertWarning)
	clear := func(server string, records int) func(*testing.T, []byte) func(net.Conn) {
		return func(t *testing.T, alert []byte) func(net.Conn) {
			return behind(good(t, server), after(records, record(iana.ContentAlert, alert...)))
		}
	}
	// before stands for the message in whose place the alert comes, under keys;
	// 0: for what follows the handshake.
	keys := func(v iana.Version, before iana.HandshakeType) func(*testing.T, []byte) func(net.Conn) {
		return func(t *testing.T, alert []byte) func(net.Conn) {
			terms := today
			terms.Versions = []iana.Version{v}
			terms.Says = func(m []byte) (iana.ContentType, []byte) {
				if len(m) == 0 && before == 0 || len(m) > 0 && iana.HandshakeType(m[0]) == before {
					return iana.ContentAlert, alert
				}
				return iana.ContentHandshake, m
			}
			l := lab.New()
			t.Cleanup(l.Close)
			target, err := l.Script(context.Background(), terms)
			if err != nil {
				t.Fatal(err)
			}
			return behind(netip.MustParseAddrPort(target.Address), func(c *net.TCPConn, server io.Reader) { io.Copy(c, server); c.CloseWrite() })
		}
	}
	for _, tt := range []struct {
		name  string
		peer  func(*testing.T, []byte) func(net.Conn)
		alert []byte
		want  string
	}{
		{"40 for a ServerHello", clear("serve-today", 0), []byte{fatal, 40}, "server.no-usable-certificate exit 1"},
		{"49 for a ServerHello", clear("serve-today", 0), []byte{fatal, 49}, "exit 3 hello: alert 49"},
		{"112 for a ServerHello", clear("serve-today", 0), []byte{fatal, 112}, "sni.unrecognized exit 1"},
		{"a warning for a ServerHello", clear("serve-today", 0), []byte{warning, 40}, "exit 3 hello: closed without an alert"},
		{"another level for a ServerHello", clear("serve-today", 0), []byte{7, 40}, "server.protocol-violation exit 1"},
		{"120 after the ServerHello of 1.2", clear("serve-1.2", 1), []byte{fatal, 120}, "alpn.no-overlap exit 1"},
		{"115 after the Certificate of 1.2", clear("serve-1.2", 2), []byte{fatal, 115}, "exit 3 parameters: alert 115"},
		{"40 after the ServerHelloDone of 1.2", clear("serve-1.2", 4), []byte{fatal, 40}, "exit 3 finished: alert 40"},
		{"112 after the ServerHello of 1.3, in clear", clear("serve-today", 1), []byte{fatal, 112}, "sni.unrecognized exit 1"},
		{"80 after EncryptedExtensions", keys(iana.TLS13, iana.TypeCertificate), []byte{fatal, 80}, "exit 3 finished: alert 80"},
		{"112 after the Certificate of 1.3", keys(iana.TLS13, iana.TypeCertificateVerify), []byte{fatal, 112}, "exit 3 finished: alert 112"},
		{"a warning after CertificateVerify", keys(iana.TLS13, iana.TypeFinished), []byte{warning, 116}, "exit 3 finished: alert 116"},
		{"255 after the Finished of 1.3", keys(iana.TLS13, 0), []byte{fatal, 255}, "exit 3 finished: alert 255"},
		{"51 after the ChangeCipherSpec of 1.2", keys(iana.TLS12, iana.TypeFinished), []byte{fatal, 51}, "exit 3 finished: alert 51"},
		{"100 after the Finished of 1.2", keys(iana.TLS12, 0), []byte{fatal, 100}, "exit 3 finished: alert 100"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			peer := tt.peer(t, tt.alert)
			before := runtime.NumGoroutine()
			a := once(t, peer)
			nothingLeft(t, before)
			if got := told(a); !strings.HasPrefix(got, tt.want) {
				t.Errorf("got  %s\nwant %s\n%s", got, tt.want, trail(a))
			}
			if a.Result.Verdict == parley.VerdictOK || a.Connections > check.Connections {
				t.Errorf("%v after %d connections", a.Result.Verdict, a.Connections)
			}
		})
	}
}
