package keys

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"

	"golang.org/x/crypto/chacha20"

	"github.com/parley-tls/parley/iana"
)

// quicSalts are the salts of the keys of Initial packets, and the keys and
// nonces of the tag of a Retry (RFC 9001, Sections 5.2 and 5.8; RFC 9369,
// Section 3.3).
var quicSalts = map[iana.QUICVersion]struct{ initial, retryKey, retryNonce, labels string }{
	iana.QUIC1: {
		initial:    "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a",
		retryKey:   "\xbe\x0c\x69\x0b\x9f\x66\x57\x5a\x1d\x76\x6b\x54\xe3\x68\xc8\x4e",
		retryNonce: "\x46\x15\x99\xd3\x5d\x63\x2b\xf2\x23\x98\x25\xbb",
		labels:     "quic ",
	},
	iana.QUIC2: {
		initial:    "\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9",
		retryKey:   "\x8f\xb4\xb0\x1b\x56\xac\x48\xe2\x60\xfb\xcb\xce\xad\x7c\xcc\x92",
		retryNonce: "\xd8\x69\x69\xbc\x2d\x7c\x6d\x99\x90\xef\xb0\x4a",
		labels:     "quicv2 ",
	},
}

// quicInitialSuite protects the Initial packets of every version.
const quicInitialSuite iana.Suite = 0x1301

// quicSample is how many bytes of a packet its header's protection takes from
// (RFC 9001, Section 5.4.2), quicNumber how many a packet number has at most.
const (
	quicSample = 16
	quicNumber = 4
)

// Packets protects the packets of one direction and one level of QUIC.
type Packets struct {
	aead cipher.AEAD
	iv   []byte
	mask func(sample []byte) [5]byte
}

// QUICInitial returns the protection of Initial packets, of which every observer
// can make the keys from the connection ID to which the client's first packet
// went.
func QUICInitial(v iana.QUICVersion, to []byte) (client, server *Packets, err error) {
	salt, known := quicSalts[v]
	if !known {
		return nil, nil, ErrUnsupported
	}
	x, err := find(quicInitialSuite, iana.TLS13)
	if err != nil {
		return nil, nil, err
	}
	initial, err := hkdf.Extract(sha256.New, to, []byte(salt.initial))
	if err != nil {
		return nil, nil, err
	}
	for label, side := range map[string]**Packets{"client in": &client, "server in": &server} {
		s := &Secret{suite: x}
		if s.traffic, err = x.expand(initial, label, nil, sha256.Size); err != nil {
			return nil, nil, err
		}
		if *side, err = s.Packets(v); err != nil {
			return nil, nil, err
		}
	}
	return client, server, nil
}

// Packets returns the protection of the packets under the secret (RFC 9001,
// Section 5.1). A suite of CCM with a short tag has none there.
func (s *Secret) Packets(v iana.QUICVersion) (*Packets, error) {
	salt, known := quicSalts[v]
	if !known || s.suite.info.Cipher == "AES_128_CCM_8" || s.suite.info.Cipher == "AES_256_CCM_8" {
		return nil, ErrUnsupported
	}
	key, err := s.suite.expand(s.traffic, salt.labels+"key", nil, s.suite.key)
	if err != nil {
		return nil, err
	}
	p := &Packets{}
	if p.aead, err = s.suite.aead(key); err != nil {
		return nil, err
	}
	if p.iv, err = s.suite.expand(s.traffic, salt.labels+"iv", nil, p.aead.NonceSize()); err != nil {
		return nil, err
	}
	header, err := s.suite.expand(s.traffic, salt.labels+"hp", nil, s.suite.key)
	if err != nil {
		return nil, err
	}
	if s.suite.info.Cipher == "CHACHA20_POLY1305" {
		p.mask = func(sample []byte) (m [5]byte) { return chachaMask(header, sample) }
		return p, nil
	}
	block, err := aes.NewCipher(header)
	if err != nil {
		return nil, err
	}
	p.mask = func(sample []byte) (m [5]byte) {
		var b [aes.BlockSize]byte
		block.Encrypt(b[:], sample)
		return [5]byte(b[:5])
	}
	return p, nil
}

// chachaMask is the mask of ChaCha20, whose counter and nonce the sample is
// (RFC 9001, Section 5.4.4).
func chachaMask(key, sample []byte) (m [5]byte) {
	c, err := chacha20.NewUnauthenticatedCipher(key, sample[4:])
	if err != nil {
		panic("keys: " + err.Error()) // the lengths are those of the suite
	}
	c.SetCounter(binary.LittleEndian.Uint32(sample))
	c.XORKeyStream(m[:], m[:])
	return m
}

// Overhead is how many bytes a packet has beyond its header and its frames.
func (p *Packets) Overhead() int { return p.aead.Overhead() }

// Seal encrypts a packet of which header is in clear and ends with a packet number
// of 4 bytes at number, and returns it whole. There must be at least one frame.
func (p *Packets) Seal(header []byte, number int, frames []byte) []byte {
	n := uint64(binary.BigEndian.Uint32(header[number:]))
	b := p.aead.Seal(header, p.nonce(n), frames, header)
	mask := p.mask(b[number+quicNumber : number+quicNumber+quicSample])
	b[0] ^= mask[0] & headerBits(b[0])
	for i := range quicNumber {
		b[number+i] ^= mask[1+i]
	}
	return b
}

// Open decrypts a packet whose number begins at number, and returns that number
// and the frames. largest is the highest that was opened so far, or -1. The packet
// itself stays as it is. The error is ErrRecord if it does not open.
func (p *Packets) Open(packet []byte, number int, largest int64) (n uint64, frames []byte, err error) {
	if len(packet) < number+quicNumber+quicSample {
		return 0, nil, ErrRecord
	}
	b := bytes.Clone(packet)
	mask := p.mask(b[number+quicNumber : number+quicNumber+quicSample])
	b[0] ^= mask[0] & headerBits(b[0])
	size := int(b[0]&3) + 1
	for i := range size {
		b[number+i] ^= mask[1+i]
		n = n<<8 | uint64(b[number+i])
	}
	n = packetNumber(n, 8*size, largest)
	header := b[:number+size]
	if frames, err = p.aead.Open(nil, p.nonce(n), b[number+size:], header); err != nil || b[0]&reservedBits(b[0]) != 0 {
		return 0, nil, ErrRecord
	}
	return n, frames, nil
}

func (p *Packets) nonce(n uint64) []byte {
	nonce := bytes.Clone(p.iv)
	tail := nonce[len(nonce)-8:]
	binary.BigEndian.PutUint64(tail, binary.BigEndian.Uint64(tail)^n)
	return nonce
}

// headerBits are those of the first byte that are protected, and reservedBits
// those of them that must be 0 (RFC 9000, Sections 17.2 and 17.3.1).
func headerBits(first byte) byte {
	if first&0x80 != 0 {
		return 0x0f
	}
	return 0x1f
}

func reservedBits(first byte) byte {
	if first&0x80 != 0 {
		return 0x0c
	}
	return 0x18
}

// packetNumber is the number of which n has the last bits, the one that is
// closest to the next that is due (RFC 9000, Appendix A.3).
func packetNumber(n uint64, bits int, largest int64) uint64 {
	due, window := largest+1, int64(1)<<bits
	candidate := due&^(window-1) | int64(n)
	switch {
	case candidate <= due-window/2 && candidate < 1<<62-window:
		candidate += window
	case candidate > due+window/2 && candidate >= window:
		candidate -= window
	}
	return uint64(candidate)
}

// QUICRetryTag is the tag with which a Retry ends, that it comes from who saw
// the client's first packet, which went to the connection ID to. retry is the
// packet without the tag.
func QUICRetryTag(v iana.QUICVersion, to, retry []byte) ([]byte, error) {
	salt, known := quicSalts[v]
	if !known {
		return nil, ErrUnsupported
	}
	aead, err := gcm([]byte(salt.retryKey))
	if err != nil {
		return nil, err
	}
	pseudo := append(append([]byte{byte(len(to))}, to...), retry...)
	return aead.Seal(nil, []byte(salt.retryNonce), nil, pseudo), nil
}
