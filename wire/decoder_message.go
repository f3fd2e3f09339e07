package wire

import (
	"bytes"

	"github.com/parley-tls/parley/iana"
)

const messageHeader = 4

// consumeHandshake takes bytes of the active record into the message being
// collected, and returns it once complete.
func (d *Decoder) consumeHandshake() (Item, bool) {
	if d.skip > 0 {
		n := min(d.skip, d.rec.left)
		d.skip -= n
		d.advance(n)
		return Item{}, false
	}
	if d.rec.left == 0 {
		d.advance(0) // an empty record carries nothing, but may lie inside a message
		if len(d.hs.data) > 0 {
			d.hs.records++
		}
		return Item{}, false
	}
	p := &d.hs
	if len(p.data) == 0 {
		p.offset, p.records = d.rec.offset, 0
	}
	p.records++
	b := d.rest()[:d.rec.left]
	if len(p.data) == 0 && len(b) >= messageHeader {
		if n := messageHeader + length24(b); n <= len(b) && n-messageHeader <= d.limit() {
			return d.message(d.take(n)), true
		}
	}
	if n := messageHeader - len(p.data); n > 0 {
		n = min(n, d.rec.left)
		p.data = append(p.data, b[:n]...)
		d.advance(n)
		if len(p.data) < messageHeader {
			return Item{}, false
		}
		if length24(p.data) > d.limit() {
			return d.tooLarge(), true
		}
	}
	n := min(messageHeader+length24(p.data)-len(p.data), d.rec.left)
	if n > 0 {
		p.data = append(p.data, d.rest()[:n]...)
		d.advance(n)
	}
	if len(p.data) == messageHeader+length24(p.data) {
		return d.message(p.data), true
	}
	return Item{}, false
}

func length24(header []byte) int { return int(header[1])<<16 | int(header[2])<<8 | int(header[3]) }

// message parses a complete message and forgets what was collected.
func (d *Decoder) message(raw []byte) Item {
	it := Item{
		Kind: KindHandshake, Offset: d.hs.offset, Record: d.rec.version, RecordType: d.rec.typ,
		Records: d.hs.records, Type: iana.HandshakeType(raw[0]), HasType: true, Raw: raw,
	}
	d.hs = partial{}
	body := raw[messageHeader:len(raw):len(raw)]
	if it.Message, it.Err = ParseMessage(it.Type, body, d.version, d.suite); it.Err != nil {
		it.Kind = KindMalformed
	}
	if h, ok := it.Message.(*ServerHello); ok {
		d.version, d.suite = h.Version(), h.Suite
	}
	return it
}

// tooLarge reports the message whose header was collected, and arranges to skip it.
func (d *Decoder) tooLarge() Item {
	n := length24(d.hs.data)
	it := Item{
		Kind: KindTooLarge, Offset: d.hs.offset, Record: d.rec.version, RecordType: d.rec.typ,
		Records: d.hs.records, Type: iana.HandshakeType(d.hs.data[0]), HasType: true, Raw: d.hs.data,
		Err: &ParseError{Message: "handshake", Field: "length", Offset: 1, Want: "at most " + byteCount(d.limit()), Got: byteCount(n)},
	}
	d.skip, d.skipped = n, d.hs.offset
	d.hs = partial{}
	return it
}

// consumeAlert returns the next alert of the active record. A record may hold
// several, or half of one.
func (d *Decoder) consumeAlert() (Item, bool) {
	if d.rec.left == 0 {
		it := d.whole(KindMalformed)
		it.Err = &ParseError{Message: "Alert", Field: "level", Want: "2 bytes", Got: "an empty record"}
		return it, true
	}
	p := &d.al
	if len(p.data) == 0 {
		p.offset, p.records = d.rec.offset, 0
	}
	p.records++
	n := min(2-len(p.data), d.rec.left)
	p.data = append(p.data, d.rest()[:n]...)
	d.advance(n)
	if len(p.data) < 2 {
		return Item{}, false
	}
	it := Item{
		Kind: KindAlert, Offset: p.offset, Record: d.rec.version, RecordType: d.rec.typ, Records: p.records,
		Alert: Alert{Level: iana.AlertLevel(p.data[0]), Description: iana.Alert(p.data[1])}, Raw: p.data,
	}
	*p = partial{}
	return it, true
}

// closeMessage returns a handshake message or alert that the end cut off, as far
// as complete records hold it.
func (d *Decoder) closeMessage() (Item, bool) {
	switch {
	case len(d.hs.data) > 0:
		p := d.hs
		d.hs = partial{}
		it := Item{
			Kind: KindTruncated, Offset: p.offset, RecordType: iana.ContentHandshake, Records: p.records,
			Type: iana.HandshakeType(p.data[0]), HasType: true, Raw: p.data, Missing: messageHeader - len(p.data),
		}
		if len(p.data) >= messageHeader {
			it.Missing = messageHeader + length24(p.data) - len(p.data)
		}
		return it, true
	case len(d.al.data) > 0:
		p := d.al
		d.al = partial{}
		return Item{
			Kind: KindTruncated, Offset: p.offset, RecordType: iana.ContentAlert, Records: p.records,
			Raw: p.data, Missing: 1,
		}, true
	case d.skip > 0:
		n := d.skip
		d.skip = 0
		return Item{Kind: KindTruncated, Offset: d.skipped, RecordType: iana.ContentHandshake, Missing: n}, true
	}
	return Item{}, false
}

// closeRecord returns a record that the end cut off.
func (d *Decoder) closeRecord() (Item, bool) {
	b := d.rest()
	if len(b) == 0 || d.framing == notTLS || d.framing == lost {
		return Item{}, false
	}
	it := Item{Kind: KindTruncated, Offset: d.offset(), Records: 1}
	d.pos = len(d.buf)
	if d.framing == framedSSL2 || d.framing == undecided && b[0]&0x80 != 0 {
		it.Raw, it.Missing = bytes.Clone(b), 2-len(b)
		if b[0]&0x80 == 0 {
			it.Missing++ // the header has three bytes
		}
		if f, ok := readSSL2Frame(b); ok {
			it.Raw, it.Missing = bytes.Clone(b[f.header:]), f.header+f.length-len(b)
		}
		return it, true
	}
	it.RecordType = iana.ContentType(b[0])
	if len(b) < recordHeader {
		it.Raw, it.Missing = bytes.Clone(b), recordHeader-len(b)
		return it, true
	}
	it.Record = iana.Version(b[1])<<8 | iana.Version(b[2])
	it.Raw = bytes.Clone(b[recordHeader:])
	it.Missing = recordHeader + (int(b[3])<<8 | int(b[4])) - len(b)
	if it.RecordType == iana.ContentHandshake && len(it.Raw) > 0 && !d.ccs {
		it.Type, it.HasType = iana.HandshakeType(it.Raw[0]), true
	}
	return it, true
}
