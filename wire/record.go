package wire

import "github.com/parley-tls/parley/iana"

const (
	recordHeader = 5
	// maxPlaintext is the most a record may carry in clear (RFC 8446, Section 5.1).
	maxPlaintext = 1 << 14
	// maxCiphertext is the most a protected record may carry (RFC 5246, Section 6.2.3).
	maxCiphertext = maxPlaintext + 2048
)

// Record is one record: the unit in which TLS frames everything (RFC 8446, Section 5.1).
type Record struct {
	Type    iana.ContentType
	Version iana.Version
	Payload []byte
}

// AppendRecord appends r to b. It panics if the payload is longer than 65,535
// bytes; longer than 2^14, which a peer refuses, is written as asked.
func AppendRecord(b []byte, r Record) []byte {
	n := len(r.Payload)
	if n > 0xffff {
		panic("wire: record payload longer than 65535 bytes")
	}
	b = append(b, byte(r.Type), byte(r.Version>>8), byte(r.Version), byte(n>>8), byte(n))
	return append(b, r.Payload...)
}

// AppendRecords appends payload to b, split into records of the given sizes in
// bytes; the last size repeats. Without sizes, records are as long as allowed.
// A size of 0 writes an empty record; if the last size is 0, what is left
// goes into records as long as allowed. An empty payload is one empty record.
func AppendRecords(b []byte, typ iana.ContentType, v iana.Version, payload []byte, sizes ...int) []byte {
	if len(payload) == 0 {
		return AppendRecord(b, Record{Type: typ, Version: v})
	}
	for i := 0; len(payload) > 0; i++ {
		n := maxPlaintext
		switch {
		case i < len(sizes):
			n = sizes[i]
		case len(sizes) > 0 && sizes[len(sizes)-1] > 0:
			n = sizes[len(sizes)-1]
		}
		n = max(0, min(n, len(payload)))
		b = AppendRecord(b, Record{Type: typ, Version: v, Payload: payload[:n]})
		payload = payload[n:]
	}
	return b
}

// AppendMessage appends body to b with a handshake header of type t (RFC 8446,
// Section 4). It panics if body is longer than the header can say.
func AppendMessage(b []byte, t iana.HandshakeType, body []byte) []byte {
	if len(body) >= 1<<24 {
		panic("wire: handshake message longer than 2^24-1 bytes")
	}
	return append(appendMessageHeader(b, t, len(body)), body...)
}

func appendMessageHeader(b []byte, t iana.HandshakeType, length int) []byte {
	return append(b, byte(t), byte(length>>16), byte(length>>8), byte(length))
}
