package lab

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// random returns n random bytes.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

// agreement is the server's half of a key exchange up to 1.2: it makes the
// premaster secret of what the client sent.
type agreement func(sent []byte) ([]byte, error)

// decrypt is the agreement of RSA.
func (s *script) decrypt(sealed []byte) ([]byte, error) {
	key, ok := s.certificate.PrivateKey.(*rsa.PrivateKey)
	if !ok {
		return nil, errNoKey
	}
	return keys.DecryptPremaster(key, sealed)
}

// serverKeyExchange is the message with a real signature (RFC 5246, Section
// 7.4.3; RFC 8422, Section 5.4).
func (s *script) serverKeyExchange(h *wire.ClientHello, hello *wire.ServerHello, sel selection) ([]byte, agreement, error) {
	info, _ := sel.suite.Info()
	m := &wire.ServerKeyExchange{KeyExchange: info.Kx, HasScheme: sel.version == iana.TLS12, Scheme: sel.scheme}
	var agree agreement
	var params cryptobyte.Builder
	vector := func(v []byte) {
		params.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(v) })
	}
	if info.Kx == iana.KxDHE {
		m.P, m.G, m.Ys = s.DHPrime, []byte{2}, s.dh.Public
		vector(m.P)
		vector(m.G)
		vector(m.Ys)
		agree = s.dh.Agree
	} else {
		share, err := keys.NewShare(rand.Reader, sel.group)
		if err != nil {
			return nil, nil, err
		}
		agree = share.Agree
		m.CurveType, m.Group, m.Public = wire.CurveTypeNamed, sel.group, share.Public
		params.AddUint8(m.CurveType)
		params.AddUint16(uint16(m.Group))
		params.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(m.Public) })
	}
	var err error
	m.Signature, err = s.sign(sel.version, sel.scheme, keys.SignedParams(h.Random, hello.Random, params.BytesOrPanic()))
	return wire.AppendMessage(nil, iana.TypeServerKeyExchange, m.Body()), agree, err
}

// sign signs with the certificate's key.
func (s *script) sign(v iana.Version, scheme iana.Scheme, message []byte) ([]byte, error) {
	key, ok := s.certificate.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, errNoKey
	}
	return keys.Sign(rand.Reader, key, v, scheme, message)
}
