package probe

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// A share maker returns a public value that a server accepts as one: a server
// that checks points or coefficients refuses random bytes with an alert of its
// own. The private half is thrown away; nothing is ever decrypted with it.
type shareMaker func(r io.Reader) ([]byte, error)

// shareMakers are the groups whose key shares parley makes. The order of the
// halves of a hybrid is that of its name's definition
// (draft-ietf-tls-ecdhe-mlkem-00, Section 4.1), not of its name.
var shareMakers = map[iana.Group]shareMaker{
	iana.GroupSecp256r1:      point(ecdh.P256(), 32, 0xff),
	iana.GroupSecp384r1:      point(ecdh.P384(), 48, 0xff),
	iana.GroupSecp521r1:      point(ecdh.P521(), 66, 0x01),
	iana.GroupX25519:         point(ecdh.X25519(), 32, 0xff),
	iana.GroupX448:           random(56, 0xff),
	iana.GroupFFDHE2048:      square(256),
	iana.GroupFFDHE3072:      square(384),
	iana.GroupFFDHE4096:      square(512),
	iana.GroupFFDHE6144:      square(768),
	iana.GroupFFDHE8192:      square(1024),
	iana.GroupMLKEM768:       mlkem768,
	iana.GroupMLKEM1024:      mlkem1024,
	iana.GroupX25519MLKEM768: join(mlkem768, point(ecdh.X25519(), 32, 0xff)),
	// Its half of Kyber is written as that of ML-KEM.
	iana.GroupX25519Kyber768Draft00: join(point(ecdh.X25519(), 32, 0xff), mlkem768),
	iana.GroupSecP256r1MLKEM768:     join(point(ecdh.P256(), 32, 0xff), mlkem768),
	iana.GroupSecP384r1MLKEM1024:    join(point(ecdh.P384(), 48, 0xff), mlkem1024),
}

// errNoShare says that parley cannot make a key share of a group.
var errNoShare = errors.New("no key share for this group")

// makeShare returns a new key share of g.
func makeShare(r io.Reader, g iana.Group) (wire.KeyShare, error) {
	maker, ok := shareMakers[g]
	if !ok {
		return wire.KeyShare{}, fmt.Errorf("%v: %w", g, errNoShare)
	}
	data, err := maker(r)
	if err != nil {
		return wire.KeyShare{}, fmt.Errorf("%v: %w", g, err)
	}
	return wire.KeyShare{Group: g, Data: data}, nil
}

// renew replaces the shares that parley can make. The others, GREASE and drafts
// among them, keep their bytes: a random value need not be a valid one.
func renew(r io.Reader, shares []wire.KeyShare) ([]wire.KeyShare, error) {
	out := make([]wire.KeyShare, 0, len(shares))
	for _, s := range shares {
		fresh, err := makeShare(r, s.Group)
		switch {
		case errors.Is(err, errNoShare), err == nil && len(fresh.Data) != len(s.Data):
			// A share of another length was sent on purpose.
			fresh = s
		case err != nil:
			return nil, err
		}
		out = append(out, fresh)
	}
	return out, nil
}

// point makes points of an elliptic group whose private keys have size bytes;
// mask cuts the first of them down to the group's order.
func point(c ecdh.Curve, size int, mask byte) shareMaker {
	return func(r io.Reader) ([]byte, error) {
		scalar := make([]byte, size)
		// A scalar above the order is refused: about one in 2^32 for P-256.
		for range 16 {
			if _, err := io.ReadFull(r, scalar); err != nil {
				return nil, err
			}
			scalar[0] &= mask
			if key, err := c.NewPrivateKey(scalar); err == nil {
				return key.PublicKey().Bytes(), nil
			}
		}
		return nil, errors.New("the random source gives no valid scalar")
	}
}

// square makes values of a finite field of size bytes, whose prime starts with
// ones (RFC 7919, Appendix A). A server may check that a value lies in the
// subgroup of the generator, as GnuTLS does; that subgroup is the squares, and
// the square of a number of half the length needs no prime to stay below it.
func square(size int) shareMaker {
	return func(r io.Reader) ([]byte, error) {
		b, err := random(size/2, 0x7f)(r)
		if err != nil {
			return nil, err
		}
		root := new(big.Int).SetBytes(b)
		return root.Mul(root, root).FillBytes(make([]byte, size)), nil
	}
}

// random makes values of size bytes, the first cut down by mask.
func random(size int, mask byte) shareMaker {
	return func(r io.Reader) ([]byte, error) {
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		b[0] &= mask
		b[size-1] |= 2 // neither 0 nor 1
		return b, nil
	}
}

func mlkem768(r io.Reader) ([]byte, error) {
	seed := make([]byte, mlkem.SeedSize)
	if _, err := io.ReadFull(r, seed); err != nil {
		return nil, err
	}
	key, err := mlkem.NewDecapsulationKey768(seed)
	if err != nil {
		return nil, err
	}
	return key.EncapsulationKey().Bytes(), nil
}

func mlkem1024(r io.Reader) ([]byte, error) {
	seed := make([]byte, mlkem.SeedSize)
	if _, err := io.ReadFull(r, seed); err != nil {
		return nil, err
	}
	key, err := mlkem.NewDecapsulationKey1024(seed)
	if err != nil {
		return nil, err
	}
	return key.EncapsulationKey().Bytes(), nil
}

func join(first, second shareMaker) shareMaker {
	return func(r io.Reader) ([]byte, error) {
		a, err := first(r)
		if err != nil {
			return nil, err
		}
		b, err := second(r)
		return append(a, b...), err
	}
}
