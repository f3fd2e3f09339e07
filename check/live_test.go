package check_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/wire"
)

// liveClients are programs that make one connection of TLS to a port of this
// machine; none verifies the certificate, which is not what is compared.
var liveClients = []struct {
	name string
	argv string // PORT stands for the port, PEERS for where install.sh puts old programs, CLASSES for the client of Java
}{
	{name: "openssl s_client", argv: "openssl s_client -connect 127.0.0.1:PORT -servername localhost -alpn h2,http/1.1"},
	{name: "openssl s_client up to 1.2", argv: "openssl s_client -connect 127.0.0.1:PORT -servername localhost -no_tls1_3"},
	{name: "openssl s_client with P-384 first", argv: "openssl s_client -connect 127.0.0.1:PORT -groups P-384:X25519"},
	{name: "curl", argv: "curl -sk https://localhost:PORT/"},
	{name: "wget", argv: "wget -q -t 1 --no-check-certificate -O - https://localhost:PORT/"},
	{name: "gnutls-cli", argv: "gnutls-cli --insecure --verify-allow-broken -p PORT localhost"},
	{name: "tstclnt", argv: "tstclnt -D -o -Q -h 127.0.0.1 -a localhost -p PORT"},
	{name: "git", argv: "git -c http.sslVerify=false ls-remote https://localhost:PORT/x.git"},
	{name: "socat", argv: "socat -T 1 - OPENSSL:localhost:PORT,verify=0"},
	{name: "redis-cli", argv: "redis-cli --tls --insecure --sni localhost -h 127.0.0.1 -p PORT ping"},
	{name: "java", argv: "java -XX:TieredStopAtLevel=1 -Xmx64m -cp CLASSES -Dclient.name=shop.localhost Client 127.0.0.1 PORT"},
	{name: "python3", argv: "/usr/bin/python3 testdata/client.py PORT"},
	{name: "node 20", argv: "node testdata/client.js PORT"},
	{name: "node 8", argv: "PEERS/node-8.17.0/bin/node testdata/client.js PORT"},
	{name: "node 6", argv: "PEERS/node-6.17.1/bin/node testdata/client.js PORT"},
	{name: "node 4", argv: "PEERS/node-4.9.1/bin/node testdata/client.js PORT"},
	{name: "node 0.12", argv: "PEERS/node-0.12.18/bin/node testdata/client.js PORT"},
	{name: "node 0.10", argv: "PEERS/node-0.10.48/bin/node testdata/client.js PORT"},
	{name: "node 0.8", argv: "PEERS/node-0.8.28/bin/node testdata/client.js PORT"},
	{name: "go"}, // crypto/tls, in this process
}

// liveServers answer them, each with an RSA certificate: its signatures have
// one length.
var liveServers = []struct {
	stack  peers.Stack
	config peers.Config
}{
	{stack: peers.Nginx},
	{stack: peers.Nginx, config: peers.Config{Versions: []iana.Version{iana.TLS13}, Groups: "P-384"}},
	{stack: peers.HAProxy, config: peers.Config{ALPN: []string{"http/1.1"}}},
	{stack: peers.GnuTLS},
	{stack: peers.NSS},
	{stack: peers.Java},
	{stack: peers.Go, config: peers.Config{ALPN: []string{"h2"}}},
}

// TestAReplayGetsTheAnswerThatTheLiveClientGot runs each client through a relay
// to each server, and then replays what it sent as "--as hello:FILE" does.
func TestAReplayGetsTheAnswerThatTheLiveClientGot(t *testing.T) {
	if testing.Short() && os.Getenv("CI") != "true" {
		t.Skip("SKIPPED: real servers take too long for -short")
	}
	classes := javaClient(t)
	for _, x := range liveServers {
		t.Run(fmt.Sprintf("%s %v", x.stack, x.config.Versions), func(t *testing.T) {
			t.Parallel()
			s := peers.Start(t, x.stack, x.config)
			for _, c := range liveClients {
				sent, live := runLive(t, strings.ReplaceAll(c.argv, "CLASSES", classes), s.Addr)
				if len(sent) == 0 {
					t.Errorf("%s sends no hello", c.name)
					continue
				}
				a := asFile(t, s.Addr, "", sent)
				a.Until = parley.StopFlight // what follows was written for the live client's own keys
				replay := classOf(itemsOf(patient().Do(t.Context(), a)))
				if live == "" || live != replay {
					t.Errorf("%s:\n  live %s\nreplay %s", c.name, live, replay)
				}
			}
		})
	}
}

// TestRealServersAnswerEveryHelloOfTheCorpusWithTLS replays all hellos at nginx,
// and every other one at the servers of other TLS libraries, in turns; it goes on
// to the end of the handshake where the keys of suite and group are had.
func TestRealServersAnswerEveryHelloOfTheCorpusWithTLS(t *testing.T) {
	if testing.Short() && os.Getenv("CI") != "true" {
		t.Skip("SKIPPED: real servers take too long for -short")
	}
	all := corpus(t)
	for turn, stack := range []peers.Stack{peers.Nginx, peers.HAProxy, peers.GnuTLS, peers.NSS, peers.Java, peers.Go} {
		t.Run(string(stack), func(t *testing.T) {
			t.Parallel()
			hellos := all
			if stack != peers.Nginx {
				hellos = everyOther(all, turn%2)
			}
			s := peers.Start(t, stack, peers.Config{})
			p := patient()
			replies := make([]parley.Reply, len(hellos))
			attempts := make([]parley.Attempt, len(hellos))
			var running sync.WaitGroup
			for i, h := range hellos {
				a := asFile(t, s.Addr, "", h.raw)
				a.Until = parley.StopFinished
				attempts[i] = a.Identify()
				running.Go(func() { replies[i] = p.Do(t.Context(), attempts[i]) })
			}
			running.Wait()
			through, unfollowed, refused := 0, 0, 0
			for i, r := range replies {
				switch x := r.AnswerTo(attempts[i]); {
				case x.Completes() && r.Unfollowed == "":
					through++
				case x.Accepted() && r.Unfollowed != "":
					unfollowed++
				case r.End == parley.EndAlert && !x.Accepted():
					refused++
				default:
					t.Errorf("%v: %v %s", hellos[i], r.End, r.Detail)
				}
			}
			if through < len(hellos)*9/10 {
				t.Errorf("only %d of %d go through to the end", through, len(hellos))
			}
			t.Logf("of %d hellos %d go through to the end, %d as far as the keys are had, %d are refused by an alert", len(hellos), through, unfollowed, refused)
		})
	}
}

// javaClient compiles the client of Java, and returns where it is: "java
// Client.java" would compile it at each start.
func javaClient(t *testing.T) string {
	t.Helper()
	peers.Need(t, peers.Java)
	dir := t.TempDir()
	const source = "../internal/pairs/testdata/Client.java"
	if out, err := exec.Command("javac", "-J-XX:TieredStopAtLevel=1", "-proc:none", "-d", dir, source).CombinedOutput(); err != nil {
		t.Fatalf("javac: %v: %s", err, out)
	}
	return dir
}

// everyOther is one half of the hellos, so taken that both have hellos of each
// program: captures of one stand side by side.
func everyOther(all []captured, from int) (out []captured) {
	for i := from; i < len(all); i += 2 {
		out = append(out, all[i])
	}
	return out
}

// runLive runs a client against a relay to a server; it returns what the client
// sent first, and the class of the server's first flight.
func runLive(t *testing.T, argv string, to netip.AddrPort) (sent []byte, answer string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	at, recorded := recordingRelay(t, ctx, to)
	if argv == "" {
		d := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, ServerName: "localhost", NextProtos: []string{"h2", "http/1.1"}}}
		if c, err := d.DialContext(ctx, "tcp", at.String()); err == nil {
			c.Close()
		}
	} else {
		cache := os.Getenv("PARLEY_PEERS")
		if home, err := os.UserHomeDir(); cache == "" && err == nil {
			cache = filepath.Join(home, ".cache", "parley-peers")
		}
		args := strings.Fields(strings.NewReplacer("PORT", fmt.Sprint(at.Port()), "PEERS", cache).Replace(argv))
		if _, err := exec.LookPath(args[0]); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%v: run internal/peers/install.sh", err)
			}
			t.Skipf("SKIPPED: %v: run internal/peers/install.sh", err)
		}
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Env = append(os.Environ(), "NO_PROXY=*", "no_proxy=*", "GIT_TERMINAL_PROMPT=0")
		cmd.CombinedOutput() // whether it likes the certificate is its own matter
	}
	sent, flight := recorded()
	d := wire.NewDecoder(wire.FromServer)
	d.Write(flight)
	var items []wire.Item
	for it, ok := d.Next(); ok; it, ok = d.Next() {
		items = append(items, it)
	}
	return sent, classOf(items)
}

// recordingRelay passes one connection on to a server. What it returns waits
// for the end of the connection, and then hands over the client's hello and the
// server's first flight: what the server said before the client went on, a
// second hello excepted.
func recordingRelay(t *testing.T, ctx context.Context, to netip.AddrPort) (netip.AddrPort, func() (hello, flight []byte)) {
	t.Helper()
	var mu sync.Mutex
	var hello, second, flight []byte
	over := false
	done := make(chan struct{})
	taken := false
	at := serve(t, func(client net.Conn) {
		mu.Lock()
		first := !taken
		taken = true
		mu.Unlock()
		if !first {
			return // a second try of the same program
		}
		defer close(done)
		server, err := net.Dial("tcp", to.String())
		if err != nil {
			return
		}
		defer server.Close()
		defer context.AfterFunc(ctx, func() { client.Close(); server.Close() })()
		var both sync.WaitGroup
		pass := func(from, into net.Conn, keep func([]byte)) {
			b := make([]byte, 1<<16)
			for {
				n, err := from.Read(b)
				mu.Lock()
				keep(b[:n])
				mu.Unlock()
				into.Write(b[:n])
				if err != nil {
					into.(*net.TCPConn).CloseWrite()
					return
				}
			}
		}
		both.Go(func() {
			pass(client, server, func(b []byte) {
				if len(flight) == 0 {
					hello = append(hello, b...)
					return
				}
				if second = append(second, b...); goesOn(second) {
					over = true
					// Nothing more is wanted; some wait for the other to close.
					client.Close()
					server.Close()
				}
			})
		})
		both.Go(func() {
			pass(server, client, func(b []byte) {
				if !over { // what a kernel still had comes after that
					flight = append(flight, b...)
				}
			})
		})
		both.Wait()
	})
	return at, func() ([]byte, []byte) {
		select {
		case <-done:
		case <-ctx.Done():
		}
		mu.Lock()
		defer mu.Unlock()
		return hello, flight
	}
}

// goesOn says whether a client that was answered sent anything but a second hello.
func goesOn(b []byte) bool {
	compatibility := []byte{20, 3, 3, 0, 1, 1}
	b = bytes.TrimPrefix(b, compatibility)
	const header = 5
	if len(b) <= header {
		return false
	}
	return iana.ContentType(b[0]) != iana.ContentHandshake || iana.HandshakeType(b[header]) != iana.TypeClientHello
}

// itemsOf are what the server said in a reply.
func itemsOf(r parley.Reply) (items []wire.Item) {
	for _, e := range r.Events {
		if e.From == parley.ServerSide {
			items = append(items, e.Item)
		}
	}
	return items
}

// classOf is what of an answer does not change from one connection to the next.
func classOf(items []wire.Item) string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	version := iana.Version(0)
	for _, it := range items {
		switch m := it.Message.(type) {
		case *wire.ServerHello:
			group, _ := m.Group()
			if version = m.Version(); m.IsHelloRetryRequest() {
				say("retry %v %v %v", version, m.Suite, group)
				continue
			}
			alpn, _ := m.ALPN()
			say("%v %v %v %q", version, m.Suite, group, alpn)
			for _, x := range m.Extensions {
				say("%v", x.Type)
			}
		case *wire.Certificate:
			say("certificate %x", sha256.Sum256(bytes.Join(m.Raw, nil)))
		case *wire.ServerKeyExchange:
			say("%v %v DH %d", m.Group, m.Scheme, m.PBits)
		case *wire.CertificateRequest, *wire.ServerHelloDone:
			say("%v", it.Type)
		}
		switch it.Kind {
		case wire.KindAlert:
			say("alert %v", it.Alert.Description)
		case wire.KindApplicationData:
			// The first encrypted record tells by its length what is in it.
			say("encrypted %d", len(it.Raw))
			return strings.Join(out, ", ")
		}
	}
	return strings.Join(out, ", ")
}

// patient is a prober for real servers, some of which take their time.
func patient() *probe.Prober {
	return &probe.Prober{Dialer: &loopbackOnly{}, Silence: 5 * time.Second}
}
