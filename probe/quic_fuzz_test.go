package probe

import (
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// bareConn is a connection that has sent its hello, without a socket.
func bareConn(t testing.TB, until parley.Stop) *quicConn {
	t.Helper()
	a := parley.QUICWhole(parley.Scope{Name: "localhost", Transport: parley.TransportQUIC}, iana.QUIC1, "h3")
	a.Until = until
	x := &run{p: &Prober{}, a: a, r: parley.Reply{QUIC: &parley.QUICReply{}}, origin: time.Now()}
	f := &flight{run: x, dec: wire.NewDecoder(wire.FromServer), seen: map[iana.HandshakeType]bool{}}
	f.dec.Limit = 1 << 16
	q := &quicConn{flight: f, version: iana.QUIC1, to: []byte("original"), from: []byte("ourselve"), original: []byte("original")}
	x.quic = q
	for i, kind := range []wire.QUICPacketType{wire.QUICInitial, wire.QUICHandshake, wire.QUICShort} {
		q.levels[i].kind, q.levels[i].heard.limit = kind, 1<<16
	}
	if e := q.initialKeys(); e != nil {
		t.Fatal(e.detail)
	}
	hello, shares, err := freshen(x.p.rand(), a.Hello, false)
	if err != nil {
		t.Fatal(err)
	}
	q.hello, q.shares = hello, shares
	q.follow = newFollow(f)
	q.say(0, hello.Message())
	return q
}

// sealed is an Initial of the server with frames.
func sealed(t testing.TB, frames []byte, number uint32) []byte {
	t.Helper()
	_, server, err := keys.QUICInitial(iana.QUIC1, []byte("original"))
	if err != nil {
		t.Fatal(err)
	}
	h := wire.QUICHeader{Type: wire.QUICInitial, Version: iana.QUIC1, To: []byte("ourselve"), From: twinID, Number: number}
	b, at := h.Append(nil, len(frames)+server.Overhead())
	return server.Seal(b, at, frames)
}

func FuzzQUICConnection(f *testing.F) {
	f.Add(wire.AppendQUICCrypto(nil, 0, []byte{2, 0, 0, 4, 3, 3, 0, 0}), []byte{0x40}, true)
	f.Add(wire.AppendQUICClose(wire.AppendQUICAck(nil, [][2]uint64{{0, 3}}), 0x128), []byte{0x80, 0, 0, 0, 0}, false)
	f.Fuzz(func(t *testing.T, frames, datagram []byte, whole bool) {
		until := parley.StopFlight
		if whole {
			until = parley.StopFinished
		}
		q := bareConn(t, until)
		for len(frames) < 4 {
			frames = append(frames, 0)
		}
		if len(frames) > 1<<13 {
			return
		}
		for i, b := range [][]byte{datagram, sealed(t, frames, 1), sealed(t, frames, 2), datagram} {
			if e := q.take(b); e != nil {
				if e.kind == parley.EndUnknown || e.kind == parley.EndLocal {
					t.Fatalf("datagram %d ends with %v: %s", i, e.kind, e.detail)
				}
				return
			}
		}
		if len(q.r.Events) > maxItems+1 || len(q.later) > quicMaxLater {
			t.Fatalf("%d events and %d packets are kept", len(q.r.Events), len(q.later))
		}
		for i := range q.levels {
			if l := &q.levels[i]; len(l.got) > maxNumbers || len(l.heard.pieces) > maxPieces {
				t.Fatalf("%d ranges and %d pieces are kept", len(l.got), len(l.heard.pieces))
			}
		}
	})
}

func TestAStatelessResetIsToldByItsToken(t *testing.T) {
	t.Parallel()
	token := []byte("sixteen bytes it")
	reset := append([]byte{0x41, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, token...)
	q := bareConn(t, parley.StopFinished)
	if e := q.take(reset); e != nil {
		t.Errorf("before the token is known: %v", e.kind)
	}
	q.resetToken = token
	if e := q.take(reset); e == nil || e.kind != parley.EndRST || e.detail != "stateless reset" {
		t.Errorf("got %+v, want a reset", e)
	}
	q.resetToken = []byte("another sixteen!")
	if e := q.take(reset); e != nil {
		t.Errorf("with another token: %v", e.kind)
	}
}
