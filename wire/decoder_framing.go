package wire

import (
	"fmt"

	"github.com/parley-tls/parley/iana"
)

// decide finds out what the stream is from its first bytes, as few as it takes.
func (d *Decoder) decide() {
	b := d.buf
	switch {
	case len(b) == 0:
	case looksTLS(b):
		if len(b) > 1 {
			d.framing = framedTLS
		}
	default:
		d.framing = decideSSL2(b, d.from)
	}
}

// looksTLS reports whether b, of any length, may begin a record of TLS.
func looksTLS(b []byte) bool {
	return b[0] >= byte(iana.ContentChangeCipherSpec) && b[0] <= byte(iana.ContentHeartbeat) &&
		(len(b) < 2 || b[1] == 3)
}

// mayBeTLS reports whether an undecided stream that ended is rather TLS or SSL 2
// cut off than something else. The three-byte header of SSL 2 is not taken for
// it: any text may begin that way.
func mayBeTLS(b []byte) bool { return looksTLS(b) || b[0]&0x80 != 0 }

// decideSSL2 tells a first record of SSL 2 from other protocols. The shape is
// checked as bytes come: header, message type, and the version or, of an
// error, the length.
func decideSSL2(b []byte, from Sender) framing {
	typ, version := byte(ssl2ClientHello), 1
	if from == FromServer {
		typ, version = ssl2ServerHello, 3
	}
	if b[0]&0x80 == 0 && b[0]&0x40 != 0 {
		return notTLS // the escape bit; no first record has it, most text does
	}
	f, ok := readSSL2Frame(b)
	if !ok {
		return undecided
	}
	if f.length-f.padding < 3 {
		return notTLS
	}
	p := b[f.header:]
	switch {
	case len(p) == 0:
		return undecided
	case p[0] == ssl2Error && f.header == 2:
		if f.length != 3 {
			return notTLS
		}
		return framedSSL2
	case p[0] != typ || f.length-f.padding < version+8:
		return notTLS
	case len(p) > version && p[version] != 0 && p[version] != 3:
		return notTLS
	case len(p) < version+2:
		return undecided
	}
	v := iana.Version(p[version])<<8 | iana.Version(p[version+1])
	if v != 0x0002 && (v>>8 != 3 || v&0xff > 4) {
		return notTLS
	}
	return framedSSL2
}

// nextSSL2 returns the next record of SSL 2. After a client's hello that offers
// a later version, its records are those of TLS.
func (d *Decoder) nextSSL2() (Item, bool) {
	b := d.rest()
	f, ok := readSSL2Frame(b)
	if !ok || len(b) < f.header+f.length {
		return Item{}, false
	}
	first := d.offset() == 0
	it := Item{Kind: KindSSL2, Offset: d.offset(), Record: iana.SSL2, Records: 1}
	payload := b[f.header : f.header+f.length]
	if f.padding <= f.length {
		payload = payload[:f.length-f.padding]
	}
	it.Raw = append(make([]byte, 0, len(payload)), payload...)
	d.pos += f.header + f.length
	if !first {
		return it, true
	}
	if it.Message, it.Err = parseSSL2(it.Raw); it.Err != nil {
		it.Kind = KindMalformed
	}
	if d.from == FromClient && len(it.Raw) > 1 && it.Raw[0] == ssl2ClientHello && it.Raw[1] == 3 {
		d.framing = framedTLS
	}
	if h, ok := it.Message.(*SSL2ServerHello); ok {
		d.version = h.Version
	}
	return it, true
}

// String names the sender.
func (s Sender) String() string {
	switch s {
	case FromServer:
		return "server"
	case FromClient:
		return "client"
	}
	return fmt.Sprintf("Sender(%d)", uint8(s))
}
