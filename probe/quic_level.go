package probe

import (
	"fmt"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// quicPieceSize is how much of a message a packet carries, in bytes: with it, an
// acknowledgement and all headers it stays within a datagram of 1,200.
const quicPieceSize = 1000

// say takes what is to be said at a level.
func (q *quicConn) say(level int, b []byte) {
	l := &q.levels[level]
	for part := range slices.Chunk(b, quicPieceSize) {
		l.said = append(l.said, quicPiece{offset: l.offset, data: part, due: true})
		l.offset += uint64(len(part))
	}
}

// sayAgain marks what was not acknowledged to be sent again; where all was, a
// PING asks for an answer: the server may wait for leave to send more
// (RFC 9002, Section 6.2.2.1).
func (q *quicConn) sayAgain() {
	asked := -1
	for i := range q.levels {
		l := &q.levels[i]
		if l.seals == nil {
			continue
		}
		asked = i
		for j := range l.said {
			l.said[j].due = l.said[j].due || !l.said[j].acked
		}
	}
	if asked >= 0 {
		q.levels[asked].ping = true
	}
}

// flush sends what is due. Once there are keys of the handshake, packets of the
// first level are no more: those of the second say that they came (RFC 9001,
// Section 4.9.1).
func (q *quicConn) flush() *end {
	if first, second := &q.levels[0], &q.levels[1]; first.seals != nil && second.seals != nil {
		first.seals, first.opens = nil, nil
		second.ping = second.ping || first.ack
	}
	for i := range q.levels {
		l := &q.levels[i]
		for l.seals != nil && q.sent < quicMaxSent {
			frames := l.frames()
			if len(frames) == 0 {
				break
			}
			if e := q.transmit(q.pack(l, frames)); e != nil {
				return e
			}
		}
	}
	return nil
}

// frames are those of the next packet of a level; none: nothing is due.
func (l *quicLevel) frames() (b []byte) {
	at := slices.IndexFunc(l.said, func(p quicPiece) bool { return p.due })
	if at < 0 && !l.ack && !l.ping {
		return nil
	}
	if len(l.got) > 0 {
		b = wire.AppendQUICAck(b, l.got)
	}
	if at >= 0 {
		p := &l.said[at]
		b = wire.AppendQUICCrypto(b, p.offset, p.data)
		p.in, p.due = append(p.in, uint64(l.next)), false
	} else if l.ping {
		b = append(b, byte(wire.QUICPing))
	}
	l.ack, l.ping = false, false
	return b
}

// pack makes a datagram of one packet. One with an Initial is filled up, so that
// the server may answer with more (RFC 9000, Sections 8.1 and 14.1).
func (q *quicConn) pack(l *quicLevel, frames []byte) []byte {
	h := wire.QUICHeader{Type: l.kind, Version: q.version, To: q.to, From: q.from, Token: q.token, Number: l.next}
	l.next++
	least := 4 // what the protection of the header takes its sample from
	if l.kind == wire.QUICInitial {
		bare, _ := h.Append(nil, 0)
		least = wire.QUICMinDatagram - len(bare) - l.seals.Overhead()
	}
	if n := least - len(frames); n > 0 {
		frames = append(frames, make([]byte, n)...)
	}
	b, at := h.Append(nil, len(frames)+l.seals.Overhead())
	return l.seals.Seal(b, at, frames)
}

// sayClose tells the server that it need not wait for us.
func (q *quicConn) sayClose() {
	for i := len(q.levels) - 1; i >= 0; i-- {
		if l := &q.levels[i]; l.seals != nil {
			q.transmit(q.pack(l, wire.AppendQUICClose(nil, iana.QUICNoError)))
			return
		}
	}
}

// frames handles what a packet of a level carries.
func (q *quicConn) frames(level int, frames []wire.QUICFrame) *end {
	l := &q.levels[level]
	for _, f := range frames {
		l.ack = l.ack || f.Elicits()
		switch f.Type {
		case wire.QUICPadding, wire.QUICPing:
		case wire.QUICAck, wire.QUICAckECN:
			l.acknowledged(f.Acked)
		case wire.QUICCrypto:
			if e := q.crypto(level, f); e != nil {
				return e
			}
		case wire.QUICConnectionClose, wire.QUICApplicationClose:
			return q.close(level, f)
		case wire.QUICHandshakeDone:
			if level < 2 {
				return malformed("%v packet: expected frames of a handshake, got HANDSHAKE_DONE", l.kind)
			}
			if q.done.IsZero() {
				q.done = time.Now()
			}
		default:
			if level < 2 {
				return malformed("%v packet: expected frames of a handshake, got type 0x%x", l.kind, uint64(f.Type))
			}
		}
	}
	return nil
}

// acknowledged takes back what need not be sent again.
func (l *quicLevel) acknowledged(ranges [][2]uint64) {
	for i := range l.said {
		for _, n := range l.said[i].in {
			if slices.ContainsFunc(ranges, func(r [2]uint64) bool { return r[0] <= n && n <= r[1] }) {
				l.said[i].acked, l.said[i].due = true, false
			}
		}
	}
}

// close handles the end that the server makes: with an alert, or with another
// reason.
func (q *quicConn) close(level int, f wire.QUICFrame) *end {
	q.closed = true
	if a, ok := f.Code.Alert(); ok && f.Type == wire.QUICConnectionClose && a != iana.AlertCloseNotify {
		alert := wire.Alert{Level: iana.AlertFatal, Description: a}
		q.keep(wire.Item{
			Kind: wire.KindAlert, Record: iana.TLS12, RecordType: iana.ContentAlert, Records: 1,
			Protected: level > 0, Alert: alert, Raw: alert.Append(nil),
		})
		return &end{kind: parley.EndAlert, alert: alert}
	}
	if !q.done.IsZero() {
		return &end{kind: parley.EndStopped} // the handshake was through
	}
	q.r.QUIC.Closed, q.r.QUIC.Code = true, f.Code
	detail := "CONNECTION_CLOSE " + f.Code.String()
	if f.Type == wire.QUICApplicationClose {
		detail = fmt.Sprintf("CONNECTION_CLOSE of the application 0x%x", uint64(f.Code))
	}
	if len(f.Data) > 0 {
		detail += fmt.Sprintf(": %q", f.Data[:min(len(f.Data), keep)])
	}
	return &end{kind: parley.EndFIN, detail: detail}
}

// crypto takes a part of the handshake messages of a level.
func (q *quicConn) crypto(level int, f wire.QUICFrame) *end {
	l := &q.levels[level]
	if !l.heard.add(f.Offset, f.Data) {
		return &end{kind: parley.EndLimit, detail: fmt.Sprintf("more than %d bytes of handshake, or too many pieces of it", l.heard.limit)}
	}
	b := l.heard.next()
	if len(b) == 0 {
		return nil
	}
	if level > 0 {
		return q.opened(b)
	}
	q.dec.Write(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, b))
	for it, ok := q.dec.Next(); ok; it, ok = q.dec.Next() {
		if e := q.flight.take(it); e != nil {
			return e
		}
	}
	switch {
	case q.server == nil:
		return nil
	case q.follow == nil:
		return &end{kind: parley.EndStopped} // what comes now is encrypted
	case q.levels[1].seals == nil:
		return q.raise(1)
	}
	return malformed("Initial packet: expected nothing after the ServerHello, got %d bytes", len(b))
}

// opened reads handshake messages that came encrypted.
func (q *quicConn) opened(b []byte) *end {
	f := q.follow
	f.inner.Write(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, b))
	for it, ok := f.inner.Next(); ok; it, ok = f.inner.Next() {
		it.Protected = true
		if e := f.protected(it); e != nil {
			return e
		}
		if m, is := it.Message.(*wire.EncryptedExtensions); is {
			if e := complaint("EncryptedExtensions: quic_transport_parameters", q.checkParameters(m)); e != nil {
				return e
			}
		}
		if f.stage == throughAll && q.levels[2].seals == nil {
			if e := q.raise(2); e != nil {
				return e
			}
		}
	}
	return nil
}

// raise makes the keys of a level of the secrets that are there, and opens what
// waited for them.
func (q *quicConn) raise(level int) *end {
	l, err := &q.levels[level], error(nil)
	if l.seals, err = q.follow.clientSecret.Packets(q.version); err == nil {
		l.opens, err = q.follow.serverSecret.Packets(q.version)
	}
	if err != nil {
		l.seals, l.opens = nil, nil
		q.follow.unfollow("packets of QUIC under %v: %v", q.server.Suite, err)
		return &end{kind: parley.EndStopped}
	}
	l.established = true
	later := q.later
	q.later = nil
	for _, b := range later {
		if p, _, err := wire.ParseQUICPacket(b, quicID); err == nil {
			if _, e := q.packet(p); e != nil {
				return e
			}
		}
	}
	return nil
}

// checkParameters demands transport parameters, and that the server's connection
// IDs in them are those of the packets: nobody on the path changed them
// (RFC 9000, Section 7.3).
func (q *quicConn) checkParameters(m *wire.EncryptedExtensions) string {
	data, ok := m.Extension(iana.ExtQUICTransportParameters)
	if !ok {
		return "expected some, got none"
	}
	ps, err := wire.ParseQUICParameters(data)
	if err != nil {
		return err.Error()
	}
	for id, want := range map[iana.QUICParameter][]byte{
		iana.QUICOriginalDestination: q.original, iana.QUICInitialSource: q.to, iana.QUICRetrySource: q.retryFrom,
	} {
		got, there := wire.QUICParameterOf(ps, id)
		switch {
		case there != (want != nil):
			return fmt.Sprintf("%v: expected it to be there: %t, got %t", id, want != nil, there)
		case !slices.Equal(got, want):
			return fmt.Sprintf("%v: expected %x, got %x", id, want, got)
		}
	}
	q.resetToken, _ = wire.QUICParameterOf(ps, iana.QUICStatelessResetToken)
	if len(q.resetToken) != 16 {
		q.resetToken = nil
	}
	return ""
}

// numbers are ranges of packet numbers, the highest first, which neither touch
// nor overlap.
type numbers [][2]uint64

// maxNumbers bounds the ranges; the lowest are forgotten.
const maxNumbers = 32

func (ns numbers) largest() int64 {
	if len(ns) == 0 {
		return -1
	}
	return int64(ns[0][1])
}

// add takes a number; false if it was there.
func (ns *numbers) add(n uint64) bool {
	i := 0
	for ; i < len(*ns); i++ {
		r := &(*ns)[i]
		switch {
		case r[0] <= n && n <= r[1]:
			return false
		case n == r[1]+1:
			r[1] = n
			if i > 0 && (*ns)[i-1][0] == n+1 {
				(*ns)[i-1][0] = r[0]
				*ns = slices.Delete(*ns, i, i+1)
			}
			return true
		case n+1 == r[0]:
			r[0] = n
			if i+1 < len(*ns) && (*ns)[i+1][1]+1 == n {
				r[0] = (*ns)[i+1][0]
				*ns = slices.Delete(*ns, i+1, i+2)
			}
			return true
		}
		if n > r[1] {
			break
		}
	}
	*ns = slices.Insert(*ns, i, [2]uint64{n, n})
	if len(*ns) > maxNumbers {
		*ns = (*ns)[:maxNumbers]
	}
	return true
}

// stream puts together what comes in pieces, in any order.
type stream struct {
	limit  uint64 // of all bytes
	at     uint64 // how much was handed out
	pieces []quicPiece
}

// maxPieces bounds the pieces that wait for one before them.
const maxPieces = 128

// add takes a piece; false if it is beyond the limits.
func (s *stream) add(offset uint64, data []byte) bool {
	end := offset + uint64(len(data))
	if end > s.limit {
		return false
	}
	if end <= s.at || slices.ContainsFunc(s.pieces, func(p quicPiece) bool {
		return p.offset <= offset && end <= p.offset+uint64(len(p.data))
	}) {
		return true
	}
	s.pieces = append(s.pieces, quicPiece{offset: offset, data: data})
	return len(s.pieces) <= maxPieces
}

// next hands out what is complete.
func (s *stream) next() (out []byte) {
	for {
		i := slices.IndexFunc(s.pieces, func(p quicPiece) bool { return p.offset <= s.at })
		if i < 0 {
			return out
		}
		p := s.pieces[i]
		s.pieces = slices.Delete(s.pieces, i, i+1)
		if skip := s.at - p.offset; skip < uint64(len(p.data)) {
			out = append(out, p.data[skip:]...)
			s.at += uint64(len(p.data)) - skip
		}
	}
}
