package wire

import (
	"bytes"
	"fmt"

	"github.com/parley-tls/parley/iana"
)

// DatagramDecoder reads what one side of DTLS sends, a datagram at a time. Its items
// are those that a Decoder makes of the same messages over TCP: whole messages in
// their order, each once, with the handshake header of TLS, however they were cut,
// put in another order and repeated on the way. Encrypted records and alerts come as
// they are.
//
// What is not DTLS at all is kept apart: who sends to a port over UDP need not be
// the peer.
type DatagramDecoder struct {
	// Limit is the longest message to keep, in bytes; zero means DefaultLimit. Of a
	// longer one an Item of KindTooLarge is returned. What is kept of messages that
	// are not complete is at most twice that.
	Limit int

	from    Sender
	base    int64 // bytes of the datagrams before this one
	queue   []Item
	asm     assembly
	recent  [32]string // the last records that hold no message in clear
	next    int
	version iana.Version
	suite   iana.Suite
	spoke   bool // a record of DTLS came
	strange int
	banner  []byte
}

// NewDatagramDecoder returns a DatagramDecoder for what one side sends. It panics if
// from is neither FromServer nor FromClient.
func NewDatagramDecoder(from Sender) *DatagramDecoder {
	if from != FromServer && from != FromClient {
		panic("wire: NewDatagramDecoder needs FromServer or FromClient")
	}
	return &DatagramDecoder{from: from}
}

// Write takes one datagram. It never fails and does not keep p.
func (d *DatagramDecoder) Write(p []byte) (int, error) {
	known := false
	for b := p; len(b) > 0; {
		if is13(d.version) && b[0]&0xe0 == 0x20 { // a record of 1.3 whose header is short (RFC 9147, Section 4)
			if !d.known(b) {
				d.queue = append(d.queue, Item{
					Kind: KindApplicationData, Offset: d.offset(p, b), Record: iana.DTLS12, RecordType: iana.ContentApplicationData, Records: 1, Raw: bytes.Clone(b),
				})
			}
			known = true
			break
		}
		r, length, ok := readDTLSRecord(b)
		if !ok {
			break
		}
		known = true
		d.record(r, length, d.offset(p, b), b)
		b = b[min(len(b), dtlsHeader+length):]
	}
	d.base += int64(len(p))
	if known {
		d.spoke = true
		return len(p), nil
	}
	d.strange++
	if d.banner == nil {
		d.banner = append(make([]byte, 0, min(len(p), bannerSize)), p[:min(len(p), bannerSize)]...)
	}
	return len(p), nil
}

func (d *DatagramDecoder) offset(datagram, rest []byte) int64 {
	return d.base + int64(len(datagram)-len(rest))
}

// Strange returns how many datagrams came that hold nothing of DTLS.
func (d *DatagramDecoder) Strange() int { return d.strange }

// Banner returns the first datagram that is not DTLS, up to 4096 bytes of it; nil if
// there was none.
func (d *DatagramDecoder) Banner() []byte { return d.banner }

// Next returns the next complete item; false means that it needs more datagrams.
func (d *DatagramDecoder) Next() (Item, bool) {
	if len(d.queue) == 0 {
		return Item{}, false
	}
	it := d.queue[0]
	d.queue = d.queue[1:]
	return it, true
}

// Close says that nothing more comes. It returns what is left, and then a message of
// which a part is missing; or, where nothing of DTLS ever came, what came in its
// place. Call it until it returns false.
func (d *DatagramDecoder) Close() (Item, bool) {
	if it, ok := d.Next(); ok {
		return it, true
	}
	if !d.spoke && d.banner != nil {
		d.spoke = true
		return Item{Kind: KindNotTLS, Raw: bytes.Clone(d.banner)}, true
	}
	return d.asm.cut()
}

// Negotiated returns the version and suite selected, once a ServerHello was read or
// SetNegotiated called; zero before.
func (d *DatagramDecoder) Negotiated() (iana.Version, iana.Suite) { return d.version, d.suite }

// SetNegotiated tells what the other direction's ServerHello selected: the forms
// of messages depend on it.
func (d *DatagramDecoder) SetNegotiated(v iana.Version, s iana.Suite) { d.version, d.suite = v, s }

// record reads one record, which stands at offset; raw begins with its header.
func (d *DatagramDecoder) record(r DTLSRecord, length int, offset int64, raw []byte) {
	it := Item{Offset: offset, Record: r.Version, RecordType: r.Type, Records: 1}
	if length > len(r.Payload) {
		it.Kind, it.Raw = KindMalformed, bytes.Clone(raw)
		it.Err = &ParseError{
			Message: "record", Field: "length", Offset: dtlsHeader - 2, Want: "at most " + byteCount(len(r.Payload)) + ", the rest of the datagram", Got: byteCount(length),
		}
		d.queue = append(d.queue, it)
		return
	}
	if r.Type == iana.ContentHandshake && r.Epoch == 0 {
		d.handshake(r, it)
		return
	}
	if d.known(raw[:dtlsHeader+length]) {
		return
	}
	it.Kind, it.Raw = kindOf(r), bytes.Clone(r.Payload)
	switch {
	case it.Kind == KindAlert:
		d.alerts(it)
		return
	case it.Kind == KindChangeCipherSpec && !bytes.Equal(it.Raw, []byte{1}):
		it.Kind = KindMalformed
		it.Err = &ParseError{Message: "ChangeCipherSpec", Field: "type", Want: "01", Got: fmt.Sprintf("%x", it.Raw[:min(len(it.Raw), 16)])}
	}
	d.queue = append(d.queue, it)
}

// kindOf says what a record without a message in clear is.
func kindOf(r DTLSRecord) ItemKind {
	switch {
	case r.Type == iana.ContentHandshake:
		return KindEncryptedHandshake
	case r.Type == iana.ContentAlert && r.Epoch > 0:
		return KindEncryptedAlert
	case r.Type == iana.ContentAlert:
		return KindAlert
	case r.Type == iana.ContentChangeCipherSpec:
		return KindChangeCipherSpec
	case r.Type == iana.ContentApplicationData:
		return KindApplicationData
	case r.Type == iana.ContentHeartbeat:
		return KindHeartbeat
	}
	return KindUnknownRecord
}

// known says whether a record came before, byte for byte, and remembers it.
func (d *DatagramDecoder) known(raw []byte) bool {
	text := string(raw[:min(len(raw), 64)])
	for _, r := range d.recent {
		if r == text {
			return true
		}
	}
	d.recent[d.next] = text
	d.next = (d.next + 1) % len(d.recent)
	return false
}

// alerts reads the alerts of a record in clear: one, as a rule.
func (d *DatagramDecoder) alerts(it Item) {
	if len(it.Raw) == 0 || len(it.Raw)%2 != 0 {
		it.Kind = KindMalformed
		it.Err = &ParseError{Message: "Alert", Field: "level", Want: "2 bytes", Got: byteCount(len(it.Raw))}
		d.queue = append(d.queue, it)
		return
	}
	for a := it.Raw; len(a) > 0; a = a[2:] {
		one := it
		one.Alert, one.Raw = Alert{Level: iana.AlertLevel(a[0]), Description: iana.Alert(a[1])}, a[:2:2]
		d.queue = append(d.queue, one)
	}
}

// handshake reads the pieces of messages in one record, and queues the messages
// that they complete. it is what is known of the record.
func (d *DatagramDecoder) handshake(r DTLSRecord, it Item) {
	d.asm.limit = DefaultLimit
	if d.Limit > 0 {
		d.asm.limit = min(d.Limit, 1<<24)
	}
	for b := r.Payload; len(b) > 0; {
		f, rest, err := readFragment(b)
		if err == nil {
			err = d.asm.add(f, it)
		}
		if err != nil {
			it.Kind, it.Raw, it.Err = KindMalformed, bytes.Clone(b), err
			d.queue = append(d.queue, it)
			return
		}
		b = rest
		for m, ok := d.asm.take(); ok; m, ok = d.asm.take() {
			d.message(m)
		}
	}
}

// message parses a complete message.
func (d *DatagramDecoder) message(it Item) {
	if it.Kind == KindHandshake {
		body := it.Raw[messageHeader:len(it.Raw):len(it.Raw)]
		if it.Message, it.Err = ParseMessage(it.Type, body, d.version, d.suite); it.Err != nil {
			it.Kind = KindMalformed
		}
		if h, ok := it.Message.(*ServerHello); ok {
			d.version, d.suite = h.Version(), h.Suite
		}
	}
	d.queue = append(d.queue, it)
}
