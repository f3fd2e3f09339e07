package probe

import (
	"bytes"
	"io"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// freshen returns a copy of h for one connection: random, session ID, key
// shares and the secret part of encrypted_client_hello are new, and what only
// its first connection could use is gone, but a pre-shared key that is to stay. It
// returns the shares with their private halves.
func freshen(r io.Reader, h *wire.ClientHello, keepKey bool) (*wire.ClientHello, []*keys.Share, error) {
	h = h.Clone()
	if _, err := io.ReadFull(r, h.Random[:]); err != nil {
		return nil, nil, err
	}
	if _, err := io.ReadFull(r, h.SessionID); err != nil {
		return nil, nil, err
	}
	_, psk := h.Extension(iana.ExtPreSharedKey)
	if _, early := h.Extension(iana.ExtEarlyData); early || psk && !keepKey {
		size := len(h.Message())
		if !keepKey {
			h.RemoveExtension(iana.ExtPreSharedKey)
		}
		h.RemoveExtension(iana.ExtEarlyData)
		h.Repad(size)
	}
	if err := renewECH(r, h); err != nil {
		return nil, nil, err
	}
	var made []*keys.Share
	if shares := h.KeyShares(); len(shares) > 0 {
		var err error
		if shares, made, err = renew(r, shares); err != nil {
			return nil, nil, err
		}
		h.SetKeyShares(shares)
	}
	return h, made, nil
}

// Fresh returns a copy of h with a new random, session ID and key shares, as
// for one connection, for who writes hellos without a Prober. The private halves
// of the shares are gone.
func Fresh(r io.Reader, h *wire.ClientHello) (*wire.ClientHello, error) {
	fresh, _, err := freshen(r, h, false)
	return fresh, err
}

// hello is the hello of an attempt for one connection: a new one, or as it was
// recorded, whose shares are another's.
func (p *Prober) hello(a *parley.Attempt) (*wire.ClientHello, []*keys.Share, error) {
	if a.Recorded() {
		return a.Hello.Clone(), nil, nil
	}
	return freshen(p.rand(), a.Hello, a.KeepsSharedKey())
}

// freshenSSL2 does the same for a hello in the format of SSL 2.
func freshenSSL2(r io.Reader, h *wire.SSL2ClientHello) (*wire.SSL2ClientHello, error) {
	c := *h
	c.SessionID, c.Challenge = bytes.Clone(h.SessionID), bytes.Clone(h.Challenge)
	if _, err := io.ReadFull(r, c.SessionID); err != nil {
		return nil, err
	}
	_, err := io.ReadFull(r, c.Challenge)
	return &c, err
}

// sendHello writes the attempt's hello, cut as it says, and starts the clock.
// It returns the hello that was sent: nil if it was none of TLS.
func (x *run) sendHello() (*wire.ClientHello, *end) {
	random := x.p.rand()
	var hello *wire.ClientHello
	var b []byte
	switch {
	case x.a.SSL2 != nil:
		h, err := freshenSSL2(random, x.a.SSL2)
		if err != nil {
			return nil, &end{kind: parley.EndLocal, detail: "make the hello: " + err.Error()}
		}
		b = wire.AppendSSL2ClientHello(nil, h)
	case x.a.Hello != nil:
		h, shares, err := x.p.hello(&x.a)
		if err != nil {
			return nil, &end{kind: parley.EndLocal, detail: "make the hello: " + err.Error()}
		}
		v := x.a.RecordVersion
		if v == 0 {
			v = iana.TLS10 // what clients write into their first record (RFC 8446, Section 5.1)
		}
		if x.a.Resume {
			if e := x.resume(h); e != nil {
				return nil, e
			}
		}
		if x.a.ECH != nil {
			if e := x.encrypt(h); e != nil {
				return nil, e
			}
		}
		hello, x.shares = h, shares
		b = wire.AppendRecords(nil, iana.ContentHandshake, v, h.Message(), x.a.Split.Records...)
	}
	return hello, x.send(b)
}

// sendRetry writes the second hello of a connection. Before it goes the
// ChangeCipherSpec of the compatibility mode, if the hello has a session ID
// (RFC 8446, Appendix D.4).
func (x *run) sendRetry(h *wire.ClientHello) *end {
	if x.dtls != nil {
		return x.dtls.sayAgain(h)
	}
	var b []byte
	if len(h.SessionID) > 0 {
		b = wire.AppendRecord(b, wire.Record{Type: iana.ContentChangeCipherSpec, Version: iana.TLS12, Payload: []byte{1}})
	}
	m := h.Message()
	b = wire.AppendRecords(b, iana.ContentHandshake, iana.TLS12, m, x.a.Split.Records...)
	x.r.Events = append(x.r.Events, parley.Event{
		From: parley.ClientSide, After: time.Since(x.origin),
		Item: wire.Item{
			Kind: wire.KindHandshake, Record: iana.TLS12, RecordType: iana.ContentHandshake, Records: 1,
			Type: iana.TypeClientHello, HasType: true, Message: h, Raw: m,
		},
	})
	if x.quic != nil {
		x.quic.say(0, m)
		return nil
	}
	return x.write(b)
}

// send writes b and starts the clock from its last byte.
func (x *run) send(b []byte) *end {
	e := x.write(b)
	x.origin = time.Now()
	return e
}

// apart is how long the segments of a cut hello are sent apart, so that neither
// the network card nor what stands on the path makes them one again.
const apart = 20 * time.Millisecond

// write cuts b into the writes that the attempt asks for. Go sets TCP_NODELAY,
// so that each leaves as a segment of its own.
func (x *run) write(b []byte) *end {
	if x.link.wrap != nil {
		b = x.link.wrap(b)
	}
	sizes := x.a.Split.Segments
	for i := 0; len(b) > 0; i++ {
		n := len(b)
		if len(sizes) > 0 {
			if s := sizes[min(i, len(sizes)-1)]; s > 0 {
				n = min(s, n)
			}
		}
		if i > 0 && !sleep(x.link.ctx, apart) {
			return &end{kind: parley.EndInterrupted}
		}
		if e := x.link.write(b[:n]); e != nil {
			return e
		}
		b = b[n:]
	}
	return nil
}
