package wire

import (
	"encoding/binary"

	"github.com/parley-tls/parley/iana"
)

const (
	dtlsHeader     = 13 // of a record
	fragmentHeader = 12 // of a piece of a handshake message
)

// DTLSRecord is one record of DTLS, of which a datagram holds one or more
// (RFC 6347, Section 4.1).
type DTLSRecord struct {
	Type    iana.ContentType
	Version iana.Version
	// Epoch counts the changes of keys; 0 is in clear.
	Epoch uint16
	// Seq is the sequence number within the epoch, of 48 bits.
	Seq     uint64
	Payload []byte
}

// AppendDTLSRecord appends r to b. It panics if the payload is longer than 65,535
// bytes; longer than 2^14, which a peer refuses, is written as asked.
func AppendDTLSRecord(b []byte, r DTLSRecord) []byte {
	if len(r.Payload) > 0xffff {
		panic("wire: record payload longer than 65535 bytes")
	}
	b = append(b, byte(r.Type), byte(r.Version>>8), byte(r.Version))
	b = binary.BigEndian.AppendUint64(b, uint64(r.Epoch)<<48|r.Seq&(1<<48-1))
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.Payload)))
	return append(b, r.Payload...)
}

// readDTLSRecord reads the header of a record; its payload is what stands behind it,
// as far as it is there. False if this cannot be one.
func readDTLSRecord(b []byte) (r DTLSRecord, length int, ok bool) {
	if len(b) < dtlsHeader || b[1] != 0xfe || b[0] < byte(iana.ContentChangeCipherSpec) || b[0] > byte(iana.ContentACK) {
		return r, 0, false
	}
	n := binary.BigEndian.Uint64(b[3:])
	length = int(binary.BigEndian.Uint16(b[11:]))
	r = DTLSRecord{
		Type: iana.ContentType(b[0]), Version: iana.Version(binary.BigEndian.Uint16(b[1:])), Epoch: uint16(n >> 48), Seq: n & (1<<48 - 1),
		Payload: b[dtlsHeader:min(dtlsHeader+length, len(b))],
	}
	return r, length, true
}

// Fragments cuts a handshake message, as Message writes it, into the pieces in which
// DTLS sends it, each the payload of a record: its number among the side's messages
// is seq, and the sizes are those of the pieces without their headers, in bytes; the
// last repeats (RFC 6347, Section 4.2.3). Without sizes, or with those that are not
// positive, it is one piece. It panics if the message has no header.
func Fragments(message []byte, seq uint16, sizes ...int) [][]byte {
	body := message[messageHeader:]
	var out [][]byte
	for at := 0; at < len(body) || len(out) == 0; {
		n := len(body) - at
		if len(sizes) > 0 {
			if s := sizes[min(len(out), len(sizes)-1)]; s > 0 {
				n = min(n, s)
			}
		}
		b := make([]byte, 0, fragmentHeader+n)
		b = append(b, message[:messageHeader]...)
		b = binary.BigEndian.AppendUint16(b, seq)
		b = append(b, byte(at>>16), byte(at>>8), byte(at), byte(n>>16), byte(n>>8), byte(n))
		out = append(out, append(b, body[at:at+n]...))
		at += n
	}
	return out
}

// fragment is a piece of a handshake message.
type fragment struct {
	typ    iana.HandshakeType
	length int // of the message's body
	seq    uint16
	at     int // where in the body the piece begins
	data   []byte
}

// readFragment reads the first piece of a record's payload, and returns what stands
// behind it.
func readFragment(payload []byte) (f fragment, rest []byte, err error) {
	r := newReader("handshake fragment", payload)
	f.typ = iana.HandshakeType(r.uint8("msg_type"))
	f.length = r.uint24("length")
	f.seq = r.uint16("message_seq")
	f.at = r.uint24("fragment_offset")
	n := r.uint24("fragment_length")
	if f.at+n > f.length {
		r.reject(3, "fragment_length", "at most "+byteCount(max(0, f.length-f.at)), byteCount(n))
	}
	f.data = r.bytes("fragment", n)
	return f, r.s, r.err
}
