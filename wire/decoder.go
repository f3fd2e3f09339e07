package wire

import (
	"bytes"
	"fmt"

	"github.com/parley-tls/parley/iana"
)

// Sender is the side whose bytes a Decoder reads.
type Sender uint8

// The senders. Zero is invalid.
const (
	FromServer Sender = iota + 1
	FromClient
)

// DefaultLimit is the longest message a Decoder keeps unless told otherwise, in bytes.
const DefaultLimit = 256 << 10

// bannerSize is how much a Decoder keeps of a stream that is not TLS, in bytes.
const bannerSize = 4096

// framing is what the stream turned out to be.
type framing uint8

const (
	undecided framing = iota
	framedTLS
	framedSSL2
	notTLS
	lost // the framing broke; what follows cannot be read
)

// Decoder reads one direction of a connection in pieces of any size. Write the
// bytes as they come, and call Next until it returns false. Then it keeps at
// most one incomplete record and one incomplete message.
type Decoder struct {
	// Limit is the longest message to keep, in bytes; zero means DefaultLimit.
	// Of a longer one an Item of KindTooLarge is returned, and its bytes are skipped.
	Limit int

	from    Sender
	framing framing
	buf     []byte // bytes not consumed; buf[0] is at offset base
	pos     int    // how much of buf is consumed
	base    int64
	banner  []byte
	closed  bool

	rec record // the record being consumed

	hs      partial // the handshake message being collected
	skip    int     // bytes of a message too large still to skip
	skipped int64   // offset of that message's first record
	al      partial // the first byte of an alert, alone in its record
	version iana.Version
	suite   iana.Suite
	ccs     bool // a ChangeCipherSpec was seen
}

// record is a complete record of which left bytes wait in buf at pos.
type record struct {
	active  bool
	typ     iana.ContentType
	version iana.Version
	offset  int64
	left    int
}

// partial is a message of which some bytes came.
type partial struct {
	data    []byte
	offset  int64
	records int
}

// NewDecoder returns a Decoder for what one side sends. It panics if from is
// neither FromServer nor FromClient.
func NewDecoder(from Sender) *Decoder {
	if from != FromServer && from != FromClient {
		panic("wire: NewDecoder needs FromServer or FromClient")
	}
	return &Decoder{from: from}
}

// Write takes the next bytes of the stream. It never fails and does not keep p.
func (d *Decoder) Write(p []byte) (int, error) {
	switch d.framing {
	case notTLS, lost:
		d.banner = append(d.banner, p[:min(len(p), bannerSize-len(d.banner))]...)
		return len(p), nil
	}
	if d.pos > 0 {
		d.base += int64(d.pos)
		n := copy(d.buf, d.buf[d.pos:])
		d.buf, d.pos = d.buf[:n], 0
		if n == 0 && cap(d.buf) > 1<<16 {
			d.buf = nil // one long Write need not be remembered
		}
	}
	d.buf = append(d.buf, p...)
	return len(p), nil
}

// Next returns the next complete item; false means that it needs more bytes.
func (d *Decoder) Next() (Item, bool) {
	if d.framing == undecided {
		d.decide()
	}
	switch d.framing {
	case framedTLS:
		return d.nextTLS()
	case framedSSL2:
		return d.nextSSL2()
	case notTLS:
		if d.banner == nil { // not reported yet
			return d.notTLS(), true
		}
	}
	return Item{}, false
}

// Close says that the stream has ended. It returns what was left incomplete,
// a message and a record if both were, so call it until it returns false. An
// item that Next has yet to return comes first.
func (d *Decoder) Close() (Item, bool) {
	if it, ok := d.Next(); ok {
		return it, true
	}
	if d.closed {
		return Item{}, false
	}
	if d.framing == undecided && len(d.buf) > 0 && !mayBeTLS(d.buf) {
		d.framing = notTLS
		return d.notTLS(), true
	}
	if it, ok := d.closeMessage(); ok {
		return it, true
	}
	d.closed = true
	return d.closeRecord()
}

// Negotiated returns the version and suite selected, once a ServerHello was
// read or SetNegotiated called; zero before.
func (d *Decoder) Negotiated() (iana.Version, iana.Suite) { return d.version, d.suite }

// SetNegotiated tells what the other direction's ServerHello selected: the forms
// of messages depend on it.
func (d *Decoder) SetNegotiated(v iana.Version, s iana.Suite) { d.version, d.suite = v, s }

// Banner returns up to 4096 bytes of what is not TLS, including those that came
// after the Item of KindNotTLS: from the start of the stream or, if it began
// as TLS, from where a record was due and something else stood. Nil otherwise.
func (d *Decoder) Banner() []byte { return d.banner }

func (d *Decoder) rest() []byte { return d.buf[d.pos:] }

func (d *Decoder) offset() int64 { return d.base + int64(d.pos) }

func (d *Decoder) notTLS() Item {
	d.keepBanner()
	return Item{Kind: KindNotTLS, Raw: bytes.Clone(d.banner)}
}

// nextTLS consumes records until one yields an item.
func (d *Decoder) nextTLS() (Item, bool) {
	for {
		if !d.rec.active {
			it, ok := d.startRecord()
			if ok || !d.rec.active {
				return it, ok
			}
		}
		if it, ok := d.consume(); ok {
			return it, true
		}
	}
}

// startRecord activates the next record if it is complete. It returns an item
// only if what stands there is no record.
func (d *Decoder) startRecord() (Item, bool) {
	b := d.rest()
	if len(b) > 1 && b[1] != 3 {
		return d.lose(2, "version", "3.x", fmt.Sprintf("%d.x", b[1]))
	}
	if len(b) < recordHeader {
		return Item{}, false
	}
	n := int(b[3])<<8 | int(b[4])
	if n > maxCiphertext {
		return d.lose(recordHeader, "length", fmt.Sprintf("at most %d", maxCiphertext), fmt.Sprint(n))
	}
	if len(b) < recordHeader+n {
		return Item{}, false
	}
	d.rec = record{
		active: true, typ: iana.ContentType(b[0]), version: iana.Version(b[1])<<8 | iana.Version(b[2]),
		offset: d.offset(), left: n,
	}
	d.pos += recordHeader
	return Item{}, false
}

// lose gives up on the stream because of the first n bytes of a header: without
// one to trust, nothing after it can be found.
func (d *Decoder) lose(n int, field, want, got string) (Item, bool) {
	it := Item{
		Kind: KindMalformed, Offset: d.offset(), Records: 1, Raw: bytes.Clone(d.rest()[:n]),
		Err: &ParseError{Message: "record", Field: field, Want: want, Got: got},
	}
	d.framing = lost
	d.keepBanner()
	return it, true
}

// keepBanner moves what was not consumed to the banner.
func (d *Decoder) keepBanner() {
	b := d.rest()
	d.banner = append(make([]byte, 0, bannerSize), b[:min(len(b), bannerSize)]...)
	d.buf, d.pos = nil, 0
}

// consume reads on in the active record. It returns false when the record is
// used up without completing an item.
func (d *Decoder) consume() (Item, bool) {
	switch d.rec.typ {
	case iana.ContentHandshake:
		if d.encrypted() {
			return d.whole(KindEncryptedHandshake), true
		}
		return d.consumeHandshake()
	case iana.ContentAlert:
		if d.ccs && !is13(d.version) && d.rec.left != 2 && len(d.al.data) == 0 {
			return d.whole(KindEncryptedAlert), true
		}
		return d.consumeAlert()
	case iana.ContentChangeCipherSpec:
		it := d.whole(KindChangeCipherSpec)
		if !bytes.Equal(it.Raw, []byte{1}) {
			it.Kind = KindMalformed
			it.Err = &ParseError{Message: "ChangeCipherSpec", Field: "type", Want: "01", Got: fmt.Sprintf("%x", it.Raw[:min(len(it.Raw), 16)])}
		}
		d.ccs = true
		return it, true
	case iana.ContentApplicationData:
		return d.whole(KindApplicationData), true
	case iana.ContentHeartbeat:
		return d.whole(KindHeartbeat), true
	}
	return d.whole(KindUnknownRecord), true
}

// encrypted reports whether the active handshake record is encrypted.
// ChangeCipherSpec starts encryption up to 1.2; in 1.3 it means nothing, and a
// handshake record is always in clear. A client whose version is not known yet
// may be one of 1.3 whose second hello follows a ChangeCipherSpec.
func (d *Decoder) encrypted() bool {
	if !d.ccs || is13(d.version) || len(d.hs.data) > 0 || d.skip > 0 {
		return false
	}
	if d.version != 0 || d.from != FromClient {
		return true
	}
	b := d.rest()[:d.rec.left]
	return !(len(b) > 38 && b[0] == byte(iana.TypeClientHello) && b[1] == 0 && b[4] == 3)
}

// take copies and consumes n bytes of the active record.
func (d *Decoder) take(n int) []byte {
	b := bytes.Clone(d.buf[d.pos : d.pos+n])
	d.advance(n)
	return b
}

func (d *Decoder) advance(n int) {
	d.pos += n
	d.rec.left -= n
	if d.rec.left == 0 {
		d.rec.active = false
	}
}

// whole makes the rest of the active record an item.
func (d *Decoder) whole(kind ItemKind) Item {
	return Item{
		Kind: kind, Offset: d.rec.offset, Record: d.rec.version, RecordType: d.rec.typ, Records: 1,
		Raw: d.take(d.rec.left),
	}
}

func (d *Decoder) limit() int {
	if d.Limit > 0 {
		return min(d.Limit, 1<<24)
	}
	return DefaultLimit
}
