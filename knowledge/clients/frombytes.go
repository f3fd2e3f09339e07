package clients

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// maxInput bounds what FromBytes reads, in bytes: twice the longest ClientHello
// that its extensions can make, so that it may stand in hexadecimal text.
const maxInput = 2*(1<<16) + 1<<14

// FromBytes makes a client of the bytes of its hello: one or more records, a
// bare handshake message, or a hello in SSL 2 format; binary, or hexadecimal
// text with spaces, colons, line breaks, and lines of comment that begin with
// "#". Records of DTLS may have the hello in pieces. What follows the hello is ignored when it is in a record of its own.
func FromBytes(raw []byte) (*parley.Client, error) {
	h, err := parseHello(raw)
	if err != nil {
		return nil, err
	}
	h.From = []parley.Source{{Document: "the hello given as bytes"}}
	c := &parley.Client{ID: "hello", Name: "the client of this hello", Hellos: []parley.Hello{h}, From: h.From}
	c.Offers = offers(h)
	return c, nil
}

// ErrCapture says that the bytes are a packet capture, which may hold a hello.
var ErrCapture = errors.New("a packet capture")

func parseHello(raw []byte) (parley.Hello, error) {
	if err := otherFile(raw); err != nil {
		return parley.Hello{}, fmt.Errorf("not a ClientHello: %w", err)
	}
	if len(raw) > maxInput {
		return parley.Hello{}, fmt.Errorf("too many bytes for a ClientHello, at most %d", maxInput)
	}
	if isText(raw) {
		b, err := fromHex(raw)
		if err != nil {
			return parley.Hello{}, err
		}
		raw = b
	}
	if len(raw) == 0 {
		return parley.Hello{}, errors.New("no bytes of a ClientHello")
	}
	switch {
	case raw[0] == byte(iana.ContentHandshake) && len(raw) > 1 && raw[1] == 3:
		return fromRecords(raw)
	case raw[0] == byte(iana.ContentHandshake) && len(raw) > 1 && raw[1] == 0xfe:
		return fromDatagrams(raw)
	case raw[0] == byte(iana.TypeClientHello):
		return fromMessage(raw, 0)
	case raw[0]&0x80 != 0 && len(raw) > 2 && raw[2] == 1:
		return fromSSL2(raw)
	}
	return parley.Hello{}, fmt.Errorf("not a ClientHello: begins with %s", begins(raw))
}

// otherFile recognises files that are given by mistake.
func otherFile(raw []byte) error {
	for _, f := range []struct{ begins, is string }{
		{"\x1f\x8b", "compressed by gzip"},
		{"PK\x03\x04", "a ZIP archive"},
		{"-----BEGIN ", "PEM, as certificates and keys are"},
		{"{", "JSON"},
		{"\xff\xfe", "text in UTF-16"},
		{"HTTP/", "HTTP in clear"},
		{"GET ", "HTTP in clear"},
		{"CONNECT ", "HTTP in clear"},
	} {
		if bytes.HasPrefix(raw, []byte(f.begins)) {
			return errors.New(f.is)
		}
	}
	for _, magic := range []string{"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x0a\x0d\x0d\x0a"} {
		if bytes.HasPrefix(raw, []byte(magic)) {
			return ErrCapture
		}
	}
	return nil
}

func begins(raw []byte) string {
	b := raw[:min(len(raw), 8)]
	switch {
	case isText(b):
		return fmt.Sprintf("%q, which is text", b)
	case b[0] == byte(iana.ContentAlert):
		return fmt.Sprintf("%x, an alert", b)
	case b[0] == byte(iana.TypeServerHello):
		return fmt.Sprintf("%x, a ServerHello", b)
	}
	return fmt.Sprintf("%x", b)
}

func isText(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c != '\n' && c != '\r' && c != '\t' && (c < ' ' || c > '~') })
}

// fromHex reads hexadecimal text as captures and hex dumps without offsets
// write it.
func fromHex(text []byte) ([]byte, error) {
	var digits []byte
	n := 0
	for line := range bytes.Lines(text) {
		n++
		line = bytes.TrimSpace(line)
		if bytes.HasPrefix(line, []byte("#")) {
			continue
		}
		for i := 0; i < len(line); i++ {
			switch c := line[i]; {
			case c == ' ' || c == '\t' || c == ':' || c == ',':
			case c == '0' && i+1 < len(line) && (line[i+1] == 'x' || line[i+1] == 'X'):
				i++
			case strings.IndexByte("0123456789abcdefABCDEF", c) >= 0:
				digits = append(digits, c)
			default:
				return nil, fmt.Errorf("line %d: %q is not a hexadecimal digit", n, c)
			}
		}
	}
	if len(digits)%2 != 0 {
		return nil, fmt.Errorf("%d hexadecimal digits do not make whole bytes", len(digits))
	}
	b := make([]byte, len(digits)/2)
	if _, err := hex.Decode(b, digits); err != nil {
		return nil, err
	}
	return b, nil
}

const recordHeader = 5 // type, version, length

func fromRecords(raw []byte) (parley.Hello, error) {
	var message []byte
	var sizes []int
	version := iana.Version(0)
	for n := 1; len(raw) > 0 && !whole(message); n++ {
		if len(raw) < recordHeader {
			return parley.Hello{}, fmt.Errorf("record %d: %d of 5 bytes of its header", n, len(raw))
		}
		size := int(raw[3])<<8 | int(raw[4])
		if raw[0] != byte(iana.ContentHandshake) {
			return parley.Hello{}, fmt.Errorf("record %d: content type %v within the ClientHello", n, iana.ContentType(raw[0]))
		}
		if len(raw)-recordHeader < size {
			return parley.Hello{}, fmt.Errorf("record %d: %d of %d bytes", n, len(raw)-recordHeader, size)
		}
		if version == 0 {
			version = iana.Version(raw[1])<<8 | iana.Version(raw[2])
		}
		message = append(message, raw[recordHeader:recordHeader+size]...)
		raw = raw[recordHeader+size:]
		if size > 0 {
			sizes = append(sizes, size)
		}
	}
	h, err := fromMessage(message, version)
	if len(sizes) > 1 {
		h.Records = sizes
	}
	return h, err
}

const messageHeader = 4 // type, length

func sizeOf(message []byte) int { return int(message[1])<<16 | int(message[2])<<8 | int(message[3]) }

func whole(message []byte) bool {
	return len(message) >= messageHeader && len(message)-messageHeader >= sizeOf(message)
}

func fromMessage(m []byte, record iana.Version) (parley.Hello, error) {
	switch {
	case len(m) < messageHeader:
		return parley.Hello{}, fmt.Errorf("%d of 4 bytes of the handshake header", len(m))
	case m[0] != byte(iana.TypeClientHello):
		return parley.Hello{}, fmt.Errorf("handshake message %v, not a ClientHello", iana.HandshakeType(m[0]))
	case len(m)-messageHeader != sizeOf(m):
		return parley.Hello{}, fmt.Errorf("ClientHello of %d bytes, says it has %d", len(m)-messageHeader, sizeOf(m))
	}
	h, err := wire.ParseClientHello(bytes.Clone(m[messageHeader:]))
	if err != nil {
		return parley.Hello{}, err
	}
	if record == 0 {
		record = min(h.LegacyVersion, iana.TLS10) // RFC 8446, Section 5.1
	}
	return parley.Hello{Message: h, RecordVersion: record}, nil
}

// fromDatagrams reads a hello in records of DTLS. The cookie of a second hello is
// taken out: it is of another server, and another time.
func fromDatagrams(raw []byte) (parley.Hello, error) {
	d := wire.NewDatagramDecoder(wire.FromClient)
	d.Write(raw)
	it, ok := d.Next()
	if !ok {
		it, ok = d.Close()
	}
	h, is := it.Message.(*wire.ClientHello)
	switch {
	case !ok:
		return parley.Hello{}, errors.New("not a ClientHello: records of DTLS that have none")
	case it.Err != nil:
		return parley.Hello{}, it.Err
	case !is:
		return parley.Hello{}, fmt.Errorf("not a ClientHello: begins as a record of DTLS, and has no whole one: %v", it.Kind)
	}
	h = h.Clone()
	h.Cookie = nil
	return parley.Hello{Message: h, RecordVersion: it.Record}, nil
}

func fromSSL2(raw []byte) (parley.Hello, error) {
	size := int(raw[0]&0x7f)<<8 | int(raw[1])
	if len(raw)-2 != size {
		return parley.Hello{}, fmt.Errorf("SSL 2 record of %d bytes, says it has %d", len(raw)-2, size)
	}
	h, err := wire.ParseSSL2ClientHello(bytes.Clone(raw[2:]))
	if err != nil {
		return parley.Hello{}, err
	}
	return parley.Hello{SSL2: h, RecordVersion: iana.SSL2}, nil
}
