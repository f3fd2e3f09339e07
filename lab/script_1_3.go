package lab

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"hash"
	"net"
	"slices"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// compatibilityCCS is the record that makes 1.3 look like a resumption of 1.2
// (RFC 8446, Appendix D.4).
var compatibilityCCS = []byte{20, 3, 3, 0, 1, 1}

// choose13 negotiates suite, group and scheme of 1.3. sel.group may be one for
// which the client sent no key share.
func (s *script) choose13(h *wire.ClientHello, sel selection) (selection, iana.Alert) {
	i := slices.IndexFunc(s.Suites, func(x iana.Suite) bool { return x.TLS13() && h.HasSuite(x) && suite13(x) != nil })
	sel.group = 0
	for _, g := range s.Groups {
		if slices.Contains(h.Groups(), g) && (sel.group == 0 || share(h, g) != nil && share(h, sel.group) == nil) {
			sel.group = g
		}
	}
	for _, x := range h.Schemes() {
		if info, _ := x.Info(); sel.scheme == 0 && info.TLS13 && info.Key == s.Key && slices.Contains(s.Schemes, x) {
			sel.scheme = x
		}
	}
	if i < 0 || sel.group == 0 || sel.scheme == 0 || !s.loaded {
		return sel, iana.AlertHandshakeFailure
	}
	sel.suite = s.Suites[i]
	return sel, 0
}

// share is the client's key share of g, nil if it sent none.
func share(h *wire.ClientHello, g iana.Group) []byte {
	for _, k := range h.KeyShares() {
		if k.Group == g {
			return k.Data
		}
	}
	return nil
}

// serve13 writes the first flight of 1.3 to h, after a HelloRetryRequest if it
// needs one, and returns the alert if it cannot.
func (s *script) serve13(c *net.TCPConn, h *wire.ClientHello, sel selection) (refusal iana.Alert) {
	suite := suite13(sel.suite)
	transcript := suite.hash()
	transcript.Write(h.Message())
	if share(h, sel.group) == nil {
		retry := hello13(h, sel, binary.BigEndian.AppendUint16(nil, uint16(sel.group)))
		retry.Random = wire.HelloRetryRequestRandom
		out := wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, retry.Message())
		c.Write(append(out, compatibilityCCS...))
		first := transcript.Sum(nil)
		transcript.Reset()
		transcript.Write(wire.AppendMessage(nil, iana.TypeMessageHash, first))
		transcript.Write(retry.Message())
		var err error
		if h, _, err = readHello(&skipCCS{from: c}); err != nil || h == nil || share(h, sel.group) == nil {
			return iana.AlertIllegalParameter
		}
		transcript.Write(h.Message())
	}
	public, secret, err := agree(sel.group, share(h, sel.group))
	if err != nil {
		return iana.AlertIllegalParameter
	}
	var key cryptobyte.Builder
	key.AddUint16(uint16(sel.group))
	key.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(public) })
	f := &Flight{Version: iana.TLS12, Hello: hello13(h, sel, key.BytesOrPanic())}
	copy(f.Hello.Random[:], random(32))
	transcript.Write(f.Hello.Message())
	f.Messages = [][]byte{f.Hello.Message()}
	encrypted, err := s.encrypted(suite, sel, transcript, secret)
	if err != nil {
		return iana.AlertInternalError
	}
	f.Trailer = append(slices.Clone(compatibilityCCS), encrypted...)
	if s.Mangle != nil {
		s.Mangle(h, f)
	}
	c.Write(f.bytes())
	return 0
}

// hello13 is a ServerHello of 1.3 whose key_share is keyShare.
func hello13(h *wire.ClientHello, sel selection, keyShare []byte) *wire.ServerHello {
	return &wire.ServerHello{
		LegacyVersion: iana.TLS12, SessionID: h.SessionID, Suite: sel.suite,
		Extensions: []wire.Extension{
			{Type: iana.ExtSupportedVersions, Data: []byte{3, 4}},
			{Type: iana.ExtKeyShare, Data: keyShare},
		},
	}
}

// encrypted are the records from EncryptedExtensions to Finished. transcript
// has seen the messages up to the ServerHello.
func (s *script) encrypted(suite *cipherSuite13, sel selection, transcript hash.Hash, secret []byte) ([]byte, error) {
	keys, err := suite.handshakeKeys(secret, transcript.Sum(nil))
	if err != nil {
		return nil, err
	}
	extensions := &wire.EncryptedExtensions{}
	if n := len(sel.alpn); n > 0 {
		extensions.Extensions = []wire.Extension{{Type: iana.ExtALPN, Data: append([]byte{0, byte(n + 1), byte(n)}, sel.alpn...)}}
	}
	certificate := &wire.Certificate{TLS13: true, Raw: s.certificate.Certificate}
	var out []byte
	add := func(m []byte) {
		transcript.Write(m)
		out = keys.seal(out, m)
	}
	add(extensions.Message())
	add(certificate.Message())
	// RFC 8446, Section 4.4.3.
	signed := append(slices.Repeat([]byte{' '}, 64), "TLS 1.3, server CertificateVerify\x00"...)
	signature, err := s.sign(selection{version: iana.TLS12, scheme: sel.scheme}, signed, transcript.Sum(nil))
	if err != nil {
		return nil, err
	}
	verify := &wire.CertificateVerify{HasScheme: true, Scheme: sel.scheme, Signature: signature}
	add(wire.AppendMessage(nil, iana.TypeCertificateVerify, verify.Body()))
	mac := hmac.New(suite.hash, keys.finished)
	mac.Write(transcript.Sum(nil))
	add(wire.AppendMessage(nil, iana.TypeFinished, mac.Sum(nil)))
	return out, nil
}

// cipherSuite13 is what a suite of 1.3 stands for.
type cipherSuite13 struct {
	hash func() hash.Hash
	key  int // length of the key in bytes
	aead func(key []byte) (cipher.AEAD, error)
}

// suite13 is the suite x of 1.3, nil if the script does not have it.
func suite13(x iana.Suite) *cipherSuite13 {
	switch x {
	case iana.TLS_AES_128_GCM_SHA256:
		return &cipherSuite13{hash: sha256.New, key: 16, aead: aesGCM}
	case iana.TLS_AES_256_GCM_SHA384:
		return &cipherSuite13{hash: sha512.New384, key: 32, aead: aesGCM}
	case iana.TLS_CHACHA20_POLY1305_SHA256:
		return &cipherSuite13{hash: sha256.New, key: 32, aead: chacha20poly1305.New}
	}
	return nil
}

func aesGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// serverKeys protect the server's handshake messages.
type serverKeys struct {
	aead     cipher.AEAD
	iv       []byte
	finished []byte
	sequence uint64
}

// handshakeKeys runs the key schedule as far as the server's handshake traffic
// (RFC 8446, Section 7.1).
func (x *cipherSuite13) handshakeKeys(secret, transcript []byte) (*serverKeys, error) {
	size := x.hash().Size()
	early, err := hkdf.Extract(x.hash, make([]byte, size), nil)
	if err != nil {
		return nil, err
	}
	derived, err := x.expand(early, "derived", x.hash().Sum(nil), size)
	if err != nil {
		return nil, err
	}
	handshake, err := hkdf.Extract(x.hash, secret, derived)
	if err != nil {
		return nil, err
	}
	traffic, err := x.expand(handshake, "s hs traffic", transcript, size)
	if err != nil {
		return nil, err
	}
	key, err := x.expand(traffic, "key", nil, x.key)
	if err != nil {
		return nil, err
	}
	k := &serverKeys{}
	if k.aead, err = x.aead(key); err != nil {
		return nil, err
	}
	if k.iv, err = x.expand(traffic, "iv", nil, 12); err != nil {
		return nil, err
	}
	k.finished, err = x.expand(traffic, "finished", nil, size)
	return k, err
}

// expand is HKDF-Expand-Label (RFC 8446, Section 7.1).
func (x *cipherSuite13) expand(secret []byte, label string, context []byte, size int) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint16(uint16(size))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(context) })
	return hkdf.Expand(x.hash, secret, string(b.BytesOrPanic()), size)
}

// seal appends a handshake message as one protected record (RFC 8446, Section 5.2).
func (k *serverKeys) seal(out, message []byte) []byte {
	nonce := slices.Clone(k.iv)
	for i := range 8 {
		nonce[4+i] ^= byte(k.sequence >> (56 - 8*i))
	}
	k.sequence++
	inner := append(slices.Clone(message), byte(iana.ContentHandshake))
	n := len(inner) + k.aead.Overhead()
	header := []byte{byte(iana.ContentApplicationData), 3, 3, byte(n >> 8), byte(n)}
	return append(append(out, header...), k.aead.Seal(nil, nonce, inner, header)...)
}

// skipCCS passes on a stream without the ChangeCipherSpec that may stand before
// a second hello.
type skipCCS struct {
	from    net.Conn
	decided bool
	held    []byte
}

func (r *skipCCS) Read(b []byte) (int, error) {
	for !r.decided {
		one := make([]byte, len(compatibilityCCS)-len(r.held))
		n, err := r.from.Read(one)
		if err != nil {
			return 0, err
		}
		r.held = append(r.held, one[:n]...)
		switch {
		case r.held[0] != byte(iana.ContentChangeCipherSpec):
			r.decided = true
		case len(r.held) == len(compatibilityCCS):
			r.decided, r.held = true, nil
		}
	}
	if len(r.held) > 0 {
		n := copy(b, r.held)
		r.held = r.held[n:]
		return n, nil
	}
	return r.from.Read(b)
}
