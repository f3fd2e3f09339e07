package wire

import (
	"encoding/binary"
	"fmt"

	"github.com/parley-tls/parley/iana"
)

// QUICPacketType is the kind of a QUIC packet, whatever bits stand for it in its
// version.
type QUICPacketType uint8

// The kinds of packets. A QUICOther has a long header of a version that this
// package does not read beyond what all versions share (RFC 8999).
const (
	QUICOther QUICPacketType = iota
	QUICVersionNegotiation
	QUICInitial
	QUICZeroRTT
	QUICHandshake
	QUICRetry
	QUICShort // the packets of one round trip, which have a short header
)

var quicPacketNames = [...]string{"packet of another version", "Version Negotiation", "Initial", "0-RTT", "Handshake", "Retry", "1-RTT"}

// String names the kind as RFC 9000 does.
func (t QUICPacketType) String() string {
	if int(t) < len(quicPacketNames) {
		return quicPacketNames[t]
	}
	return itoa(uint8(t))
}

// The bounds that all versions that are read have (RFC 9000, Sections 14.1 and
// 17.2).
const (
	QUICMinDatagram = 1200 // bytes of a datagram with an Initial of the client
	quicMaxID       = 20   // bytes of a connection ID
	quicTag         = 16   // bytes of the integrity tag of a Retry
	quicFixedBit    = 0x40
)

// QUICPacket is one packet as it can be read without keys. Its fields refer to
// the datagram.
type QUICPacket struct {
	Type     QUICPacketType
	Version  iana.QUICVersion // 0 of a short header and of Version Negotiation
	To, From []byte           // connection IDs; From is nil in a short header
	Token    []byte           // of an Initial and a Retry
	Versions []iana.QUICVersion
	// Raw is the whole packet, without what else its datagram carries.
	Raw []byte
	// Number is where in Raw the packet number begins, which is protected; 0: there
	// is none.
	Number int
}

// quicTypes are the kinds of long headers of a version by their two bits
// (RFC 9000, Section 17.2; RFC 9369, Section 3.2).
func quicTypes(v iana.QUICVersion) *[4]QUICPacketType {
	switch {
	case v == iana.QUIC1 || v == iana.QUICDraft29:
		return &[4]QUICPacketType{QUICInitial, QUICZeroRTT, QUICHandshake, QUICRetry}
	case v == iana.QUIC2:
		return &[4]QUICPacketType{QUICRetry, QUICInitial, QUICZeroRTT, QUICHandshake}
	}
	return nil
}

// ParseQUICPacket reads the first packet of a datagram, and returns the rest of
// it. A short header, whose connection ID has idSize bytes, takes all there is.
func ParseQUICPacket(datagram []byte, idSize int) (p *QUICPacket, rest []byte, err error) {
	r := newReader("QUIC packet", datagram)
	first := r.uint8("header form")
	if r.err == nil && first&0x80 == 0 {
		if first&quicFixedBit == 0 {
			r.reject(1, "fixed bit", "1", "0")
		}
		p = &QUICPacket{Type: QUICShort, To: r.bytes("destination connection ID", idSize), Raw: datagram, Number: 1 + idSize}
		if r.err != nil {
			return nil, nil, r.err
		}
		return p, nil, nil
	}
	p = &QUICPacket{Version: iana.QUICVersion(r.uint32("version"))}
	p.To = r.vector("destination connection ID", 1)
	p.From = r.vector("source connection ID", 1)
	kinds := quicTypes(p.Version)
	switch {
	case r.err != nil:
		return nil, nil, r.err
	case p.Version == 0:
		p.readVersions(&r)
	case kinds == nil:
		p.Type, r.s = QUICOther, nil
	case first&quicFixedBit == 0:
		r.reject(0, "fixed bit", "1", "0")
	case len(p.To) > quicMaxID || len(p.From) > quicMaxID:
		r.reject(0, "connection ID", "at most "+byteCount(quicMaxID), byteCount(max(len(p.To), len(p.From))))
	default:
		p.Type = kinds[first>>4&3]
		p.readPayload(&r, datagram)
	}
	if r.err != nil {
		return nil, nil, r.err
	}
	p.Raw = datagram[:r.offset()]
	return p, r.s, nil
}

// readVersions reads what a server lists, to the end of the datagram.
func (p *QUICPacket) readVersions(r *reader) {
	p.Type = QUICVersionNegotiation
	if n := len(r.s); n == 0 || n%4 != 0 {
		r.fail("Supported Version", "a list of 4 bytes each", byteCount(n))
		return
	}
	for r.more() {
		p.Versions = append(p.Versions, iana.QUICVersion(r.uint32("Supported Version")))
	}
}

// readPayload reads what follows the connection IDs of a version that is known.
func (p *QUICPacket) readPayload(r *reader, datagram []byte) {
	if p.Type == QUICRetry {
		n := len(r.s) - quicTag
		if n <= 0 {
			r.fail("Retry Token", "a token and a tag of 16 bytes", byteCount(len(r.s)))
			return
		}
		p.Token = r.bytes("Retry Token", n)
		r.bytes("Retry Integrity Tag", quicTag)
		return
	}
	if p.Type == QUICInitial {
		p.Token = r.quicVector("Token")
	}
	size := r.quicInt("Length")
	if r.err == nil && size > uint64(len(r.s)) {
		r.fail("Length", byteCount(int(min(size, 1<<30))), byteCount(len(r.s)))
		return
	}
	p.Number = r.offset()
	r.bytes("payload", int(size))
}

// QUICHeader is what a packet says in clear.
type QUICHeader struct {
	Type     QUICPacketType // Initial, Handshake, or Short
	Version  iana.QUICVersion
	To, From []byte
	Token    []byte // of an Initial
	Number   uint32 // the packet number, written in 4 bytes
}

// Append appends the header of a packet to b, of which body bytes follow the
// packet number: the frames and the tag. It returns where the packet number
// begins. It panics if the packet is longer than its length can say.
func (h QUICHeader) Append(b []byte, body int) (out []byte, number int) {
	const numbers = 4 // bytes of a packet number
	first := byte(quicFixedBit | numbers - 1)
	if h.Type == QUICShort {
		b = append(append(b, first), h.To...)
		return binary.BigEndian.AppendUint32(b, h.Number), len(b)
	}
	kinds := quicTypes(h.Version)
	if kinds == nil { // only the form is known, as a question for the versions has it
		kinds = quicTypes(iana.QUIC1)
	}
	for bits, kind := range kinds {
		if kind == h.Type {
			first |= 0x80 | byte(bits)<<4
		}
	}
	b = binary.BigEndian.AppendUint32(append(b, first), uint32(h.Version))
	b = append(append(b, byte(len(h.To))), h.To...)
	b = append(append(b, byte(len(h.From))), h.From...)
	if h.Type == QUICInitial {
		b = append(AppendQUICInt(b, uint64(len(h.Token))), h.Token...)
	}
	n := numbers + body
	if n >= 1<<14 {
		panic(fmt.Sprintf("wire: a QUIC packet of %d bytes", n))
	}
	b = append(b, 0x40|byte(n>>8), byte(n)) // a length of two bytes, whatever it is
	return binary.BigEndian.AppendUint32(b, h.Number), len(b)
}

// AppendQUICInt appends a variable-length integer (RFC 9000, Section 16). It
// panics if it has more than 62 bits.
func AppendQUICInt(b []byte, v uint64) []byte {
	switch {
	case v < 1<<6:
		return append(b, byte(v))
	case v < 1<<14:
		return binary.BigEndian.AppendUint16(b, uint16(v)|1<<14)
	case v < 1<<30:
		return binary.BigEndian.AppendUint32(b, uint32(v)|2<<30)
	case v < 1<<62:
		return binary.BigEndian.AppendUint64(b, v|3<<62)
	}
	panic("wire: an integer of QUIC has at most 62 bits")
}

// quicInt reads a variable-length integer.
func (r *reader) quicInt(field string) uint64 {
	if len(r.s) == 0 {
		r.short(field, 1)
		return 0
	}
	n := 1 << (r.s[0] >> 6)
	b := r.bytes(field, n)
	if r.err != nil {
		return 0
	}
	v := uint64(b[0] & 0x3f)
	for _, x := range b[1:] {
		v = v<<8 | uint64(x)
	}
	return v
}

// quicVector reads a variable-length integer and as many bytes as it says.
func (r *reader) quicVector(field string) []byte {
	n := r.quicInt(field)
	if r.err == nil && n > uint64(len(r.s)) {
		r.fail(field, byteCount(int(min(n, 1<<30))), byteCount(len(r.s)))
		return nil
	}
	return r.bytes(field, int(n))
}
