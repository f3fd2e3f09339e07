package keys

import (
	"bytes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"hash"
	"io"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Master is the master secret of a connection up to TLS 1.2, and what is
// derived from it.
type Master struct {
	version        iana.Version
	suite          *suite
	secret         []byte
	client, server []byte // the randoms
}

// NewMaster derives the master secret of a version from SSL 3 to 1.2 (RFC 5246,
// Section 8.1). session is what was said up to the ClientKeyExchange if both
// sides agreed on the extended master secret (RFC 7627, Section 4), else nil.
func NewMaster(v iana.Version, id iana.Suite, premaster []byte, client, server [32]byte, session *Transcript) (*Master, error) {
	if v > iana.TLS12 {
		return nil, ErrUnsupported
	}
	x, err := find(id, v)
	if err != nil {
		return nil, err
	}
	m := &Master{version: v, suite: x, client: client[:], server: server[:]}
	label, seed := "master secret", append(client[:], server[:]...)
	if session != nil {
		label, seed = "extended master secret", m.hash(session)
	}
	m.secret = m.prf(premaster, label, seed, 48)
	return m, nil
}

// hash is that of a transcript as the version takes it.
func (m *Master) hash(t *Transcript) []byte {
	if m.version == iana.TLS12 {
		return t.sum(m.suite.hash)
	}
	return append(t.sum(md5.New), t.sum(sha1.New)...)
}

// Finished is the verify_data of a side (RFC 5246, Section 7.4.9). t holds what
// was said before it.
func (m *Master) Finished(from wire.Sender, t *Transcript) []byte {
	if m.version == iana.SSL3 {
		sender := "SRVR"
		if from == wire.FromClient {
			sender = "CLNT"
		}
		return m.digest3(append(t.said[:len(t.said):len(t.said)], sender...))
	}
	label := "server finished"
	if from == wire.FromClient {
		label = "client finished"
	}
	return m.prf(m.secret, label, m.hash(t), 12)
}

// Halves returns the protection of what the client and the server send. after
// says that they agreed on encrypt_then_mac (RFC 7366), which counts for block
// ciphers alone. random is for the IVs of those.
func (m *Master) Halves(after bool, random io.Reader) (client, server *Half, err error) {
	x := m.suite
	mac := 0
	if x.mac != nil {
		mac = x.mac().Size()
	}
	fixed := x.fixed
	if x.block != nil && m.version > iana.TLS10 {
		fixed = 0 // each record carries its IV (RFC 4346, Section 6.2.3.2)
	}
	block := m.prf(m.secret, "key expansion", append(m.server[:32:32], m.client...), 2*(mac+x.key+fixed))
	cut := func(n int) []byte {
		b := block[:n]
		block = block[n:]
		return b
	}
	clientMAC, serverMAC := cut(mac), cut(mac)
	clientKey, serverKey := cut(x.key), cut(x.key)
	clientIV, serverIV := cut(fixed), cut(fixed)
	if client, err = m.half(clientMAC, clientKey, clientIV, after, random); err != nil {
		return nil, nil, err
	}
	server, err = m.half(serverMAC, serverKey, serverIV, after, random)
	return client, server, err
}

// half is a pair of protections that share their keys, for a half that may
// both seal and open: it does one of them.
func (m *Master) half(mac, key, iv []byte, after bool, random io.Reader) (*Half, error) {
	x := m.suite
	h := &Half{version: m.version}
	if x.aead != nil {
		aead, err := x.aead(key)
		h.records = &aeadRecords{version: m.version, aead: aead, iv: iv, explicit: x.explicit}
		return h, err
	}
	p := &lateRecords{sealing: macRecords{version: m.version, size: len(mac), random: random}}
	p.sealing.mac = hmacOf(m.version, x.mac, mac)
	if m.version == iana.SSL3 {
		p.sealing.mac = mac3(x.mac, mac)
	}
	p.opening = p.sealing
	if x.stream {
		s, err := rc4.NewCipher(key)
		if err != nil {
			return nil, err
		}
		p.sealing.stream, p.opening.stream = s, s
	}
	if x.block != nil {
		b, err := x.block(key)
		if err != nil {
			return nil, err
		}
		for _, r := range []*macRecords{&p.sealing, &p.opening} {
			r.block, r.after = b.BlockSize(), after
		}
		if m.version > iana.TLS10 {
			p.sealing.blocks = func(iv []byte) cipher.BlockMode { return cipher.NewCBCEncrypter(b, iv) }
			p.opening.blocks = func(iv []byte) cipher.BlockMode { return cipher.NewCBCDecrypter(b, iv) }
		} else {
			p.sealing.chain, p.opening.chain = cipher.NewCBCEncrypter(b, iv), cipher.NewCBCDecrypter(b, iv)
		}
	}
	h.records = p
	return h, nil
}

// lateRecords seals and opens with what differs between the two.
type lateRecords struct {
	sealing, opening macRecords
}

func (p *lateRecords) seal(dst []byte, seq uint64, t iana.ContentType, content []byte) ([]byte, error) {
	return p.sealing.seal(dst, seq, t, content)
}

func (p *lateRecords) open(seq uint64, t iana.ContentType, payload []byte) ([]byte, error) {
	return p.opening.open(seq, t, payload)
}

// prf is the pseudorandom function of the version: of 1.2 (RFC 5246, Section
// 5), of 1.0 and 1.1 (RFC 2246, Section 5), of SSL 3 (RFC 6101, Section 6.1).
func (m *Master) prf(secret []byte, label string, seed []byte, size int) []byte {
	labelled := append([]byte(label), seed...)
	switch {
	case m.version == iana.TLS12:
		return expandMAC(m.suite.hash, secret, labelled, size)
	case m.version > iana.SSL3:
		half := (len(secret) + 1) / 2
		a := expandMAC(md5.New, secret[:half], labelled, size)
		for i, b := range expandMAC(sha1.New, secret[len(secret)-half:], labelled, size) {
			a[i] ^= b
		}
		return a
	}
	var out []byte
	for i := 1; len(out) < size; i++ {
		inner := sha1.New()
		for range i {
			inner.Write([]byte{'A' - 1 + byte(i)})
		}
		inner.Write(secret)
		inner.Write(seed)
		outer := md5.New()
		outer.Write(secret)
		outer.Write(inner.Sum(nil))
		out = outer.Sum(out)
	}
	return out[:size]
}

// expandMAC is P_hash (RFC 5246, Section 5).
func expandMAC(h func() hash.Hash, secret, seed []byte, size int) []byte {
	sum := func(parts ...[]byte) []byte {
		m := hmac.New(h, secret)
		for _, p := range parts {
			m.Write(p)
		}
		return m.Sum(nil)
	}
	var out []byte
	for a := sum(seed); len(out) < size; a = sum(a) {
		out = append(out, sum(a, seed)...)
	}
	return out[:size]
}

// nested is the keyed hash of SSL 3, from which HMAC grew (RFC 6101, Section
// 5.2.3.1). The inner hash takes its secret and pad before the message, or, of
// a handshake, after it.
func nested(h func() hash.Hash, secret, before, after []byte) []byte {
	inner, outer := h(), h()
	pads := 40
	if inner.Size() == md5.Size {
		pads = 48
	}
	inner.Write(before)
	inner.Write(secret)
	inner.Write(bytes.Repeat([]byte{0x36}, pads))
	inner.Write(after)
	outer.Write(secret)
	outer.Write(bytes.Repeat([]byte{0x5c}, pads))
	outer.Write(inner.Sum(nil))
	return outer.Sum(nil)
}

// digest3 is the digest in a Finished or CertificateVerify of SSL 3 (RFC 6101,
// Sections 5.6.8 and 5.6.9): with MD5, and with SHA-1.
func (m *Master) digest3(message []byte) []byte {
	return append(nested(md5.New, m.secret, message, nil), nested(sha1.New, m.secret, message, nil)...)
}

// mac3 is the MAC of SSL 3.
func mac3(h func() hash.Hash, secret []byte) func(uint64, iana.ContentType, []byte) []byte {
	return func(seq uint64, t iana.ContentType, content []byte) []byte {
		return nested(h, secret, nil, append(header(iana.SSL3, seq, t, len(content)), content...))
	}
}
