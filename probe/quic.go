package probe

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// The bounds of a connection of QUIC, beside those of bytes and time.
const (
	quicMaxReceived = 512                    // datagrams that are read
	quicMaxSent     = 48                     // datagrams that are sent
	quicMaxLater    = 16                     // packets kept until their keys are there
	quicFirstWait   = 300 * time.Millisecond // before what was sent is sent again; then twice that, and so on
	quicLeastWait   = 50 * time.Millisecond
	quicTicketWait  = 25 * time.Millisecond // for a ticket, once the server is through
	quicID          = 8                     // bytes of our connection ID, and of the first one of the server
)

// quicLevel is one of the levels of encryption, each with packet numbers and a
// stream of handshake messages of its own.
type quicLevel struct {
	kind        wire.QUICPacketType
	opens       *keys.Packets // nil: not yet, or no more
	seals       *keys.Packets
	next        uint32 // the number of our next packet
	got         numbers
	ack         bool // an acknowledgement is due
	ping        bool // and if none is, a PING
	said        []quicPiece
	offset      uint64 // of what is said next
	heard       stream
	established bool // keys were there once
}

// quicPiece is a part of what we say, as long as it may be lost.
type quicPiece struct {
	offset uint64
	data   []byte
	in     []uint64 // the packets that carried it
	due    bool     // to be sent, for the first time or again
	acked  bool
}

// quicConn is a connection of QUIC as far as a handshake needs one: no streams,
// no flow control, no migration.
type quicConn struct {
	*flight
	version        iana.QUICVersion
	to, from       []byte // connection IDs: the server's and ours
	original       []byte // that of our first packet
	retryFrom      []byte // of the Retry that came; nil: none did
	token          []byte
	levels         [3]quicLevel // Initial, Handshake, and after
	later          [][]byte     // datagrams of a level whose keys are not there
	settled        bool         // the server's connection ID is known
	heard          time.Time    // when the last packet came that decrypts
	received, sent int
	again          int // how often was sent again since something came
	rtt            time.Duration
	strange        []byte    // the first datagram that is none of QUIC
	done           time.Time // when HANDSHAKE_DONE came; zero: it did not
	resetToken     []byte
	closed         bool      // the server closed: there is nothing to say to it
	sendAt         time.Time // when what was not acknowledged is sent again
}

// overQUIC runs an attempt over QUIC.
func (x *run) overQUIC() *end {
	f := &flight{run: x, dec: wire.NewDecoder(wire.FromServer), seen: map[iana.HandshakeType]bool{}}
	f.dec.Limit = orDefault(x.p.MaxBytes, DefaultMaxBytes)
	q := &quicConn{flight: f, version: x.a.QUIC}
	if q.version == 0 {
		q.version = iana.QUIC1
	}
	x.quic = q
	x.r.QUIC = &parley.QUICReply{Version: q.version}
	ids := make([]byte, 2*quicID)
	if _, err := io.ReadFull(x.p.rand(), ids); err != nil {
		return &end{kind: parley.EndLocal, detail: "make a connection ID: " + err.Error()}
	}
	q.to, q.from = ids[:quicID:quicID], ids[quicID:]
	q.original = q.to
	switch {
	case x.a.Until > parley.StopFinished || len(x.a.Prologue) > 0 || x.a.SSL2 != nil:
		return &end{kind: parley.EndLocal, detail: "over QUIC parley goes through a handshake, and no further"}
	case x.a.Hello == nil:
		return q.askVersions()
	}
	if e := q.sayHello(); e != nil {
		return e
	}
	return q.talk()
}

// sayHello makes the keys of the first packets, and the hello.
func (q *quicConn) sayHello() *end {
	for i, kind := range []wire.QUICPacketType{wire.QUICInitial, wire.QUICHandshake, wire.QUICShort} {
		q.levels[i].kind = kind
		q.levels[i].heard.limit = uint64(q.dec.Limit)
	}
	if e := q.initialKeys(); e != nil {
		return e
	}
	hello, shares, err := q.p.hello(&q.a)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: "make the hello: " + err.Error()}
	}
	if data, ok := hello.Extension(iana.ExtQUICTransportParameters); ok {
		hello.SetExtension(iana.ExtQUICTransportParameters, ownID(data, q.from))
	}
	if q.a.Resume {
		if e := q.resume(hello); e != nil {
			return e
		}
	}
	q.hello, q.shares = hello, shares
	q.follow = newFollow(q.flight)
	q.origin = time.Now()
	q.until = q.origin.Add(3 * q.link.silence)
	q.heard = q.origin
	q.say(0, hello.Message())
	return q.flush()
}

// ownID puts a connection ID into the transport parameters of a hello, if there
// is a place for it.
func ownID(data, id []byte) []byte {
	ps, err := wire.ParseQUICParameters(data)
	if err != nil {
		return data // malformed on purpose
	}
	for i := range ps {
		if ps[i].ID == iana.QUICInitialSource {
			ps[i].Value = id
		}
	}
	return wire.AppendQUICParameters(nil, ps)
}

func (q *quicConn) initialKeys() *end {
	client, server, err := keys.QUICInitial(q.version, q.to)
	if err != nil {
		return &end{kind: parley.EndLocal, detail: fmt.Sprintf("parley does not speak version %v of QUIC", q.version)}
	}
	l := &q.levels[0]
	l.opens, l.seals, l.established = server, client, true
	return nil
}

// askVersions sends a packet of a version that no server speaks, until one
// answers with those that it does.
func (q *quicConn) askVersions() *end {
	var v [4]byte
	if _, err := io.ReadFull(q.p.rand(), v[:]); err != nil {
		return &end{kind: parley.EndLocal, detail: "choose a version: " + err.Error()}
	}
	q.version = iana.QUICVersion(uint32(v[0])<<24|uint32(v[1])<<16|uint32(v[2])<<8|uint32(v[3]))&0xf0f0f0f0 | 0x0a0a0a0a
	q.r.QUIC.Version = q.version
	h := wire.QUICHeader{Type: wire.QUICInitial, Version: q.version, To: q.to, From: q.from}
	b, _ := h.Append(nil, wire.QUICMinDatagram-len(q.to)-len(q.from)-14)
	b = append(b, make([]byte, wire.QUICMinDatagram-len(b))...)
	q.origin = time.Now()
	q.until, q.heard = q.origin.Add(3*q.link.silence), q.origin
	for {
		if e := q.transmit(b); e != nil {
			return e
		}
		for {
			datagram, e := q.read()
			if e != nil {
				return e
			}
			if datagram == nil {
				q.again++
				break
			}
			if e := q.take(datagram); e != nil {
				return e
			}
		}
	}
}

// talk reads until the attempt is through, and says what is to be said.
func (q *quicConn) talk() *end {
	e := q.listen()
	if e.kind == parley.EndSilence && q.follow != nil {
		e = q.follow.over(e)
	}
	if !q.closed && q.settled {
		q.sayClose()
	}
	return e
}

func (q *quicConn) listen() *end {
	for {
		datagram, e := q.read()
		switch {
		case e != nil:
			return e
		case datagram == nil:
			q.again++
			q.sayAgain()
		default:
			if e := q.take(datagram); e != nil {
				return e
			}
			if !q.done.IsZero() && q.gave.ticket != nil {
				return &end{kind: parley.EndStopped}
			}
		}
		if e := q.flush(); e != nil {
			return e
		}
	}
}

// read returns the next datagram; nil if it is time to send again what was not
// acknowledged.
func (q *quicConn) read() ([]byte, *end) {
	for {
		quiet := q.heard.Add(q.link.patience())
		by := q.until
		if quiet.Before(by) {
			by = quiet
		}
		if last := q.done.Add(max(2*q.rtt, quicTicketWait)); !q.done.IsZero() && last.Before(by) {
			by = last
		}
		wake := by
		if q.sendAt.Before(by) && q.sent < quicMaxSent {
			wake = q.sendAt
		}
		e := q.link.fill(wake)
		switch {
		case e == nil:
		case e.kind == parley.EndSilence && time.Now().Before(by):
			if !time.Now().Before(q.sendAt) && q.sent < quicMaxSent {
				return nil, nil
			}
			continue
		case e.kind == parley.EndSilence && !q.done.IsZero():
			return nil, &end{kind: parley.EndStopped}
		case e.kind == parley.EndSilence:
			return nil, q.silent(e)
		case errors.Is(q.link.last, io.ErrNoProgress): // an empty datagram
		case errors.Is(q.link.last, syscall.ECONNREFUSED):
			return nil, &end{kind: parley.EndConnectRefused}
		default:
			return nil, e
		}
		if q.received++; q.received > quicMaxReceived {
			return nil, &end{kind: parley.EndLimit, detail: fmt.Sprintf("more than %d datagrams", quicMaxReceived)}
		}
		b := q.link.take()
		if b == nil {
			b = []byte{}
		}
		return b, nil
	}
}

// silent says what the silence of the peer means.
func (q *quicConn) silent(e *end) *end {
	n := q.r.QUIC.Strange
	switch {
	case q.strange != nil && !q.settled:
		return &end{kind: parley.EndPlaintext, plain: q.strange}
	case n > 0:
		e.detail = fmt.Sprintf("%d datagrams came that do not belong to this connection", n)
	}
	return e
}

// transmit sends a datagram.
func (q *quicConn) transmit(b []byte) *end {
	q.sent++
	wait := quicFirstWait
	if q.rtt > 0 {
		wait = max(3*q.rtt, quicLeastWait)
	}
	q.sendAt = time.Now().Add(wait << min(q.again, 6))
	if q.link.ctx.Err() != nil {
		return &end{kind: parley.EndInterrupted}
	}
	switch _, err := q.link.conn.Write(b); {
	case errors.Is(err, syscall.ECONNREFUSED):
		return &end{kind: parley.EndConnectRefused}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return &end{kind: parley.EndUnreachable, detail: errno(err)}
	case err != nil && q.link.ctx.Err() == nil:
		return &end{kind: parley.EndLocal, detail: "write: " + err.Error()}
	}
	return nil
}

// progress notes that something of this connection came.
func (q *quicConn) progress() {
	now := time.Now()
	if q.r.First == 0 {
		q.rtt = max(now.Sub(q.origin), 1)
		q.r.First, q.r.Connect = q.rtt, q.rtt
	}
	q.heard, q.again = now, 0
	q.sendAt = now.Add(max(3*q.rtt, quicLeastWait))
}

// take reads the packets of a datagram.
func (q *quicConn) take(datagram []byte) *end {
	mine := false
	for rest := datagram; len(rest) > 0; {
		p, after, err := wire.ParseQUICPacket(rest, quicID)
		if err != nil {
			break
		}
		ok, e := q.packet(p)
		if e != nil {
			return e
		}
		mine, rest = mine || ok, after
	}
	if mine {
		return nil
	}
	if n := len(datagram); q.resetToken != nil && n >= 21 && bytes.Equal(datagram[n-16:], q.resetToken) {
		q.closed = true
		return &end{kind: parley.EndRST, detail: "stateless reset"}
	}
	q.r.QUIC.Strange++
	if p, _, err := wire.ParseQUICPacket(datagram, quicID); q.strange == nil && len(datagram) > 0 && (err != nil || p.Type == wire.QUICOther) {
		q.strange = bytes.Clone(datagram)
	}
	return nil
}

// packet handles one packet, and says whether it is of this connection.
func (q *quicConn) packet(p *wire.QUICPacket) (mine bool, e *end) {
	if !bytes.Equal(p.To, q.from) {
		return false, nil
	}
	switch p.Type {
	case wire.QUICVersionNegotiation:
		return q.versions(p)
	case wire.QUICRetry:
		return q.retryPacket(p)
	}
	level := slices.IndexFunc(q.levels[:], func(l quicLevel) bool { return l.kind == p.Type && l.kind != 0 })
	if level < 0 || p.Type != wire.QUICShort && p.Version != q.version || p.Type == wire.QUICInitial && len(p.Token) > 0 {
		return false, nil
	}
	if p.From != nil && q.settled && !bytes.Equal(p.From, q.to) {
		return false, nil
	}
	l := &q.levels[level]
	if l.opens == nil {
		if !l.established && len(q.later) < quicMaxLater {
			q.later = append(q.later, bytes.Clone(p.Raw))
		}
		return l.established || p.Type == wire.QUICHandshake || q.settled, nil
	}
	n, payload, err := l.opens.Open(p.Raw, p.Number, l.got.largest())
	if err != nil {
		return false, nil
	}
	if !q.settled {
		q.settled, q.to = true, bytes.Clone(p.From)
	}
	q.progress()
	if !l.got.add(n) {
		l.ack = true // it came before: our acknowledgement was lost
		return true, nil
	}
	frames, err := wire.ParseQUICFrames(payload)
	if err != nil {
		return true, malformed("%v packet: %v", p.Type, err)
	}
	return true, q.frames(level, frames)
}

// versions handles a Version Negotiation packet (RFC 9000, Section 6.2). What it
// answers is not proved; one that lists the version in use is none.
func (q *quicConn) versions(p *wire.QUICPacket) (bool, *end) {
	if q.settled || q.retryFrom != nil || !bytes.Equal(p.From, q.to) || slices.Contains(p.Versions, q.version) {
		return false, nil
	}
	q.progress()
	q.r.QUIC.Listed = p.Versions
	q.closed = true
	if q.a.Hello == nil {
		return true, &end{kind: parley.EndStopped}
	}
	words := make([]string, len(p.Versions))
	for i, v := range p.Versions {
		words[i] = v.String()
	}
	return true, &end{kind: parley.EndVersions, detail: fmt.Sprintf("%v was asked for, of %v", q.version, words)}
}

// retryPacket handles a Retry: once, and with a tag that only who saw our first
// packet can make (RFC 9000, Section 17.2.5.2).
func (q *quicConn) retryPacket(p *wire.QUICPacket) (bool, *end) {
	if q.settled || q.retryFrom != nil || q.a.Hello == nil || p.Version != q.version || bytes.Equal(p.From, q.to) {
		return false, nil
	}
	at := len(p.Raw) - 16
	if tag, err := keys.QUICRetryTag(q.version, q.original, p.Raw[:at]); err != nil || !bytes.Equal(tag, p.Raw[at:]) {
		return false, nil
	}
	q.progress()
	q.r.QUIC.Retry = true
	q.retryFrom, q.token = bytes.Clone(p.From), bytes.Clone(p.Token)
	q.to = q.retryFrom
	for i := range q.levels[0].said {
		q.levels[0].said[i].due = true
	}
	return true, q.initialKeys()
}
