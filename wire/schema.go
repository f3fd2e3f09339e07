package wire

import (
	"fmt"
	"strconv"

	"golang.org/x/crypto/cryptobyte"
)

// ParseError says at which field a message stopped making sense.
type ParseError struct {
	Message string // the message, as "ClientHello"
	Field   string // the field, as the RFC spells it: "cipher_suites"
	Offset  int    // where the field begins, in bytes from the start of the body
	Want    string // what the field needs: "34 bytes"
	Got     string // what is there: "12 bytes"
}

// Error reads "ClientHello: cipher_suites at byte 35: expected 34 bytes, got 12 bytes".
func (e *ParseError) Error() string {
	return fmt.Sprintf("%s: %s at byte %d: expected %s, got %s", e.Message, e.Field, e.Offset, e.Want, e.Got)
}

// reader reads the fields of one message in order. After the first failure
// every read returns zero and err stays, so that a schema is written as a plain
// list of fields.
type reader struct {
	s       cryptobyte.String
	message string
	end     int // offset in the body of the byte after s
	err     error
}

func newReader(message string, body []byte) reader {
	return reader{s: body, message: message, end: len(body)}
}

func (r *reader) offset() int { return r.end - len(r.s) }

func (r *reader) fail(field, want, got string) {
	if r.err == nil {
		r.err = &ParseError{Message: r.message, Field: field, Offset: r.offset(), Want: want, Got: got}
	}
	r.s = nil
}

// reject fails at a field of n bytes that was read already.
func (r *reader) reject(n int, field, want, got string) {
	if r.err == nil {
		r.end, r.s = r.offset()-n, nil
		r.fail(field, want, got)
	}
}

func (r *reader) short(field string, want int) {
	if r.err == nil {
		r.fail(field, byteCount(want), byteCount(len(r.s)))
	}
}

func byteCount(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

func (r *reader) more() bool { return len(r.s) > 0 && r.err == nil }

func (r *reader) uint8(field string) (v uint8) {
	if !r.s.ReadUint8(&v) {
		r.short(field, 1)
	}
	return v
}

func (r *reader) uint16(field string) (v uint16) {
	if !r.s.ReadUint16(&v) {
		r.short(field, 2)
	}
	return v
}

func (r *reader) uint24(field string) int {
	var v uint32
	if !r.s.ReadUint24(&v) {
		r.short(field, 3)
	}
	return int(v)
}

func (r *reader) uint32(field string) (v uint32) {
	if !r.s.ReadUint32(&v) {
		r.short(field, 4)
	}
	return v
}

func (r *reader) bytes(field string, n int) (v []byte) {
	if !r.s.ReadBytes(&v, n) {
		r.short(field, n)
	}
	return v
}

func (r *reader) copy(field string, to []byte) {
	if !r.s.CopyBytes(to) {
		r.short(field, len(to))
	}
}

// vector reads a length of prefix bytes and as many bytes as it says.
func (r *reader) vector(field string, prefix int) []byte {
	if len(r.s) < prefix {
		r.short(field, prefix)
		return nil
	}
	n := 0
	for _, b := range r.s[:prefix] {
		n = n<<8 | int(b)
	}
	if len(r.s)-prefix < n {
		r.fail(field, byteCount(n), byteCount(len(r.s)-prefix))
		return nil
	}
	v := r.s[prefix : prefix+n : prefix+n]
	r.s = r.s[prefix+n:]
	return v
}

// list reads a vector whose elements the caller reads; close the list with join.
func (r *reader) list(field string, prefix int) reader {
	v := r.vector(field, prefix)
	return reader{s: v, message: r.message, end: r.offset(), err: r.err}
}

// join takes over the failure of a list.
func (r *reader) join(list *reader) {
	if r.err == nil && list.err != nil {
		r.err, r.s = list.err, nil
	}
}

// done returns the failure, or one if bytes are left.
func (r *reader) done() error {
	if r.err == nil && len(r.s) > 0 {
		r.fail("end", "nothing", byteCount(len(r.s)))
	}
	return r.err
}

// numbers16 reads a vector of 16-bit numbers.
func numbers16[T ~uint16](r *reader, field string, prefix int) []T {
	at := r.offset()
	v := r.vector(field, prefix)
	if len(v)%2 != 0 {
		r.end, r.s = at, nil // the failure points at the vector's length
		r.fail(field, "an even number of bytes", byteCount(len(v)))
		return nil
	}
	out := make([]T, len(v)/2)
	for i := range out {
		out[i] = T(v[2*i])<<8 | T(v[2*i+1])
	}
	return out
}

// numbers8 reads a vector of bytes, one number each.
func numbers8[T ~uint8](r *reader, field string, prefix int) []T {
	v := r.vector(field, prefix)
	out := make([]T, len(v))
	for i := range out {
		out[i] = T(v[i])
	}
	return out
}

// vectors reads a list of vectors, both with the given length prefixes.
func vectors(r *reader, field string, prefix, inner int) [][]byte {
	list := r.list(field, prefix)
	var out [][]byte
	for list.more() {
		out = append(out, list.vector(field, inner))
	}
	r.join(&list)
	return out
}

// addVector writes v behind a length of prefix bytes.
func addVector(b *cryptobyte.Builder, prefix int, v []byte) {
	add(b, prefix, func(b *cryptobyte.Builder) { b.AddBytes(v) })
}

// add writes what f writes behind a length of prefix bytes.
func add(b *cryptobyte.Builder, prefix int, f func(*cryptobyte.Builder)) {
	switch prefix {
	case 1:
		b.AddUint8LengthPrefixed(f)
	case 2:
		b.AddUint16LengthPrefixed(f)
	case 3:
		b.AddUint24LengthPrefixed(f)
	}
}

func addNumbers16[T ~uint16](b *cryptobyte.Builder, prefix int, v []T) {
	add(b, prefix, func(b *cryptobyte.Builder) {
		for _, n := range v {
			b.AddUint16(uint16(n))
		}
	})
}

func addNumbers8[T ~uint8](b *cryptobyte.Builder, prefix int, v []T) {
	add(b, prefix, func(b *cryptobyte.Builder) {
		for _, n := range v {
			b.AddUint8(uint8(n))
		}
	})
}

func addVectors(b *cryptobyte.Builder, prefix, inner int, v [][]byte) {
	add(b, prefix, func(b *cryptobyte.Builder) {
		for _, e := range v {
			addVector(b, inner, e)
		}
	})
}

// build returns what f writes. It panics when a field is longer than its
// length prefix can say, which no parsed message is.
func build(size int, f func(*cryptobyte.Builder)) []byte {
	b := cryptobyte.NewBuilder(make([]byte, 0, size))
	f(b)
	return b.BytesOrPanic()
}

func itoa(v uint8) string { return strconv.Itoa(int(v)) }
