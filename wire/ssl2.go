package wire

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// The message types of SSL 2.
const (
	ssl2Error       = 0
	ssl2ClientHello = 1
	ssl2ServerHello = 4
)

// SSL2ClientHello is the hello of SSL 2, in which old clients also offer SSL 3
// and TLS (RFC 6101, Appendix E; RFC 5246, Appendix E.2).
type SSL2ClientHello struct {
	// Version is the highest version offered: SSL 2 or later.
	Version iana.Version
	// Kinds are the cipher kinds; one whose first byte is zero is a suite of TLS.
	Kinds     []iana.SSL2Suite
	SessionID []byte
	Challenge []byte
}

// ParseSSL2ClientHello reads the payload of an SSL 2 record that holds the
// hello of a client. Body inverts it. The result refers to body.
func ParseSSL2ClientHello(body []byte) (*SSL2ClientHello, error) {
	r := newReader("SSL2ClientHello", body)
	r.want("msg_type", ssl2ClientHello)
	h := &SSL2ClientHello{Version: iana.Version(r.uint16("version"))}
	kinds, id, challenge := r.uint16("cipher_spec_length"), r.uint16("session_id_length"), r.uint16("challenge_length")
	h.Kinds = r.kinds("cipher_specs", int(kinds))
	h.SessionID = r.bytes("session_id", int(id))
	h.Challenge = r.bytes("challenge", int(challenge))
	if err := r.done(); err != nil {
		return nil, err
	}
	return h, nil
}

// Suites returns the suites of SSL 3 and TLS among the cipher kinds.
func (h *SSL2ClientHello) Suites() []iana.Suite {
	var out []iana.Suite
	for _, k := range h.Kinds {
		if s, ok := k.Suite(); ok {
			out = append(out, s)
		}
	}
	return out
}

// Body writes the message, as the payload of an SSL 2 record.
func (h *SSL2ClientHello) Body() []byte {
	size := 9 + 3*len(h.Kinds) + len(h.SessionID) + len(h.Challenge)
	return build(size, func(b *cryptobyte.Builder) {
		b.AddUint8(ssl2ClientHello)
		b.AddUint16(uint16(h.Version))
		b.AddUint16(uint16(3 * len(h.Kinds)))
		b.AddUint16(uint16(len(h.SessionID)))
		b.AddUint16(uint16(len(h.Challenge)))
		addKinds(b, h.Kinds)
		b.AddBytes(h.SessionID)
		b.AddBytes(h.Challenge)
	})
}

// SSL2ServerHello is the answer of a server that accepts SSL 2. Without a cipher
// kind it accepts none of those offered, so SSL 2 is not accepted in effect.
type SSL2ServerHello struct {
	SessionIDHit    bool
	CertificateType uint8
	Version         iana.Version
	Certificate     []byte // in DER
	Kinds           []iana.SSL2Suite
	ConnectionID    []byte
}

// ParseSSL2ServerHello reads the payload of an SSL 2 record that holds the
// hello of a server. Body inverts it. The result refers to body.
func ParseSSL2ServerHello(body []byte) (*SSL2ServerHello, error) {
	r := newReader("SSL2ServerHello", body)
	r.want("msg_type", ssl2ServerHello)
	h := &SSL2ServerHello{}
	switch hit := r.uint8("session_id_hit"); {
	case hit == 1:
		h.SessionIDHit = true
	case hit > 1:
		r.reject(1, "session_id_hit", "0 or 1", itoa(hit))
	}
	h.CertificateType = r.uint8("certificate_type")
	h.Version = iana.Version(r.uint16("version"))
	cert, kinds, id := r.uint16("certificate_length"), r.uint16("cipher_specs_length"), r.uint16("connection_id_length")
	h.Certificate = r.bytes("certificate", int(cert))
	h.Kinds = r.kinds("cipher_specs", int(kinds))
	h.ConnectionID = r.bytes("connection_id", int(id))
	if err := r.done(); err != nil {
		return nil, err
	}
	return h, nil
}

// Body writes the message, as the payload of an SSL 2 record.
func (h *SSL2ServerHello) Body() []byte {
	size := 11 + len(h.Certificate) + 3*len(h.Kinds) + len(h.ConnectionID)
	return build(size, func(b *cryptobyte.Builder) {
		b.AddUint8(ssl2ServerHello)
		if h.SessionIDHit {
			b.AddUint8(1)
		} else {
			b.AddUint8(0)
		}
		b.AddUint8(h.CertificateType)
		b.AddUint16(uint16(h.Version))
		b.AddUint16(uint16(len(h.Certificate)))
		b.AddUint16(uint16(3 * len(h.Kinds)))
		b.AddUint16(uint16(len(h.ConnectionID)))
		b.AddBytes(h.Certificate)
		addKinds(b, h.Kinds)
		b.AddBytes(h.ConnectionID)
	})
}

// SSL2Error is an error of SSL 2: 1 no cipher kind, 2 no certificate, 4 bad
// certificate, 6 unsupported certificate type.
type SSL2Error struct {
	Code uint16
}

// ParseSSL2Error reads the payload of an SSL 2 record that holds an error.
func ParseSSL2Error(body []byte) (*SSL2Error, error) {
	r := newReader("SSL2Error", body)
	r.want("msg_type", ssl2Error)
	e := &SSL2Error{Code: r.uint16("error_code")}
	if err := r.done(); err != nil {
		return nil, err
	}
	return e, nil
}

// Body writes the message, as the payload of an SSL 2 record.
func (e *SSL2Error) Body() []byte { return []byte{ssl2Error, byte(e.Code >> 8), byte(e.Code)} }

// AppendSSL2Record appends payload behind the two-byte record header of SSL 2.
// It panics if payload is longer than 32,767 bytes.
func AppendSSL2Record(b, payload []byte) []byte {
	n := len(payload)
	if n > 0x7fff {
		panic("wire: SSL 2 record longer than 32767 bytes")
	}
	b = append(b, 0x80|byte(n>>8), byte(n))
	return append(b, payload...)
}

// AppendSSL2Padded appends payload and padding zero bytes behind the three-byte
// record header of SSL 2. It panics if both together exceed 16,383 bytes.
func AppendSSL2Padded(b, payload []byte, padding uint8) []byte {
	n := len(payload) + int(padding)
	if n > 0x3fff {
		panic("wire: SSL 2 record longer than 16383 bytes")
	}
	b = append(b, byte(n>>8), byte(n), padding)
	b = append(b, payload...)
	return append(b, make([]byte, padding)...)
}

// AppendSSL2ClientHello appends h as a record.
func AppendSSL2ClientHello(b []byte, h *SSL2ClientHello) []byte { return AppendSSL2Record(b, h.Body()) }

// AppendSSL2ServerHello appends h as a record.
func AppendSSL2ServerHello(b []byte, h *SSL2ServerHello) []byte { return AppendSSL2Record(b, h.Body()) }

// ssl2Frame is the header of an SSL 2 record.
type ssl2Frame struct {
	header, length, padding int
}

// readSSL2Frame reads a header of two bytes, or of three if the first bit is clear.
func readSSL2Frame(b []byte) (f ssl2Frame, ok bool) {
	switch {
	case len(b) < 2:
		return f, false
	case b[0]&0x80 != 0:
		return ssl2Frame{header: 2, length: int(b[0]&0x7f)<<8 | int(b[1])}, true
	case len(b) < 3:
		return f, false
	}
	return ssl2Frame{header: 3, length: int(b[0]&0x3f)<<8 | int(b[1]), padding: int(b[2])}, true
}

// parseSSL2 reads the first message of a side. Later ones are opaque.
func parseSSL2(payload []byte) (any, error) {
	switch {
	case len(payload) == 0:
		return nil, nil
	case payload[0] == ssl2ClientHello:
		return some(ParseSSL2ClientHello(payload))
	case payload[0] == ssl2ServerHello:
		return some(ParseSSL2ServerHello(payload))
	case payload[0] == ssl2Error:
		return some(ParseSSL2Error(payload))
	}
	return nil, nil
}

// want reads a byte that must be v.
func (r *reader) want(field string, v uint8) {
	if len(r.s) > 0 && r.s[0] != v {
		r.fail(field, itoa(v), itoa(r.s[0]))
		return
	}
	r.uint8(field)
}

// kinds reads n bytes of cipher kinds, three bytes each.
func (r *reader) kinds(field string, n int) []iana.SSL2Suite {
	if n%3 != 0 {
		r.fail(field, "a multiple of 3 bytes", byteCount(n))
		return nil
	}
	v := r.bytes(field, n)
	out := make([]iana.SSL2Suite, 0, len(v)/3)
	for c := range slices.Chunk(v, 3) {
		out = append(out, iana.SSL2Suite(c[0])<<16|iana.SSL2Suite(c[1])<<8|iana.SSL2Suite(c[2]))
	}
	return out
}

func addKinds(b *cryptobyte.Builder, kinds []iana.SSL2Suite) {
	for _, k := range kinds {
		b.AddUint24(uint32(k))
	}
}
