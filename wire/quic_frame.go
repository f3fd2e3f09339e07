package wire

import (
	"fmt"

	"github.com/parley-tls/parley/iana"
)

// QUICFrameType is the type of a frame (RFC 9000, Section 19).
type QUICFrameType uint64

// The frames that are read for what they say; of others it is known where they
// end.
const (
	QUICPadding          QUICFrameType = 0x00
	QUICPing             QUICFrameType = 0x01
	QUICAck              QUICFrameType = 0x02
	QUICAckECN           QUICFrameType = 0x03
	QUICCrypto           QUICFrameType = 0x06
	QUICConnectionClose  QUICFrameType = 0x1c
	QUICApplicationClose QUICFrameType = 0x1d
	QUICHandshakeDone    QUICFrameType = 0x1e
)

// QUICFrame is one frame. Its fields refer to the payload.
type QUICFrame struct {
	Type   QUICFrameType
	Offset uint64      // of CRYPTO
	Data   []byte      // of CRYPTO; the reason of a close
	Acked  [][2]uint64 // of ACK: the first and the last number of each range, the highest first
	Code   iana.QUICError
	Frame  QUICFrameType // of a connection close: what it is about
}

// Elicits says that the peer waits for an acknowledgement (RFC 9000, Section
// 13.2).
func (f QUICFrame) Elicits() bool {
	switch f.Type {
	case QUICPadding, QUICAck, QUICAckECN, QUICConnectionClose, QUICApplicationClose:
		return false
	}
	return true
}

// quicShapes say of which fields the frames are made that are not read: v is a
// variable-length integer, b a vector of bytes behind one, i a connection ID
// behind one byte, a digit so many groups of 8 bytes, r the rest of the packet.
var quicShapes = map[QUICFrameType]string{
	0x04: "vvv", 0x05: "vv", 0x07: "b", // RESET_STREAM, STOP_SENDING, NEW_TOKEN
	0x08: "vr", 0x09: "vr", 0x0a: "vb", 0x0b: "vb", 0x0c: "vvr", 0x0d: "vvr", 0x0e: "vvb", 0x0f: "vvb", // STREAM
	0x10: "v", 0x11: "vv", 0x12: "v", 0x13: "v", 0x14: "v", 0x15: "vv", 0x16: "v", 0x17: "v", // MAX_DATA to STREAMS_BLOCKED
	0x18: "vvi2", 0x19: "v", 0x1a: "1", 0x1b: "1", // NEW_CONNECTION_ID to PATH_RESPONSE
	0x30: "r", 0x31: "b", // DATAGRAM (RFC 9221, Section 4)
}

// maxQUICRanges bounds the ranges of one ACK that are kept.
const maxQUICRanges = 64

// ParseQUICFrames reads the payload of a packet, as it was encrypted. A run of
// PADDING is left out.
func ParseQUICFrames(payload []byte) ([]QUICFrame, error) {
	r := newReader("QUIC frames", payload)
	if len(payload) == 0 {
		r.fail("frames", "one at least", "none") // RFC 9000, Section 12.4
	}
	var out []QUICFrame
	for r.more() {
		f := QUICFrame{Type: QUICFrameType(r.quicInt("frame type"))}
		switch f.Type {
		case QUICPadding:
			continue
		case QUICPing, QUICHandshakeDone:
		case QUICAck, QUICAckECN:
			f.readAck(&r)
		case QUICCrypto:
			f.Offset = r.quicInt("CRYPTO offset")
			f.Data = r.quicVector("CRYPTO data")
			if end := f.Offset + uint64(len(f.Data)); r.err == nil && end >= 1<<62 {
				r.fail("CRYPTO offset", "an end below 2^62", fmt.Sprint(end))
			}
		case QUICConnectionClose:
			f.Code = iana.QUICError(r.quicInt("error code"))
			f.Frame = QUICFrameType(r.quicInt("frame type of the error"))
			f.Data = r.quicVector("reason")
		case QUICApplicationClose:
			f.Code = iana.QUICError(r.quicInt("error code"))
			f.Data = r.quicVector("reason")
		default:
			r.skip(f.Type)
		}
		if r.err == nil {
			out = append(out, f)
		}
	}
	return out, r.err
}

// skip reads over a frame of which nothing is wanted.
func (r *reader) skip(t QUICFrameType) {
	shape, known := quicShapes[t]
	if !known {
		r.fail("frame type", "one of RFC 9000", fmt.Sprintf("0x%x", uint64(t)))
	}
	for _, c := range shape {
		switch c {
		case 'v':
			r.quicInt("frame")
		case 'b':
			r.quicVector("frame")
		case 'i':
			r.vector("connection ID", 1)
		case 'r':
			r.s = nil
		default:
			r.bytes("frame", 8*int(c-'0'))
		}
	}
}

// readAck reads the ranges of an ACK (RFC 9000, Section 19.3).
func (f *QUICFrame) readAck(r *reader) {
	last := r.quicInt("Largest Acknowledged")
	r.quicInt("ACK Delay")
	more := r.quicInt("ACK Range Count")
	size := r.quicInt("First ACK Range")
	for r.err == nil {
		if size > last {
			r.fail("ACK Range", fmt.Sprintf("at most %d", last), fmt.Sprint(size))
			return
		}
		if len(f.Acked) < maxQUICRanges {
			f.Acked = append(f.Acked, [2]uint64{last - size, last})
		}
		if more == 0 {
			break
		}
		more--
		gap := r.quicInt("Gap")
		if r.err == nil && gap+2 > last-size {
			r.fail("Gap", fmt.Sprintf("at most %d", last-size), fmt.Sprint(gap))
			return
		}
		last -= size + gap + 2
		size = r.quicInt("ACK Range Length")
	}
	if f.Type == QUICAckECN {
		for range 3 {
			r.quicInt("ECN Count")
		}
	}
}

// AppendQUICCrypto appends a CRYPTO frame.
func AppendQUICCrypto(b []byte, offset uint64, data []byte) []byte {
	b = AppendQUICInt(append(b, byte(QUICCrypto)), offset)
	return append(AppendQUICInt(b, uint64(len(data))), data...)
}

// AppendQUICAck appends an ACK of ranges of packet numbers, the highest first,
// which must neither touch nor overlap.
func AppendQUICAck(b []byte, acked [][2]uint64) []byte {
	b = AppendQUICInt(append(b, byte(QUICAck)), acked[0][1])
	b = AppendQUICInt(append(b, 0), uint64(len(acked)-1))
	b = AppendQUICInt(b, acked[0][1]-acked[0][0])
	for i, a := range acked[1:] {
		b = AppendQUICInt(b, acked[i][0]-a[1]-2)
		b = AppendQUICInt(b, a[1]-a[0])
	}
	return b
}

// AppendQUICClose appends a CONNECTION_CLOSE without a reason.
func AppendQUICClose(b []byte, code iana.QUICError) []byte {
	b = AppendQUICInt(append(b, byte(QUICConnectionClose)), uint64(code))
	return append(b, 0, 0)
}
