package probe

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// quicTwin is a peer that answers each datagram as a script has it.
type quicTwin struct {
	conn *net.UDPConn
	to   *net.UDPAddr // who asked last
	got  *wire.QUICPacket
	// first is the connection ID to which the client's first packet went.
	first  []byte
	heard  int
	number uint32
}

// twinOf serves answers until t ends. It counts what comes in heard.
func twinOf(t *testing.T, answer func(w *quicTwin)) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	w := &quicTwin{conn: conn}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFromUDP(b)
			if err != nil {
				return
			}
			p, _, err := wire.ParseQUICPacket(b[:n], 0)
			if err != nil || p.From == nil {
				continue
			}
			if w.first == nil {
				w.first = bytes.Clone(p.To)
			}
			w.to, w.got = from, p
			w.heard++
			answer(w)
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

func (w *quicTwin) send(b []byte) { w.conn.WriteToUDP(b, w.to) }

var twinID = []byte("the twin")

// initial sends an Initial with these frames, under the keys of the version.
func (w *quicTwin) initial(frames []byte) {
	_, server, err := keys.QUICInitial(w.got.Version, w.first)
	if err != nil {
		return
	}
	if n := 20 - len(frames); n > 0 {
		frames = append(frames, make([]byte, n)...)
	}
	h := wire.QUICHeader{Type: wire.QUICInitial, Version: w.got.Version, To: w.got.From, From: twinID, Number: w.number}
	w.number++
	b, at := h.Append(nil, len(frames)+server.Overhead())
	w.send(server.Seal(b, at, frames))
}

// retry sends a Retry from id.
func (w *quicTwin) retry(id []byte, spoil bool) {
	b := []byte{0xf0, 0, 0, 0, 1, byte(len(w.got.From))}
	b = append(append(append(b, w.got.From...), byte(len(id))), id...)
	b = append(b, "token"...)
	tag, _ := keys.QUICRetryTag(iana.QUIC1, w.first, b)
	if spoil {
		tag[0] ^= 1
	}
	w.send(append(b, tag...))
}

// versions lists versions.
func (w *quicTwin) versions(from []byte, list ...iana.QUICVersion) {
	b := []byte{0x80, 0, 0, 0, 0, byte(len(w.got.From))}
	b = append(append(append(b, w.got.From...), byte(len(from))), from...)
	for _, v := range list {
		b = append(b, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
	}
	w.send(b)
}

// quicTo is the whole hello of 1.3 to an address.
func quicTo(addr netip.AddrPort) parley.Attempt {
	return parley.QUICWhole(parley.Scope{Addr: addr, Name: "localhost", Transport: parley.TransportQUIC}, iana.QUIC1, "h3")
}

func TestEachWayInWhichAPeerOverQUICEndsIsAnotherAnswer(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		answer func(w *quicTwin)
		want   string
	}{
		"silence":       {func(*quicTwin) {}, "silence"},
		"alert":         {func(w *quicTwin) { w.initial(wire.AppendQUICClose(nil, 0x128)) }, "alert fatal handshake_failure(40)"},
		"refused":       {func(w *quicTwin) { w.initial(wire.AppendQUICClose(nil, 2)) }, "fin: CONNECTION_CLOSE CONNECTION_REFUSED"},
		"with a reason": {func(w *quicTwin) { w.initial([]byte{0x1c, 0x0a, 0, 3, 'b', 'a', 'd'}) }, `fin: CONNECTION_CLOSE PROTOCOL_VIOLATION: "bad"`},
		"other version": {func(w *quicTwin) { w.versions(w.got.To, iana.QUIC2) }, "versions: QUIC1 was asked for, of [QUIC2]"},
		"own version":   {func(w *quicTwin) { w.versions(w.got.To, iana.QUIC1) }, "silence: 2 datagrams came that do not belong to this connection"},
		"forged list":   {func(w *quicTwin) { w.versions([]byte("elsewhere"), iana.QUIC2) }, "silence: 2 datagrams came that do not belong to this connection"},
		"forged retry":  {func(w *quicTwin) { w.retry(twinID, true) }, "silence: 2 datagrams came that do not belong to this connection"},
		"not QUIC":      {func(w *quicTwin) { w.send([]byte("\x16\x03\x01\x00\x02hi")) }, "plaintext"},
		"nothing":       {func(w *quicTwin) { w.send(nil) }, "silence: 2 datagrams came that do not belong to this connection"},
		"no frame":      {func(w *quicTwin) { w.initial([]byte{0x21}) }, "malformed: Initial packet: QUIC frames: frame type at byte 1: expected one of RFC 9000, got 0x21"},
		"early frame":   {func(w *quicTwin) { w.initial([]byte{0x10, 1}) }, "malformed: Initial packet: expected frames of a handshake, got type 0x10"},
		"early end":     {func(w *quicTwin) { w.initial([]byte{0x1e}) }, "malformed: Initial packet: expected frames of a handshake, got HANDSHAKE_DONE"},
		"far offset":    {func(w *quicTwin) { w.initial(wire.AppendQUICCrypto(nil, 1<<30, []byte{2})) }, "limit: more than 262144 bytes of handshake, or too many pieces of it"},
		"certificate":   {func(w *quicTwin) { w.initial(wire.AppendQUICCrypto(nil, 0, []byte{11, 0, 0, 3, 0, 0, 0})) }, "malformed: message: expected a ServerHello, got certificate"},
		"gap":           {func(w *quicTwin) { w.initial(wire.AppendQUICCrypto(nil, 1, []byte{0, 0, 3})) }, "silence"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &Prober{Dialer: guard{}, Silence: 450 * time.Millisecond}
			r := p.Do(t.Context(), quicTo(twinOf(t, x.answer)))
			if got := summary(r); got != x.want {
				t.Errorf("got %s, want %s", got, x.want)
			}
		})
	}
}

func TestAClosedPortOverQUICRefusesAtOnce(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	conn.Close()
	for _, a := range []parley.Attempt{quicTo(addr), parley.QUICVersionsOf(quicTo(addr).Scope)} {
		r := (&Prober{Dialer: guard{}, Silence: time.Minute}).Do(t.Context(), a)
		if r.End != parley.EndConnectRefused {
			t.Errorf("%s: got %s, want refused", a.Name, summary(r))
		}
	}
}

func TestAPeerThatRetriesWithoutEndIsFollowedOnce(t *testing.T) {
	t.Parallel()
	heard := make(chan int, 1000)
	addr := twinOf(t, func(w *quicTwin) {
		heard <- w.heard
		w.retry([]byte{byte(w.heard), 1, 2, 3}, false)
	})
	r := prober().Do(t.Context(), quicTo(addr))
	if r.End != parley.EndSilence || !r.QUIC.Retry {
		t.Errorf("got %s, retry %t", summary(r), r.QUIC.Retry)
	}
	if len(heard) > quicMaxSent {
		t.Errorf("the peer heard %d datagrams", len(heard))
	}
}

func TestAFloodOverQUICIsBounded(t *testing.T) {
	t.Parallel()
	for name, flood := range map[string]func(w *quicTwin){
		"of garbage": func(w *quicTwin) { w.send(bytes.Repeat([]byte{0x41}, 1200)) },
		"of pings":   func(w *quicTwin) { w.initial([]byte{1}) },
		"of pieces":  func(w *quicTwin) { w.initial(wire.AppendQUICCrypto(nil, 10+2*uint64(w.number), []byte{9})) },
		"of copies":  func(w *quicTwin) { w.initial(wire.AppendQUICCrypto(nil, 0, []byte{2, 0, 1})) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			heard := make(chan int, 10000)
			addr := twinOf(t, func(w *quicTwin) {
				heard <- 1
				if w.heard == 1 {
					for range 3 * quicMaxReceived {
						flood(w)
					}
				}
			})
			began := time.Now()
			r := prober().Do(t.Context(), quicTo(addr))
			if r.End != parley.EndLimit && r.End != parley.EndSilence || time.Since(began) > 3*time.Second {
				t.Errorf("got %s after %v", summary(r), time.Since(began))
			}
			if len(heard) > quicMaxSent {
				t.Errorf("the peer heard %d datagrams, want at most %d", len(heard), quicMaxSent)
			}
		})
	}
}

func TestADripOverQUICEndsInTime(t *testing.T) {
	t.Parallel()
	addr := twinOf(t, func(w *quicTwin) { w.initial([]byte{1}) }) // each of our packets is answered with one that wants an answer
	r := (&Prober{Dialer: guard{}, Silence: 100 * time.Millisecond}).Do(t.Context(), quicTo(addr))
	if r.End != parley.EndSilence || r.Took > 2*time.Second {
		t.Errorf("got %s after %v", summary(r), r.Took)
	}
}

func TestAnInterruptedAttemptOverQUICEndsAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	addr := twinOf(t, func(*quicTwin) { cancel() })
	r := (&Prober{Dialer: guard{}, Silence: time.Minute}).Do(ctx, quicTo(addr))
	if r.End != parley.EndInterrupted {
		t.Errorf("got %s", summary(r))
	}
}

func TestPacketNumbersAreKeptAsRanges(t *testing.T) {
	t.Parallel()
	var ns numbers
	for _, n := range []uint64{5, 3, 9, 4, 0, 8, 5, 1} {
		ns.add(n)
	}
	if want := (numbers{{8, 9}, {3, 5}, {0, 1}}); !slices.Equal(ns, want) || ns.largest() != 9 {
		t.Errorf("got %v, want %v", ns, want)
	}
	if ns.add(4) || !ns.add(2) || len(ns) != 2 {
		t.Errorf("got %v after 4, which was there, and 2, which closes a gap", ns)
	}
	for n := range uint64(200) {
		ns.add(1000 + 3*n)
	}
	if len(ns) != maxNumbers || ns.largest() != 1597 {
		t.Errorf("%d ranges up to %d", len(ns), ns.largest())
	}
}

func TestPiecesOfAStreamComeInAnyOrder(t *testing.T) {
	t.Parallel()
	s := stream{limit: 100}
	var got []byte
	for _, x := range []struct {
		offset uint64
		data   string
	}{{6, "world"}, {2, "llo "}, {0, "he"}, {0, "hello wo"}, {9, "ld!"}, {4, ""}} {
		if !s.add(x.offset, []byte(x.data)) {
			t.Fatalf("refused %q", x.data)
		}
		got = append(got, s.next()...)
	}
	if string(got) != "hello world!" {
		t.Errorf("got %q", got)
	}
	if s.add(98, []byte("abc")) {
		t.Error("a piece beyond the limit was taken")
	}
}

// lossy passes datagrams on between a client and server, without those that lose
// names, counted from 1 in each direction.
func lossy(t *testing.T, server netip.AddrPort, lost func(toServer bool, n int) bool) netip.AddrPort {
	t.Helper()
	front, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	back, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(server))
	if err != nil {
		t.Fatal(err)
	}
	var client atomic.Pointer[net.UDPAddr]
	var wg sync.WaitGroup
	wg.Go(func() {
		b := make([]byte, 2048)
		for n := 1; ; n++ {
			size, from, err := front.ReadFromUDP(b)
			if err != nil {
				return
			}
			client.Store(from)
			if !lost(true, n) {
				back.Write(b[:size])
			}
		}
	})
	wg.Go(func() {
		b := make([]byte, 2048)
		for n := 1; ; n++ {
			size, err := back.Read(b)
			if err != nil {
				return
			}
			if !lost(false, n) {
				front.WriteToUDP(b[:size], client.Load())
			}
		}
	})
	t.Cleanup(func() { front.Close(); back.Close(); wg.Wait() })
	return front.LocalAddr().(*net.UDPAddr).AddrPort()
}

func TestLostDatagramsAreSentAgain(t *testing.T) {
	realServer(t)
	s := peers.Start(t, peers.QUICGo, peers.Config{ALPN: []string{"h3"}, Cert: peers.RSA4096})
	for name, lost := range map[string]func(toServer bool, n int) bool{
		"none":                        func(bool, int) bool { return false },
		"the first of the client":     func(toServer bool, n int) bool { return toServer && n == 1 },
		"the first two of the client": func(toServer bool, n int) bool { return toServer && n <= 2 },
		"the first of the server":     func(toServer bool, n int) bool { return !toServer && n == 1 },
		"the second of the server":    func(toServer bool, n int) bool { return !toServer && n == 2 },
		"every other of the server":   func(toServer bool, n int) bool { return !toServer && n%2 == 1 },
		"every third":                 func(_ bool, n int) bool { return n%3 == 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := overQUIC(&peers.Server{Addr: lossy(t, s.Addr, lost)}, iana.QUIC1, parley.StopFinished)
			a.Hello.SetExtension(0x6a6a, make([]byte, 1200)) // two datagrams
			a = a.Identify()
			if r := patient().Do(t.Context(), a); !r.AnswerTo(a).Completes() {
				t.Errorf("got %s after %v\n%s", summary(r), r.Took, items(r))
			}
		})
	}
}

func TestTransportParametersMustNameTheConnection(t *testing.T) {
	t.Parallel()
	id := func(p iana.QUICParameter, value string) wire.QUICParameter {
		return wire.QUICParameter{ID: p, Value: []byte(value)}
	}
	first, source, retry := id(iana.QUICOriginalDestination, "original"), id(iana.QUICInitialSource, "server"), id(iana.QUICRetrySource, "retry")
	for _, x := range []struct {
		name    string
		retried bool
		ps      []wire.QUICParameter
		want    string
	}{
		{name: "all is well", ps: []wire.QUICParameter{first, source}},
		{name: "after a Retry", retried: true, ps: []wire.QUICParameter{first, source, retry}},
		{name: "no Retry was", ps: []wire.QUICParameter{first, source, retry}, want: "retry_source_connection_id: expected it to be there: false, got true"},
		{name: "the Retry is denied", retried: true, ps: []wire.QUICParameter{first, source}, want: "retry_source_connection_id: expected it to be there: true, got false"},
		{name: "another first packet", ps: []wire.QUICParameter{id(iana.QUICOriginalDestination, "x"), source}, want: "original_destination_connection_id: expected 6f726967696e616c, got 78"},
		{name: "another server", ps: []wire.QUICParameter{first, id(iana.QUICInitialSource, "x")}, want: "initial_source_connection_id: expected 736572766572, got 78"},
	} {
		q := &quicConn{original: []byte("original"), to: []byte("server")}
		if x.retried {
			q.retryFrom = []byte("retry")
		}
		m := &wire.EncryptedExtensions{Extensions: []wire.Extension{{Type: iana.ExtQUICTransportParameters, Data: wire.AppendQUICParameters(nil, x.ps)}}}
		if got := q.checkParameters(m); got != x.want {
			t.Errorf("%s: got %q, want %q", x.name, got, x.want)
		}
	}
	q := &quicConn{}
	if got := q.checkParameters(&wire.EncryptedExtensions{}); got != "expected some, got none" {
		t.Errorf("without: got %q", got)
	}
	m := &wire.EncryptedExtensions{Extensions: []wire.Extension{{Type: iana.ExtQUICTransportParameters, Data: []byte{4}}}}
	if got := q.checkParameters(m); got == "" {
		t.Error("malformed parameters were taken")
	}
}
