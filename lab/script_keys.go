package lab

import (
	"crypto"
	"crypto/ecdh"
	_ "crypto/md5" // registers the hash
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"   // registers the hash
	_ "crypto/sha256" // registers the hash
	_ "crypto/sha512" // registers the hash
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// random returns n random bytes.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

// dhPublic is a public value of the group with prime p and generator 2. The
// secret is as short as 256 bits, which keeps large primes quick.
func dhPublic(p []byte) ([]byte, error) {
	x, prime := new(big.Int).SetBytes(random(32)), new(big.Int).SetBytes(p)
	if prime.BitLen() < 512 {
		return nil, fmt.Errorf("lab: a prime of %d bits is too short", prime.BitLen())
	}
	return new(big.Int).Exp(big.NewInt(2), x, prime).Bytes(), nil
}

var ecdhGroups = map[iana.Group]ecdh.Curve{
	iana.GroupSecp256r1: ecdh.P256(), iana.GroupSecp384r1: ecdh.P384(), iana.GroupSecp521r1: ecdh.P521(), iana.GroupX25519: ecdh.X25519(),
}

// ecdhKey is a fresh key of g.
func ecdhKey(g iana.Group) (*ecdh.PrivateKey, error) {
	group, ok := ecdhGroups[g]
	if !ok {
		return nil, fmt.Errorf("lab: no key share of %v", g)
	}
	return group.GenerateKey(rand.Reader)
}

// agree is a fresh public value of g, and the secret shared with the owner of peer.
func agree(g iana.Group, peer []byte) (public, secret []byte, err error) {
	key, err := ecdhKey(g)
	if err != nil {
		return nil, nil, err
	}
	theirs, err := ecdhGroups[g].NewPublicKey(peer)
	if err != nil {
		return nil, nil, err
	}
	secret, err = key.ECDH(theirs)
	return key.PublicKey().Bytes(), secret, err
}

// serverKeyExchange is the message with a real signature (RFC 5246, Section
// 7.4.3; RFC 8422, Section 5.4).
func (s *script) serverKeyExchange(h *wire.ClientHello, hello *wire.ServerHello, sel selection) ([]byte, error) {
	var params cryptobyte.Builder
	vector := func(v []byte) {
		params.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(v) })
	}
	if keyExchange(sel.suite) == iana.KxDHE {
		vector(s.DHPrime)
		vector([]byte{2})
		vector(s.dhPublic)
	} else {
		key, err := ecdhKey(sel.group)
		if err != nil {
			return nil, err
		}
		params.AddUint8(wire.CurveTypeNamed)
		params.AddUint16(uint16(sel.group))
		params.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(key.PublicKey().Bytes()) })
	}
	body := params.BytesOrPanic()
	signature, err := s.sign(sel, h.Random[:], hello.Random[:], body)
	if err != nil {
		return nil, err
	}
	b := cryptobyte.NewBuilder(body)
	if sel.version == iana.TLS12 {
		b.AddUint16(uint16(sel.scheme))
	}
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(signature) })
	return wire.AppendMessage(nil, iana.TypeServerKeyExchange, b.BytesOrPanic()), nil
}

// sign signs the parts with the certificate's key. Before 1.2 an RSA key signs
// MD5 and SHA-1 together, and an ECDSA key SHA-1 (RFC 4346, Section 7.4.3).
func (s *script) sign(sel selection, parts ...[]byte) ([]byte, error) {
	var message []byte
	for _, p := range parts {
		message = append(message, p...)
	}
	key, ok := s.certificate.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, errNoKey
	}
	var opts crypto.SignerOpts
	var digest []byte
	switch {
	case sel.version == iana.TLS12:
		hash, ok := hashes[sel.scheme]
		if !ok {
			return nil, errNoKey
		}
		opts, digest = hash, sum(hash, message)
		if sel.scheme>>8 == 8 {
			opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
		}
	case s.Key == iana.KeyRSA:
		opts, digest = crypto.MD5SHA1, append(sum(crypto.MD5, message), sum(crypto.SHA1, message)...)
	default:
		opts, digest = crypto.SHA1, sum(crypto.SHA1, message)
	}
	return key.Sign(rand.Reader, digest, opts)
}

// hashes are those of the schemes a script can sign with.
var hashes = map[iana.Scheme]crypto.Hash{
	iana.SchemeRSAPKCS1SHA1:         crypto.SHA1,
	iana.SchemeECDSASHA1:            crypto.SHA1,
	iana.SchemeRSAPKCS1SHA256:       crypto.SHA256,
	iana.SchemeRSAPKCS1SHA384:       crypto.SHA384,
	iana.SchemeRSAPKCS1SHA512:       crypto.SHA512,
	iana.SchemeECDSASecp256r1SHA256: crypto.SHA256,
	iana.SchemeECDSASecp384r1SHA384: crypto.SHA384,
	iana.SchemeECDSASecp521r1SHA512: crypto.SHA512,
	iana.SchemeRSAPSSRSAESHA256:     crypto.SHA256,
	iana.SchemeRSAPSSRSAESHA384:     crypto.SHA384,
	iana.SchemeRSAPSSRSAESHA512:     crypto.SHA512,
}

func sum(hash crypto.Hash, message []byte) []byte {
	d := hash.New()
	d.Write(message)
	return d.Sum(nil)
}
