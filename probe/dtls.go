package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

const (
	// resendFirst is when what was sent and not answered is sent again, a time that
	// doubles with each. RFC 6347, Section 4.2.4.1, has a second for it: too long for a
	// probe that bears silence for three.
	resendFirst = 400 * time.Millisecond
	// datagramMost is the longest hello that goes into one datagram, in bytes: it
	// passes every path of the internet whole. A longer one is cut.
	datagramMost = 1400
	// pieceMost is how much of a cut hello goes into each datagram.
	pieceMost = 1200
	// verifyMost is how many HelloVerifyRequests are answered. One is usual, and a
	// second may fall on a change of the server's secret.
	verifyMost = 3
	// overUDP is what a datagram costs of the bytes that a peer may send, beside its
	// content: headers of IP and UDP.
	overUDP = 28
)

// dtls is the handshake of one attempt over DTLS: the hello, sent again until it is
// answered, the second hello with the server's cookie, and the server's first
// flight, whose messages are handled like those over TCP (RFC 6347, Section 4.2).
//
// What holds nothing of DTLS is passed over, as long as it is not all that comes:
// over UDP it need not be from the peer.
type dtls struct {
	*flight
	dec    *wire.DatagramDecoder
	buf    []byte
	seq    uint64 // of our next record
	last   []byte // our last message
	number uint16 // its number; they count from zero
	wait   time.Duration
	resend time.Time // when it is sent again
	heard  time.Time // when something was sent first or came that tells more
	cookie int       // HelloVerifyRequests that came
	said   time.Time // when the last message was sent first
}

// The wait for the answer to a hello with a cookie, where flights of the server came
// before: the server is there, for it has asked for the cookie a moment ago, and how
// long it takes over a flight is known. Within that wait the hello is sent more often
// than usual, so that fewer losses are taken for silence, not more.
const (
	flightsKnown  = 2                      // so many flights tell how long one takes
	flightsMargin = 5                      // it may take so many times the slowest
	flightLeast   = 400 * time.Millisecond // that is waited in any case
	resendLeast   = 80 * time.Millisecond
)

// flightTime is how long the slowest of the flights took that came from this address, if
// that says how long the next one is waited for.
func (d *dtls) flightTime() (time.Duration, bool) {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	return d.gate.slowest, d.cookie > 0 && d.server == nil && d.gate.flights >= flightsKnown
}

// flew keeps how long the server took to begin its flight.
func (d *dtls) flew(took time.Duration) {
	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	d.gate.flights++
	d.gate.slowest = max(d.gate.slowest, took)
}

// again is how long the last message is waited for before it is sent once more.
func (d *dtls) again() time.Duration {
	if slowest, known := d.flightTime(); known {
		return min(resendFirst, max(resendLeast, 3*slowest))
	}
	return resendFirst
}

// handshakeDTLS runs the attempt over DTLS.
func (x *run) handshakeDTLS(ctx context.Context) *end {
	switch {
	case x.a.Scope.Via != "":
		return &end{kind: parley.EndLocal, detail: "DTLS does not go through a proxy"}
	case len(x.a.Prologue) > 0:
		return &end{kind: parley.EndLocal, detail: "nothing comes before the hello of DTLS"}
	case x.a.Hello == nil || !x.a.Hello.LegacyVersion.IsDTLS():
		return &end{kind: parley.EndLocal, detail: "the hello is none of DTLS"}
	}
	if e := x.dialUDP(ctx); e != nil {
		return e
	}
	f := &flight{run: x, seen: map[iana.HandshakeType]bool{}}
	d := &dtls{flight: f, dec: wire.NewDatagramDecoder(wire.FromServer), buf: make([]byte, 1<<16), wait: resendFirst}
	d.dec.Limit = orDefault(x.p.MaxBytes, DefaultMaxBytes)
	x.dtls = d
	hello, shares, err := x.p.hello(&x.a)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: "make the hello: " + err.Error()}
	}
	f.hello, x.shares = hello, shares
	if x.a.Until != parley.StopFlight {
		x.r.Unfollowed = "parley has no keys for the records of DTLS"
	}
	e := d.say(hello.Message())
	if e == nil {
		f.until = x.origin.Add(3 * x.link.silence)
		e = d.listen()
	}
	return d.over(e)
}

// dialUDP opens the socket. Nothing is sent: whether anything is there shows when
// the hello is.
func (x *run) dialUDP(ctx context.Context) *end {
	d := x.p.Dialer
	if d == nil {
		d = &net.Dialer{FallbackDelay: -1, Resolver: x.p.Resolver}
	}
	conn, err := d.DialContext(ctx, "udp", x.a.Scope.Addr.String())
	if err != nil {
		return notConnected(ctx, err)
	}
	p := x.p
	p.mu.Lock()
	defer p.mu.Unlock()
	x.link = newLink(ctx, conn, min(x.gate.silence, orDefault(x.a.Patience, x.gate.silence)), orDefault(p.MaxBytes, DefaultMaxBytes))
	x.gate.waiting[x.link] = struct{}{}
	return nil
}

// say sends a message for the first time.
func (d *dtls) say(message []byte) *end {
	if d.last != nil {
		d.number++
	}
	d.last = message
	e := d.send()
	now := time.Now()
	if d.origin.IsZero() {
		d.origin = now
	}
	d.wait, d.heard, d.said = d.again(), now, now
	d.resend = now.Add(d.wait)
	return e
}

// send sends the last message, each piece in a record and a datagram of its own.
func (d *dtls) send() *end {
	sizes := d.a.Split.Records
	if len(sizes) == 0 && len(d.last) > datagramMost {
		sizes = []int{pieceMost}
	}
	v := d.a.RecordVersion
	if v == 0 {
		v = iana.DTLS10
	}
	for _, p := range wire.Fragments(d.last, d.number, sizes...) {
		if e := d.write(wire.DTLSRecord{Type: iana.ContentHandshake, Version: v, Payload: p}); e != nil {
			return e
		}
	}
	return nil
}

// write sends one record in clear.
func (d *dtls) write(r wire.DTLSRecord) *end {
	r.Seq = d.seq
	d.seq++
	l := d.link
	l.conn.SetWriteDeadline(time.Now().Add(l.silence))
	if l.ctx.Err() != nil {
		return &end{kind: parley.EndInterrupted}
	}
	_, err := l.conn.Write(wire.AppendDTLSRecord(nil, r))
	if err == nil {
		return nil
	}
	e := d.failed(err)
	if e.kind == parley.EndLocal {
		e.detail = "send a datagram: " + err.Error()
	}
	return e
}

// failed says which end a failed read or write of a socket of UDP is: an ICMP error
// comes back as either.
func (d *dtls) failed(err error) *end {
	switch {
	case d.link.ctx.Err() != nil:
		return &end{kind: parley.EndInterrupted}
	case !errors.Is(err, syscall.ECONNREFUSED):
		return d.link.failed(err)
	case d.r.First > 0:
		return &end{kind: parley.EndRST, detail: "the port was closed after the server had answered"}
	}
	return &end{kind: parley.EndConnectRefused}
}

// listen reads until the flight is there, or it is clear that it does not come.
func (d *dtls) listen() *end {
	for {
		quiet := d.heard.Add(d.patience())
		n, err := d.read(sooner(sooner(d.resend, quiet), d.until))
		now := time.Now()
		switch {
		case err == nil:
			if d.r.First == 0 {
				d.r.First = max(now.Sub(d.origin), 1)
				d.r.Connect = d.r.First
			}
			if e := d.datagram(d.buf[:n]); e != nil {
				return e
			}
			if d.link.left -= n + overUDP; d.link.left <= 0 {
				return &end{kind: parley.EndLimit, detail: fmt.Sprintf("more than %d bytes", d.link.max)}
			}
		case !errors.Is(err, os.ErrDeadlineExceeded) || d.link.ctx.Err() != nil:
			return d.failed(err)
		}
		switch {
		case !now.Before(d.until), !now.Before(d.heard.Add(d.patience())):
			return &end{kind: parley.EndSilence}
		case !now.Before(d.resend):
			if e := d.send(); e != nil {
				return e
			}
			d.wait *= 2
			d.resend = now.Add(d.wait)
		}
	}
}

// patience is how long silence is borne now: less, once the peer has answered here.
func (d *dtls) patience() time.Duration {
	slowest, known := d.flightTime() // before the lock of the link, which the prober takes within its own
	l := d.link
	l.mu.Lock()
	defer l.mu.Unlock()
	silence := l.silence
	if l.bound > 0 {
		silence = min(silence, l.bound)
	}
	if d.r.First > 0 {
		silence = min(silence, max(time.Second, 8*d.r.First))
	}
	if known {
		silence = min(silence, max(flightLeast, flightsMargin*slowest))
	}
	return silence
}

// read reads one datagram.
func (d *dtls) read(deadline time.Time) (int, error) {
	l := d.link
	l.await(deadline)
	if l.ctx.Err() != nil { // the hook may have run before the line above
		return 0, l.ctx.Err()
	}
	n, err := l.conn.Read(d.buf)
	l.mu.Lock()
	l.since = time.Time{}
	l.mu.Unlock()
	return n, err
}

// datagram handles what one datagram completes; an end if it was the last that is
// wanted.
func (d *dtls) datagram(b []byte) *end {
	d.dec.Write(b)
	for it, ok := d.dec.Next(); ok; it, ok = d.dec.Next() {
		d.heard = time.Now()
		d.wait, d.resend = resendFirst, d.heard.Add(resendFirst)
		if it.RecordType == iana.ContentACK { // of DTLS 1.3: the handshake goes on
			continue
		}
		var e *end
		if m, is := it.Message.(*wire.HelloVerifyRequest); is && d.server == nil {
			e = d.verify(it, m)
		} else {
			before := d.server
			e = d.take(it)
			if before == nil && d.server != nil {
				d.flew(d.heard.Sub(d.said))
			}
		}
		if e != nil {
			return e
		}
	}
	return nil
}

// verify answers a HelloVerifyRequest: with the same hello and the cookie (RFC 6347,
// Section 4.2.1).
func (d *dtls) verify(it wire.Item, m *wire.HelloVerifyRequest) *end {
	if e := d.keep(it); e != nil {
		return e
	}
	if d.cookie++; d.cookie > verifyMost {
		return malformed("message: expected a ServerHello, got HelloVerifyRequest number %d", d.cookie)
	}
	second := d.hello.Clone()
	second.Cookie = m.Cookie
	d.hello = second
	return d.sayAgain(second)
}

// sayAgain sends another hello on the same connection, and keeps it as an event.
func (d *dtls) sayAgain(h *wire.ClientHello) *end {
	m := h.Message()
	d.r.Events = append(d.r.Events, parley.Event{
		From: parley.ClientSide, After: time.Since(d.origin),
		Item: wire.Item{
			Kind: wire.KindHandshake, Record: d.a.RecordVersion, RecordType: iana.ContentHandshake, Records: 1,
			Type: iana.TypeClientHello, HasType: true, Message: h, Raw: m,
		},
	})
	return d.say(m)
}

// over handles what was left incomplete when the attempt ended with e. A server that
// is in the middle of its flight is told that it is over: one that does one handshake
// after the other would answer nobody else until it gave up. One that is not is told
// nothing: what comes outside of a handshake makes gnutls-serv 3.7 run in circles.
func (d *dtls) over(e *end) *end {
	switch e.kind {
	case parley.EndInterrupted, parley.EndLocal, parley.EndConnectRefused, parley.EndUnreachable:
		return e
	}
	if d.server != nil && e.kind != parley.EndAlert && e.kind != parley.EndRST {
		d.write(wire.DTLSRecord{
			Type: iana.ContentAlert, Version: iana.DTLS10,
			Payload: wire.Alert{Level: iana.AlertFatal, Description: iana.AlertUserCanceled}.Append(nil),
		})
	}
	if e.kind != parley.EndSilence {
		return e
	}
	for it, ok := d.dec.Close(); ok; it, ok = d.dec.Close() {
		if it.Kind == wire.KindNotTLS {
			return &end{kind: parley.EndPlaintext, plain: it.Raw}
		}
		d.record(it)
	}
	if d.server != nil {
		e.detail = fmt.Sprintf("the first flight was not complete after %v, with its datagrams sent again", time.Since(d.origin).Round(100*time.Millisecond))
	}
	return e
}
