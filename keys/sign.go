package keys

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// ErrSignature says that a signature is not by the key.
var ErrSignature = errors.New("the signature is not by this key")

// Signed13 is what a CertificateVerify of 1.3 signs: hash is that of the
// transcript before it (RFC 8446, Section 4.4.3).
func Signed13(from wire.Sender, hash []byte) []byte {
	b := bytes.Repeat([]byte{' '}, 64)
	b = append(b, "TLS 1.3, "+from.String()+" CertificateVerify\x00"...)
	return append(b, hash...)
}

// SignedParams is what a ServerKeyExchange signs: both randoms, and the
// parameters as they stand in the message (RFC 5246, Section 7.4.3).
func SignedParams(client, server [32]byte, params []byte) []byte {
	return append(append(client[:], server[:]...), params...)
}

// signature is how a scheme signs.
type signature struct {
	hash crypto.Hash // zero of Ed25519, which signs the message itself
	key  iana.KeyType
	pss  bool
}

// signatureOf returns how a key of the given kind signs in version v. Before 1.2
// that is fixed: RSA signs MD5 and SHA-1 together, ECDSA signs SHA-1 (RFC 4346,
// Section 7.4.3; RFC 8422, Section 5.4).
func signatureOf(key crypto.PublicKey, v iana.Version, scheme iana.Scheme) (signature, error) {
	kind := kindOf(key)
	if v < iana.TLS12 {
		switch kind {
		case iana.KeyRSA:
			return signature{hash: crypto.MD5SHA1, key: kind}, nil
		case iana.KeyECDSA:
			return signature{hash: crypto.SHA1, key: kind}, nil
		}
		return signature{}, fmt.Errorf("a key of kind %T in %v: %w", key, v, ErrUnsupported)
	}
	info, _ := scheme.Info()
	s := signature{key: info.Key}
	switch info.Hash {
	case "MD5":
		s.hash = crypto.MD5
	case "SHA", "SHA1":
		s.hash = crypto.SHA1
	case "SHA224":
		s.hash = crypto.SHA224
	case "SHA256":
		s.hash = crypto.SHA256
	case "SHA384":
		s.hash = crypto.SHA384
	case "SHA512":
		s.hash = crypto.SHA512
	}
	if s.key == iana.KeyRSAPSS {
		s.key = iana.KeyRSA
	}
	s.pss = s.key == iana.KeyRSA && scheme>>8 == 8
	if s.key != iana.KeyRSA && s.key != iana.KeyECDSA && s.key != iana.KeyEd25519 || s.hash == 0 && s.key != iana.KeyEd25519 {
		return signature{}, fmt.Errorf("%v: %w", scheme, ErrUnsupported)
	}
	return s, nil
}

// kindOf is the kind of a key, zero if nothing is known of it.
func kindOf(key crypto.PublicKey) iana.KeyType {
	switch key.(type) {
	case *rsa.PublicKey:
		return iana.KeyRSA
	case *ecdsa.PublicKey:
		return iana.KeyECDSA
	case ed25519.PublicKey:
		return iana.KeyEd25519
	}
	return 0
}

// digest is what is signed of message.
func (s signature) digest(message []byte) []byte {
	switch s.hash {
	case 0:
		return message
	case crypto.MD5SHA1:
		return append(sumOf(crypto.MD5, message), sumOf(crypto.SHA1, message)...)
	}
	return sumOf(s.hash, message)
}

func sumOf(h crypto.Hash, message []byte) []byte {
	d := h.New()
	d.Write(message)
	return d.Sum(nil)
}

// Sign signs message as version v does it; scheme counts from 1.2 on.
func Sign(random io.Reader, key crypto.Signer, v iana.Version, scheme iana.Scheme, message []byte) ([]byte, error) {
	s, err := signatureOf(key.Public(), v, scheme)
	if err != nil {
		return nil, err
	}
	return s.sign(random, key, s.digest(message))
}

func (s signature) sign(random io.Reader, key crypto.Signer, digest []byte) ([]byte, error) {
	if kindOf(key.Public()) != s.key {
		return nil, fmt.Errorf("a key of kind %T cannot sign for %v", key.Public(), s.key)
	}
	if s.pss {
		return key.Sign(random, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: s.hash})
	}
	return key.Sign(random, digest, s.hash)
}

// Verify says whether a signature of message is by key: nil if it is,
// ErrSignature if not, ErrUnsupported if that cannot be told. Version and scheme
// are those under which it was made.
func Verify(key crypto.PublicKey, v iana.Version, scheme iana.Scheme, message, sig []byte) error {
	s, err := signatureOf(key, v, scheme)
	if err != nil {
		return err
	}
	good := false
	switch key := key.(type) {
	case *rsa.PublicKey:
		if key.Size() > maxPrime/8 || s.pss && key.N.BitLen() < 1024 {
			return fmt.Errorf("an RSA key of %d bits: %w", key.N.BitLen(), ErrUnsupported)
		}
		switch {
		case s.key != iana.KeyRSA:
		case s.pss:
			good = rsa.VerifyPSS(key, s.hash, s.digest(message), sig, nil) == nil
		default:
			good = verifyPKCS1(key, s, message, sig)
		}
	case *ecdsa.PublicKey:
		good = s.key == iana.KeyECDSA && ecdsa.VerifyASN1(key, s.digest(message), sig)
	case ed25519.PublicKey:
		good = s.key == iana.KeyEd25519 && ed25519.Verify(key, message, sig)
	default:
		return fmt.Errorf("a key of kind %T: %w", key, ErrUnsupported)
	}
	if !good {
		return ErrSignature
	}
	return nil
}

// prefixes stand before a digest, in DER, and say which hash it is of (RFC 8017,
// Section 9.2). MD5 and SHA-1 together have none.
var prefixes = map[crypto.Hash]string{
	crypto.MD5SHA1: "",
	crypto.MD5:     "\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10",
	crypto.SHA1:    "\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
	crypto.SHA224:  "\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c",
	crypto.SHA256:  "\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
	crypto.SHA384:  "\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
	crypto.SHA512:  "\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
}

// verifyPKCS1 verifies by a key of any size; crypto/rsa refuses small ones.
func verifyPKCS1(key *rsa.PublicKey, s signature, message, sig []byte) bool {
	digest := append([]byte(prefixes[s.hash]), s.digest(message)...)
	size := key.Size()
	if size < len(digest)+11 || len(sig) != size {
		return false
	}
	want := bytes.Repeat([]byte{0xff}, size)
	want[0], want[1], want[size-len(digest)-1] = 0, 1, 0
	copy(want[size-len(digest):], digest)
	em := new(big.Int).SetBytes(sig)
	em.Exp(em, big.NewInt(int64(key.E)), key.N)
	return bytes.Equal(em.FillBytes(make([]byte, size)), want)
}

// PickScheme returns the first of the schemes offered with which key can sign in
// version v. Before 1.2 there is none to pick, and it says whether key can sign.
func PickScheme(key crypto.PublicKey, v iana.Version, offered []iana.Scheme) (iana.Scheme, bool) {
	if v < iana.TLS12 {
		_, err := signatureOf(key, v, 0)
		return 0, err == nil
	}
	i := slices.IndexFunc(offered, func(x iana.Scheme) bool { return fits(key, v, x) })
	if i < 0 {
		return 0, false
	}
	return offered[i], true
}

// fits says whether key can sign with scheme x: kind, group and size.
func fits(key crypto.PublicKey, v iana.Version, x iana.Scheme) bool {
	s, err := signatureOf(key, v, x)
	info, _ := x.Info()
	if err != nil || s.key != kindOf(key) || info.Key == iana.KeyRSAPSS || v == iana.TLS13 && !info.TLS13 {
		return false
	}
	switch key := key.(type) {
	case *rsa.PublicKey:
		return !s.pss || key.Size() >= 2*s.hash.Size()+2
	case *ecdsa.PublicKey:
		return v < iana.TLS13 || info.Group == groupOf(key)
	}
	return true
}

// groupOf is the group of an ECDSA key, zero if it is another than 1.3 signs with.
func groupOf(key *ecdsa.PublicKey) iana.Group {
	switch key.Curve.Params().Name {
	case "P-256":
		return iana.GroupSecp256r1
	case "P-384":
		return iana.GroupSecp384r1
	case "P-521":
		return iana.GroupSecp521r1
	}
	return 0
}

// Sign signs what was said up to the ClientKeyExchange, for a client's
// CertificateVerify up to 1.2 (RFC 5246, Section 7.4.8; in SSL 3 RFC 6101,
// Section 5.6.8).
func (m *Master) Sign(random io.Reader, key crypto.Signer, scheme iana.Scheme, t *Transcript) ([]byte, error) {
	if m.version > iana.SSL3 {
		return Sign(random, key, m.version, scheme, t.said)
	}
	s, err := signatureOf(key.Public(), m.version, 0)
	if err != nil {
		return nil, err
	}
	digest := m.digest3(t.said)
	if s.key != iana.KeyRSA {
		digest = digest[16:]
	}
	return s.sign(random, key, digest)
}
