package keys

import (
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"hash"
	"io"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// maxContent is the most that a record may carry, in bytes (RFC 8446, Section 5.1).
const maxContent = 1 << 14

// Half protects the records of one direction under one set of keys. It counts
// them: each must go through it once and in order.
type Half struct {
	// Pad is how many zeros each sealed record of 1.3 carries beyond its content.
	Pad int

	version iana.Version
	seq     uint64
	records protection
}

// protection is how a cipher protects what a record carries. seal appends to
// dst, open returns what was sealed.
type protection interface {
	seal(dst []byte, seq uint64, t iana.ContentType, content []byte) ([]byte, error)
	open(seq uint64, t iana.ContentType, payload []byte) ([]byte, error)
}

// Seal appends content to dst as protected records of type t: one, or as many
// as its length needs.
func (h *Half) Seal(dst []byte, t iana.ContentType, content []byte) ([]byte, error) {
	for {
		n := min(len(content), maxContent-h.Pad)
		payload, outer, err := content[:n:n], t, error(nil)
		version := h.version
		if h.version == iana.TLS13 {
			payload = append(payload, byte(t))
			payload = append(payload, make([]byte, h.Pad)...)
			outer, version = iana.ContentApplicationData, iana.TLS12
		}
		if payload, err = h.records.seal(nil, h.seq, outer, payload); err != nil {
			return nil, err
		}
		h.seq++
		dst = wire.AppendRecord(dst, wire.Record{Type: outer, Version: version, Payload: payload})
		if content = content[n:]; len(content) == 0 {
			return dst, nil
		}
	}
}

// Open returns what the payload of a record of type t carries and, in 1.3, of
// which type that is. The error is ErrRecord if it does not open.
func (h *Half) Open(t iana.ContentType, payload []byte) (iana.ContentType, []byte, error) {
	content, err := h.records.open(h.seq, t, payload)
	if err != nil {
		return 0, nil, ErrRecord
	}
	h.seq++
	if h.version != iana.TLS13 {
		return t, content, nil
	}
	n := len(content)
	for n > 0 && content[n-1] == 0 {
		n--
	}
	if n == 0 { // RFC 8446, Section 5.4: nothing but padding
		return 0, nil, ErrRecord
	}
	return iana.ContentType(content[n-1]), content[: n-1 : n-1], nil
}

// aeadRecords is a cipher that authenticates what it encrypts: in 1.3 (RFC 8446,
// Section 5.2), and with GCM and CCM (RFC 5288; RFC 6655) or ChaCha20
// (RFC 7905) in 1.2.
type aeadRecords struct {
	version  iana.Version
	aead     cipher.AEAD
	iv       []byte
	explicit int
}

// nonce is the IV with the sequence number beside or over it.
func (p *aeadRecords) nonce(explicit []byte, seq uint64) []byte {
	nonce := make([]byte, p.aead.NonceSize())
	copy(nonce, p.iv)
	if p.explicit > 0 {
		copy(nonce[len(p.iv):], explicit)
		return nonce
	}
	tail := nonce[len(nonce)-8:]
	binary.BigEndian.PutUint64(tail, binary.BigEndian.Uint64(tail)^seq)
	return nonce
}

// data is what is authenticated beside the content: in 1.3 the header of the
// record as sent, whose payload has size bytes; in 1.2 that of its content.
func (p *aeadRecords) data(seq uint64, t iana.ContentType, size int) []byte {
	if p.version == iana.TLS13 {
		return []byte{byte(t), 3, 3, byte(size >> 8), byte(size)}
	}
	return header(p.version, seq, t, size-p.explicit-p.aead.Overhead())
}

// header is what a MAC up to 1.2 covers before the content (RFC 5246, Section
// 6.2.3.1); in SSL 3 without the version (RFC 6101, Section 5.2.3.1).
func header(v iana.Version, seq uint64, t iana.ContentType, size int) []byte {
	b := append(binary.BigEndian.AppendUint64(nil, seq), byte(t))
	if v > iana.SSL3 {
		b = append(b, byte(v>>8), byte(v))
	}
	return append(b, byte(size>>8), byte(size))
}

func (p *aeadRecords) seal(dst []byte, seq uint64, t iana.ContentType, content []byte) ([]byte, error) {
	explicit := binary.BigEndian.AppendUint64(nil, seq)[:p.explicit]
	size := p.explicit + len(content) + p.aead.Overhead()
	return p.aead.Seal(append(dst, explicit...), p.nonce(explicit, seq), content, p.data(seq, t, size)), nil
}

func (p *aeadRecords) open(seq uint64, t iana.ContentType, payload []byte) ([]byte, error) {
	if len(payload) < p.explicit+p.aead.Overhead() {
		return nil, ErrRecord
	}
	explicit, sealed := payload[:p.explicit], payload[p.explicit:]
	return p.aead.Open(nil, p.nonce(explicit, seq), sealed, p.data(seq, t, len(payload)))
}

// macRecords is a stream or block cipher with a MAC beside it.
type macRecords struct {
	version iana.Version
	mac     func(seq uint64, t iana.ContentType, content []byte) []byte
	size    int                              // bytes of the MAC
	stream  cipher.Stream                    // of RC4
	chain   cipher.BlockMode                 // of 1.0 and older, whose records chain on
	blocks  func(iv []byte) cipher.BlockMode // of 1.1 and later, where each has its IV
	block   int                              // bytes of a block; 0: a stream, or nothing at all
	after   bool                             // the MAC covers the ciphertext (RFC 7366)
	random  io.Reader                        // of the IVs
}

func (p *macRecords) seal(dst []byte, seq uint64, t iana.ContentType, content []byte) ([]byte, error) {
	b := append([]byte(nil), content...)
	if !p.after {
		b = append(b, p.mac(seq, t, content)...)
	}
	switch {
	case p.stream != nil:
		p.stream.XORKeyStream(b, b)
	case p.block > 0:
		n := p.block - len(b)%p.block
		for range n {
			b = append(b, byte(n-1))
		}
		mode := p.chain
		if mode == nil {
			iv := make([]byte, p.block)
			if _, err := io.ReadFull(p.random, iv); err != nil {
				return nil, err
			}
			mode = p.blocks(iv)
			mode.CryptBlocks(b, b)
			b = append(iv, b...)
			break
		}
		mode.CryptBlocks(b, b)
	}
	if p.after {
		b = append(b, p.mac(seq, t, b)...)
	}
	return append(dst, b...), nil
}

func (p *macRecords) open(seq uint64, t iana.ContentType, payload []byte) ([]byte, error) {
	b := append([]byte(nil), payload...)
	var err error
	if p.after {
		if b, err = p.check(seq, t, b); err != nil {
			return nil, err
		}
	}
	switch {
	case p.stream != nil:
		p.stream.XORKeyStream(b, b)
	case p.block > 0:
		if b, err = p.decrypt(b); err != nil {
			return nil, err
		}
	}
	if p.after {
		return b, nil
	}
	return p.check(seq, t, b)
}

// decrypt undoes the block cipher and takes the padding off.
func (p *macRecords) decrypt(b []byte) ([]byte, error) {
	mode := p.chain
	if mode == nil {
		if len(b) < p.block {
			return nil, ErrRecord
		}
		mode, b = p.blocks(b[:p.block]), b[p.block:]
	}
	if len(b) == 0 || len(b)%p.block != 0 {
		return nil, ErrRecord
	}
	mode.CryptBlocks(b, b)
	pad := int(b[len(b)-1])
	if pad+1 > len(b) {
		return nil, ErrRecord
	}
	for _, x := range b[len(b)-1-pad:] {
		if int(x) != pad && p.version > iana.SSL3 { // SSL 3 leaves the content of the padding open
			return nil, ErrRecord
		}
	}
	return b[:len(b)-1-pad], nil
}

// check takes the MAC off the end of b.
func (p *macRecords) check(seq uint64, t iana.ContentType, b []byte) ([]byte, error) {
	n := len(b) - p.size
	if n < 0 || !hmac.Equal(b[n:], p.mac(seq, t, b[:n])) {
		return nil, ErrRecord
	}
	return b[:n], nil
}

// hmacOf is the MAC of TLS (RFC 5246, Section 6.2.3.1).
func hmacOf(v iana.Version, h func() hash.Hash, secret []byte) func(uint64, iana.ContentType, []byte) []byte {
	return func(seq uint64, t iana.ContentType, content []byte) []byte {
		m := hmac.New(h, secret)
		m.Write(header(v, seq, t, len(content)))
		m.Write(content)
		return m.Sum(nil)
	}
}
