package probe

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// datagramPeer is a scripted server over UDP: of what it is to answer datagram number
// n, from zero, with the hellos that are complete so far.
type datagramPeer func(n int, hellos []*wire.ClientHello, raw []byte) [][]byte

// serveUDP runs a script at a new loopback address. got returns the datagrams that
// came so far.
func serveUDP(t testing.TB, script datagramPeer) (addr netip.AddrPort, got func() [][]byte) {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var came [][]byte
	var wg sync.WaitGroup
	t.Cleanup(func() { c.Close(); wg.Wait() })
	wg.Go(func() {
		dec := wire.NewDatagramDecoder(wire.FromClient)
		var hellos []*wire.ClientHello
		b := make([]byte, 1<<16)
		for n := 0; ; n++ {
			size, from, err := c.ReadFromUDPAddrPort(b)
			if err != nil {
				return
			}
			raw := bytes.Clone(b[:size])
			mu.Lock()
			came = append(came, raw)
			mu.Unlock()
			dec.Write(raw)
			for it, ok := dec.Next(); ok; it, ok = dec.Next() {
				if h, ok := it.Message.(*wire.ClientHello); ok {
					hellos = append(hellos, h)
				}
			}
			for _, d := range script(n, hellos, raw) {
				c.WriteToUDPAddrPort(d, from)
			}
		}
	})
	return c.LocalAddr().(*net.UDPAddr).AddrPort(), func() [][]byte {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(came)
	}
}

// over12 is an attempt over DTLS 1.2 with a few suites.
func over12(addr netip.AddrPort) parley.Attempt {
	a := parley.Whole(parley.Scope{Addr: addr, Name: "probe.example", Transport: parley.TransportDTLS}, iana.DTLS12)
	a.Hello.Suites = []iana.Suite{0xc02f, 0x002f}
	return a.Identify()
}

func clear(typ iana.ContentType, seq int, b ...byte) []byte {
	return wire.AppendDTLSRecord(nil, wire.DTLSRecord{Type: typ, Version: iana.DTLS12, Seq: uint64(seq), Payload: b})
}

// inPieces are handshake messages in datagrams, the first of which has the number
// first, cut as Fragments has it.
func inPieces(first int, messages [][]byte, sizes ...int) (out [][]byte) {
	for i, m := range messages {
		for _, p := range wire.Fragments(m, uint16(first+i), sizes...) {
			out = append(out, clear(iana.ContentHandshake, len(out), p...))
		}
	}
	return out
}

// flightOver12 is a server's whole first flight under the suite 002f.
func flightOver12() [][]byte {
	h := &wire.ServerHello{LegacyVersion: iana.DTLS12, Suite: 0x002f, OmitExtensions: true}
	c := &wire.Certificate{Raw: [][]byte{bytes.Repeat([]byte{0x30}, 900)}}
	return [][]byte{h.Message(), message(iana.TypeCertificate, c.Body()...), message(iana.TypeServerHelloDone)}
}

func verifying(cookie string) [][]byte {
	m := &wire.HelloVerifyRequest{Version: iana.DTLS10, Cookie: []byte(cookie)}
	return inPieces(0, [][]byte{m.Message()})
}

// once answers the first datagram, and nothing after that.
func once(answer ...[]byte) datagramPeer {
	return func(n int, _ []*wire.ClientHello, _ []byte) [][]byte {
		if n > 0 {
			return nil
		}
		return answer
	}
}

func TestEachEndOverDTLSIsToldApart(t *testing.T) {
	refusal := clear(iana.ContentAlert, 0, 2, 40)
	noise := []byte("SIP/2.0 400 Bad Request\r\n")
	endless := func(n int, _ []*wire.ClientHello, _ []byte) [][]byte { return verifying(fmt.Sprint("cookie ", n)) }
	long := wire.Fragments(message(iana.TypeCertificate, make([]byte, 100)...), 0)[0]
	long[1] = 0xff // of 16 MiB, as it says
	for _, tc := range []struct {
		name        string
		peer        datagramPeer
		want, plain string
	}{
		{name: "an alert", peer: once(refusal), want: "alert fatal handshake_failure(40)"},
		{name: "a flight", peer: once(inPieces(0, flightOver12())...), want: "stopped"},
		{name: "a flight in pieces, in another order, some twice", peer: once(shaken(inPieces(0, flightOver12(), 97))...), want: "stopped"},
		{name: "a cookie, a flight", peer: func(n int, hellos []*wire.ClientHello, _ []byte) [][]byte {
			if h := hellos[len(hellos)-1]; string(h.Cookie) == "the cookie" {
				return inPieces(1, flightOver12())
			}
			return verifying("the cookie")
		}, want: "stopped"},
		{name: "the first two hellos are lost", peer: func(n int, _ []*wire.ClientHello, _ []byte) [][]byte {
			if n == 2 {
				return [][]byte{refusal}
			}
			return nil
		}, want: "alert fatal handshake_failure(40)"},
		{name: "a piece is lost, and comes when the hello comes again", peer: func(n int, _ []*wire.ClientHello, _ []byte) [][]byte {
			all := inPieces(0, flightOver12(), 300)
			return slices.Delete(all, n, n+1)
		}, want: "stopped"},
		{name: "a piece is lost for ever", peer: func(_ int, _ []*wire.ClientHello, _ []byte) [][]byte {
			return slices.Delete(inPieces(0, flightOver12(), 300), 2, 3)
		}, want: "silence: the first flight was not complete after DURATION, with its datagrams sent again"},
		{name: "nothing", peer: once(), want: "silence"},
		{name: "a cookie, then nothing", peer: once(verifying("x")...), want: "silence"},
		{name: "something else", peer: once(noise), want: "plaintext", plain: string(noise)},
		{name: "something else, and an alert", peer: once(noise, noise, refusal), want: "alert fatal handshake_failure(40)"},
		{name: "TLS", peer: once(hello12()), want: "plaintext", plain: string(hello12())},
		{name: "cookies without end", peer: endless, want: "malformed: message: expected a ServerHello, got HelloVerifyRequest number 4"},
		{name: "a message longer than any", peer: once(clear(iana.ContentHandshake, 0, long...)), want: "limit: handshake: length at byte 1: expected at most 262144 bytes, got 16711780 bytes"},
		{name: "another version", peer: once(inPieces(0, [][]byte{(&wire.ServerHello{LegacyVersion: iana.TLS12, Suite: 0x002f, OmitExtensions: true}).Message()})...),
			want: "malformed: ServerHello: version: expected one that was offered, at most DTLS1.2, got 1.2"},
		{name: "a suite that was not offered", peer: once(inPieces(0, [][]byte{(&wire.ServerHello{LegacyVersion: iana.DTLS10, Suite: 0x0035, OmitExtensions: true}).Message()})...),
			want: "malformed: ServerHello: cipher_suite: expected one of the 2 offered, got TLS_RSA_WITH_AES_256_CBC_SHA"},
		{name: "the end of a flight first", peer: once(inPieces(0, [][]byte{message(iana.TypeServerHelloDone)})...), want: "malformed: message: expected a ServerHello, got server_hello_done"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			addr, _ := serveUDP(t, tc.peer)
			p := prober()
			p.Silence = 1500 * time.Millisecond
			r := p.Do(t.Context(), over12(addr))
			got := summary(r)
			if before, after, ok := strings.Cut(got, "complete after "); ok {
				_, after, _ = strings.Cut(after, ",")
				got = before + "complete after DURATION," + after
			}
			if got != tc.want || string(r.Plain) != tc.plain {
				t.Errorf("got  %s, plain %q\nwant %s, plain %q\n%s", got, r.Plain, tc.want, tc.plain, items(r))
			}
		})
	}
}

// shaken puts datagrams into another order, each second one twice.
func shaken(in [][]byte) (out [][]byte) {
	for i, d := range in {
		if i%2 == 0 {
			out = append(out, d, d)
		} else {
			out = slices.Insert(out, i%len(out), d)
		}
	}
	slices.Reverse(out)
	return out
}

func TestAClosedPortOfUDPIsRefused(t *testing.T) {
	t.Parallel()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	addr := c.LocalAddr().(*net.UDPAddr).AddrPort()
	c.Close()
	began := time.Now()
	if r := prober().Do(t.Context(), over12(addr)); summary(r) != "refused" {
		t.Errorf("got %s", summary(r))
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAHelloOverDTLSIsSentAgainAsItWas(t *testing.T) {
	t.Parallel()
	addr, got := serveUDP(t, once())
	p := prober()
	p.Silence = 1300 * time.Millisecond
	p.Do(t.Context(), over12(addr))
	sent := got()
	if len(sent) < 2 || len(sent) > 3 { // at once, after 0.4 and, if there is time, after 1.2 s
		t.Fatalf("%d datagrams were sent, want 2 or 3", len(sent))
	}
	for i, d := range sent {
		if seq := d[10]; int(seq) != i || !bytes.Equal(d[13:], sent[0][13:]) {
			t.Errorf("datagram %d has the number %d and says the same: %v", i, seq, bytes.Equal(d[13:], sent[0][13:]))
		}
	}
}

func TestALongHelloOverDTLSIsCut(t *testing.T) {
	t.Parallel()
	addr, got := serveUDP(t, func(_ int, hellos []*wire.ClientHello, _ []byte) [][]byte {
		if len(hellos) == 0 {
			return nil
		}
		return [][]byte{clear(iana.ContentAlert, 0, 2, 40)}
	})
	a := over12(addr)
	a.Hello.Pad(4000)
	if r := prober().Do(t.Context(), a); summary(r) != "alert fatal handshake_failure(40)" {
		t.Errorf("got %s", summary(r))
	}
	for _, d := range got() {
		if len(d) > datagramMost {
			t.Errorf("a datagram of %d bytes", len(d))
		}
	}
}

// A server that does one handshake after the other waits for the rest of one that
// was broken off, unless it is told.
func TestAServerInItsFlightIsToldThatItIsOver(t *testing.T) {
	t.Parallel()
	told := make(chan []byte, 8)
	addr, _ := serveUDP(t, func(n int, _ []*wire.ClientHello, raw []byte) [][]byte {
		if n == 0 {
			return inPieces(0, flightOver12())
		}
		told <- raw
		return nil
	})
	if r := prober().Do(t.Context(), over12(addr)); r.End != parley.EndStopped {
		t.Fatalf("got %s", summary(r))
	}
	if got, want := <-told, clear(iana.ContentAlert, 1, 2, 90); !bytes.Equal(got[3:], want[3:]) {
		t.Errorf("got %x, want %x", got, want)
	}
}

func TestAFloodOfDatagramsIsBounded(t *testing.T) {
	t.Parallel()
	var before, after runtime.MemStats
	noise := bytes.Repeat([]byte{0xff}, 1400)
	ahead := inPieces(3, [][]byte{message(iana.TypeCertificate, make([]byte, 200<<10)...)}, 1300)
	for _, tc := range []struct {
		name, want string
		with       [][]byte
	}{
		{name: "of noise", want: "limit: more than 20000 bytes", with: slices.Repeat([][]byte{noise}, 40)},
		{name: "of pieces of what is not due", want: "limit: more than 20000 bytes", with: ahead[:40]},
		{name: "of warnings", want: "limit: more than 64 records or messages", with: warnings(100)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			addr, _ := serveUDP(t, func(int, []*wire.ClientHello, []byte) [][]byte { return tc.with })
			a := over12(addr)
			p := prober()
			p.Silence, p.MaxBytes = 30*time.Second, 20000
			runtime.ReadMemStats(&before)
			began := time.Now()
			r := p.Do(t.Context(), a)
			runtime.ReadMemStats(&after)
			if got := summary(r); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			if took := time.Since(began); took > 25*time.Second {
				t.Errorf("it took %v", took)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
				t.Errorf("%d bytes were allocated", used)
			}
		})
	}
}

func warnings(n int) (out [][]byte) {
	for i := range n {
		out = append(out, clear(iana.ContentAlert, i, 1, 112))
	}
	return out
}

func TestAnAttemptOverDTLSEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	addr, _ := serveUDP(t, func(int, []*wire.ClientHello, []byte) [][]byte { cancel(); return nil })
	p := prober()
	p.Silence = time.Minute
	if r := p.Do(ctx, over12(addr)); summary(r) != "interrupted" {
		t.Errorf("got %s", summary(r))
	}
}

func TestWhatDTLSDoesNotCarryIsSaid(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddrPort("127.0.0.1:9")
	for _, tc := range []struct {
		want   string
		change func(*parley.Attempt)
	}{
		{want: "DTLS does not go through a proxy", change: func(a *parley.Attempt) { a.Scope.Via = "socks5://127.0.0.1:1" }},
		{want: "nothing comes before the hello of DTLS", change: func(a *parley.Attempt) { a.Prologue = []parley.Step{{Kind: parley.StepListen}} }},
		{want: "the hello is none of DTLS", change: func(a *parley.Attempt) { a.Hello = modern("probe.example") }},
		{want: "the hello is none of DTLS", change: func(a *parley.Attempt) { a.Hello = nil }},
	} {
		a := over12(addr)
		tc.change(&a)
		if got := summary(prober().Do(t.Context(), a)); got != "local-error: "+tc.want {
			t.Errorf("got %s, want %s", got, tc.want)
		}
	}
}
