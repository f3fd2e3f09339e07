package keys

import (
	"crypto/ecdh"
	"crypto/mlkem"
	"errors"
	"fmt"
	"io"

	"github.com/parley-tls/parley/iana"
)

// Share is a key share with its private half. It is one that a server accepts:
// a server that checks points or coefficients refuses random bytes with an
// alert of its own.
type Share struct {
	Group  iana.Group
	Public []byte
	agree  func(peer []byte) ([]byte, error) // nil: there is no private half
}

// method is how a group makes and answers shares.
type method struct {
	client   int // bytes of the client's share
	server   int // bytes of the server's
	generate func(r io.Reader) (*Share, error)
	// respond answers a client's share; nil: with a share of its own.
	respond func(r io.Reader, peer []byte) (public, secret []byte, err error)
}

// methods are the groups whose key shares this package makes. The order of the
// halves of a hybrid is that of its name's definition
// (draft-ietf-tls-ecdhe-mlkem-00, Section 4.1), not of its name.
var methods = map[iana.Group]method{
	iana.GroupSecp256r1:          point(ecdh.P256(), 32, 65, 0xff),
	iana.GroupSecp384r1:          point(ecdh.P384(), 48, 97, 0xff),
	iana.GroupSecp521r1:          point(ecdh.P521(), 66, 133, 0x01),
	iana.GroupX25519:             point(ecdh.X25519(), 32, 32, 0xff),
	iana.GroupX448:               opaque(56),
	iana.GroupFFDHE2048:          finite(2048),
	iana.GroupFFDHE3072:          finite(3072),
	iana.GroupFFDHE4096:          finite(4096),
	iana.GroupFFDHE6144:          finite(6144),
	iana.GroupFFDHE8192:          finite(8192),
	iana.GroupMLKEM768:           mlkem768,
	iana.GroupMLKEM1024:          mlkem1024,
	iana.GroupX25519MLKEM768:     join(mlkem768, point(ecdh.X25519(), 32, 32, 0xff)),
	iana.GroupSecP256r1MLKEM768:  join(point(ecdh.P256(), 32, 65, 0xff), mlkem768),
	iana.GroupSecP384r1MLKEM1024: join(point(ecdh.P384(), 48, 97, 0xff), mlkem1024),
	// Kyber writes its keys as ML-KEM does, and derives other secrets from them.
	iana.GroupX25519Kyber768Draft00: mute(join(point(ecdh.X25519(), 32, 32, 0xff), mlkem768)),
}

// mute makes the shares of m, with which nothing can be agreed.
func mute(m method) method {
	generate := func(r io.Reader) (*Share, error) {
		s, err := m.generate(r)
		if err != nil {
			return nil, err
		}
		return &Share{Public: s.Public}, nil
	}
	return method{client: m.client, server: m.server, generate: generate}
}

// NewShare returns a new key share of g, and ErrUnsupported if there is no way
// to make one. Of X448 and of Kyber there is a share, but nothing can be agreed
// with it.
func NewShare(random io.Reader, g iana.Group) (*Share, error) {
	m, ok := methods[g]
	if !ok {
		return nil, fmt.Errorf("%v: %w", g, ErrUnsupported)
	}
	s, err := m.generate(random)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", g, err)
	}
	s.Group = g
	return s, nil
}

// Agree returns the secret shared with the owner of peer, the share that
// answered this one: in the form of 1.3, in which the secret of a finite field
// is as long as its prime (RFC 8446, Section 7.4).
func (s *Share) Agree(peer []byte) ([]byte, error) {
	if s.agree == nil {
		return nil, fmt.Errorf("%v: %w", s.Group, ErrUnsupported)
	}
	if n := methods[s.Group].server; len(peer) != n {
		return nil, fmt.Errorf("%v: a share of %d bytes, expected %d", s.Group, len(peer), n)
	}
	secret, err := s.agree(peer)
	if err != nil {
		return nil, fmt.Errorf("%v: %w", s.Group, err)
	}
	return secret, nil
}

// Respond answers a client's share as a server does: its own share, and the
// secret that both have.
func Respond(random io.Reader, g iana.Group, peer []byte) (public, secret []byte, err error) {
	m, ok := methods[g]
	if !ok {
		return nil, nil, fmt.Errorf("%v: %w", g, ErrUnsupported)
	}
	if len(peer) != m.client {
		return nil, nil, fmt.Errorf("%v: a share of %d bytes, expected %d", g, len(peer), m.client)
	}
	if public, secret, err = m.answer(random, peer); err != nil {
		return nil, nil, fmt.Errorf("%v: %w", g, err)
	}
	return public, secret, nil
}

func (m method) answer(random io.Reader, peer []byte) (public, secret []byte, err error) {
	if m.respond != nil {
		return m.respond(random, peer)
	}
	s, err := m.generate(random)
	if err != nil {
		return nil, nil, err
	}
	if s.agree == nil {
		return nil, nil, ErrUnsupported
	}
	secret, err = s.agree(peer)
	return s.Public, secret, err
}

// point makes points of an elliptic group whose private keys have size bytes;
// mask cuts the first of them down to the group's order.
func point(c ecdh.Curve, size, public int, mask byte) method {
	generate := func(r io.Reader) (*Share, error) {
		key, err := scalar(r, c, size, mask)
		if err != nil {
			return nil, err
		}
		agree := func(peer []byte) ([]byte, error) {
			theirs, err := c.NewPublicKey(peer)
			if err != nil {
				return nil, err
			}
			return key.ECDH(theirs)
		}
		return &Share{Public: key.PublicKey().Bytes(), agree: agree}, nil
	}
	return method{client: public, server: public, generate: generate}
}

// scalar makes a private key. One above the order is refused: about one in 2^32
// for secp256r1. What makes keys in crypto/ecdh takes no source of randomness.
func scalar(r io.Reader, c ecdh.Curve, size int, mask byte) (*ecdh.PrivateKey, error) {
	b := make([]byte, size)
	for range 16 {
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		b[0] &= mask
		if key, err := c.NewPrivateKey(b); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("the random source gives no valid scalar")
}

// opaque makes values of size bytes of a group in which nothing is computed.
func opaque(size int) method {
	generate := func(r io.Reader) (*Share, error) {
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		b[size-1] |= 2 // neither 0 nor 1
		return &Share{Public: b}, nil
	}
	return method{client: size, server: size, generate: generate}
}

var mlkem768 = method{
	client: mlkem.EncapsulationKeySize768, server: mlkem.CiphertextSize768,
	generate: func(r io.Reader) (*Share, error) {
		seed := make([]byte, mlkem.SeedSize)
		if _, err := io.ReadFull(r, seed); err != nil {
			return nil, err
		}
		key, err := mlkem.NewDecapsulationKey768(seed)
		if err != nil {
			return nil, err
		}
		return &Share{Public: key.EncapsulationKey().Bytes(), agree: key.Decapsulate}, nil
	},
	respond: func(_ io.Reader, peer []byte) (public, secret []byte, err error) {
		key, err := mlkem.NewEncapsulationKey768(peer)
		if err != nil {
			return nil, nil, err
		}
		secret, public = key.Encapsulate()
		return public, secret, nil
	},
}

var mlkem1024 = method{
	client: mlkem.EncapsulationKeySize1024, server: mlkem.CiphertextSize1024,
	generate: func(r io.Reader) (*Share, error) {
		seed := make([]byte, mlkem.SeedSize)
		if _, err := io.ReadFull(r, seed); err != nil {
			return nil, err
		}
		key, err := mlkem.NewDecapsulationKey1024(seed)
		if err != nil {
			return nil, err
		}
		return &Share{Public: key.EncapsulationKey().Bytes(), agree: key.Decapsulate}, nil
	},
	respond: func(_ io.Reader, peer []byte) (public, secret []byte, err error) {
		key, err := mlkem.NewEncapsulationKey1024(peer)
		if err != nil {
			return nil, nil, err
		}
		secret, public = key.Encapsulate()
		return public, secret, nil
	},
}

// join makes a hybrid: the shares of both stand one after the other, and so do
// the secrets.
func join(first, second method) method {
	return method{
		client: first.client + second.client, server: first.server + second.server,
		generate: func(r io.Reader) (*Share, error) {
			a, err := first.generate(r)
			if err != nil {
				return nil, err
			}
			b, err := second.generate(r)
			if err != nil {
				return nil, err
			}
			agree := func(peer []byte) ([]byte, error) {
				x, err := a.agree(peer[:first.server])
				if err != nil {
					return nil, err
				}
				y, err := b.agree(peer[first.server:])
				return append(x, y...), err
			}
			return &Share{Public: append(a.Public, b.Public...), agree: agree}, nil
		},
		respond: func(r io.Reader, peer []byte) (public, secret []byte, err error) {
			public, secret, err = first.answer(r, peer[:first.client])
			if err != nil {
				return nil, nil, err
			}
			p, s, err := second.answer(r, peer[first.client:])
			return append(public, p...), append(secret, s...), err
		},
	}
}
