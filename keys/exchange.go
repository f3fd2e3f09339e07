package keys

import (
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"math/big"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// premasterSize is how long a premaster secret of RSA is, in bytes.
const premasterSize = 48

// Exchange is a key exchange up to TLS 1.2 as a client answers it.
type Exchange struct {
	Version iana.Version // that was selected
	Offered iana.Version // legacy_version of the hello, which a secret of RSA repeats
	Suite   iana.Suite
	Message *wire.ServerKeyExchange // nil if none came
	Key     crypto.PublicKey        // of the server's leaf; needed for RSA
}

// Answer returns the body of the ClientKeyExchange (RFC 5246, Section 7.4.7) and
// the premaster secret.
func (x Exchange) Answer(random io.Reader) (body, premaster []byte, err error) {
	info, _ := x.Suite.Info()
	switch info.Kx {
	case iana.KxRSA:
		return x.rsa(random)
	case iana.KxDHE, iana.KxDHAnon:
		if x.Message == nil {
			break
		}
		k, err := NewDH(random, x.Message.P, x.Message.G)
		if err != nil {
			return nil, nil, err
		}
		premaster, err = k.Agree(x.Message.Ys)
		return vector(2, k.Public), premaster, err
	case iana.KxECDHE, iana.KxECDHAnon:
		if x.Message == nil {
			break
		}
		if info, _ := x.Message.Group.Info(); info.Kind != iana.GroupECDHE {
			return nil, nil, fmt.Errorf("%v: %w", x.Message.Group, ErrUnsupported)
		}
		share, err := NewShare(random, x.Message.Group)
		if err != nil {
			return nil, nil, err
		}
		premaster, err = share.Agree(x.Message.Public)
		return vector(1, share.Public), premaster, err
	default:
		return nil, nil, fmt.Errorf("%v: %w", x.Suite, ErrUnsupported)
	}
	return nil, nil, errors.New("no ServerKeyExchange came")
}

// vector is b after its length in prefix bytes.
func vector(prefix int, b []byte) []byte {
	n := len(b)
	return append([]byte{byte(n >> 8), byte(n)}[2-prefix:], b...)
}

// rsa encrypts a secret to the server's key (RFC 5246, Section 7.4.7.1). SSL 3
// has no length before it.
func (x Exchange) rsa(random io.Reader) (body, premaster []byte, err error) {
	key, ok := x.Key.(*rsa.PublicKey)
	if !ok {
		return nil, nil, errors.New("the certificate has no RSA key to encrypt to")
	}
	premaster = make([]byte, premasterSize)
	if _, err := io.ReadFull(random, premaster); err != nil {
		return nil, nil, err
	}
	premaster[0], premaster[1] = byte(x.Offered>>8), byte(x.Offered)
	if body, err = encryptRSA(random, key, premaster); err != nil {
		return nil, nil, err
	}
	if x.Version > iana.SSL3 {
		body = vector(2, body)
	}
	return body, premaster, nil
}

// encryptRSA encrypts to a key of any size (RFC 8017, Section 7.2.1); crypto/rsa
// refuses small ones, which old servers have.
func encryptRSA(random io.Reader, key *rsa.PublicKey, message []byte) ([]byte, error) {
	size := key.Size()
	if size < len(message)+11 || size > maxPrime/8 {
		return nil, fmt.Errorf("an RSA key of %d bits: %w", key.N.BitLen(), ErrUnsupported)
	}
	em := make([]byte, size)
	em[1] = 2
	padding := em[2 : size-len(message)-1]
	if _, err := io.ReadFull(random, padding); err != nil {
		return nil, err
	}
	for i := range padding {
		padding[i] |= 1 // never zero
	}
	copy(em[size-len(message):], message)
	m := new(big.Int).SetBytes(em)
	return m.Exp(m, big.NewInt(int64(key.E)), key.N).FillBytes(em), nil
}

// ReadClientKeyExchange returns the client's public value or, of RSA, the
// secret as it is encrypted.
func ReadClientKeyExchange(v iana.Version, id iana.Suite, body []byte) ([]byte, error) {
	info, _ := id.Info()
	s, ok := cryptobyte.String(body), false
	var value cryptobyte.String
	switch info.Kx {
	case iana.KxRSA:
		if v == iana.SSL3 {
			return body, nil
		}
		ok = s.ReadUint16LengthPrefixed(&value)
	case iana.KxDHE, iana.KxDHAnon:
		ok = s.ReadUint16LengthPrefixed(&value)
	case iana.KxECDHE, iana.KxECDHAnon:
		ok = s.ReadUint8LengthPrefixed(&value)
	default:
		return nil, fmt.Errorf("%v: %w", id, ErrUnsupported)
	}
	if !ok || !s.Empty() {
		return nil, errors.New("ClientKeyExchange: a vector of another length")
	}
	return value, nil
}

// DecryptPremaster decrypts the secret of RSA with the server's key. It takes no
// care to hide whether that worked: no secret of anybody's is at stake.
func DecryptPremaster(key *rsa.PrivateKey, sealed []byte) ([]byte, error) {
	size := key.Size()
	c := new(big.Int).SetBytes(sealed)
	if len(sealed) != size || c.Cmp(key.N) >= 0 {
		return nil, ErrRecord
	}
	em := c.Exp(c, key.D, key.N).FillBytes(make([]byte, size))
	if at := size - premasterSize; at > 2 && em[0] == 0 && em[1] == 2 && em[at-1] == 0 {
		return em[at:], nil
	}
	return nil, ErrRecord
}
