package keys

import (
	"fmt"
	"io"
	"math/big"
	"sync"
)

// maxPrime is the longest prime that is computed with, in bits: with more, a
// server could keep a client busy for minutes. OpenSSL refuses beyond 10,000.
const maxPrime = 1 << 14

// exponentSize is how long private exponents are, in bytes: enough for every
// prime in use (RFC 7919, Section 5.2), and short enough to be quick.
const exponentSize = 52

// DH is a private key of a finite field whose parameters the server chose.
type DH struct {
	prime, exponent *big.Int
	// Public is big-endian, without leading zeros.
	Public []byte
}

// NewDH makes a key for the prime p and the generator g, big-endian.
func NewDH(random io.Reader, p, g []byte) (*DH, error) {
	prime, generator := new(big.Int).SetBytes(p), new(big.Int).SetBytes(g)
	switch n := prime.BitLen(); {
	case n > maxPrime:
		return nil, fmt.Errorf("a prime of %d bits: %w", n, ErrUnsupported)
	case n < 64 || prime.Bit(0) == 0:
		return nil, fmt.Errorf("a prime of %d bits is none to compute with", n)
	}
	b := make([]byte, exponentSize)
	if _, err := io.ReadFull(random, b); err != nil {
		return nil, err
	}
	k := &DH{prime: prime, exponent: new(big.Int).SetBytes(b)}
	k.Public = generator.Exp(generator, k.exponent, prime).Bytes()
	return k, nil
}

// Agree returns the secret shared with the owner of the public value peer,
// without leading zeros, as TLS takes it up to 1.2 (RFC 5246, Section 8.1.2).
func (k *DH) Agree(peer []byte) ([]byte, error) {
	z, err := k.secret(peer)
	if err != nil {
		return nil, err
	}
	return z.Bytes(), nil
}

func (k *DH) secret(peer []byte) (*big.Int, error) {
	y, one := new(big.Int).SetBytes(peer), big.NewInt(1)
	if y.Cmp(one) <= 0 || y.Cmp(new(big.Int).Sub(k.prime, one)) >= 0 {
		return nil, fmt.Errorf("a public value of %d bits that is out of range", y.BitLen())
	}
	return y.Exp(y, k.exponent, k.prime), nil
}

// finite is the group of RFC 7919 with a prime of so many bits.
func finite(bits int) method {
	prime := sync.OnceValue(func() []byte { return ffdhePrime(bits).Bytes() })
	size := bits / 8
	generate := func(r io.Reader) (*Share, error) {
		k, err := NewDH(r, prime(), []byte{2})
		if err != nil {
			return nil, err
		}
		agree := func(peer []byte) ([]byte, error) {
			z, err := k.secret(peer)
			if err != nil {
				return nil, err
			}
			return z.FillBytes(make([]byte, size)), nil
		}
		return &Share{Public: k.exponentiated(size), agree: agree}, nil
	}
	return method{client: size, server: size, generate: generate}
}

func (k *DH) exponentiated(size int) []byte {
	return new(big.Int).SetBytes(k.Public).FillBytes(make([]byte, size))
}

// ffdheOffsets are the numbers X that make the primes of RFC 7919, Appendix A,
// by their length in bits.
var ffdheOffsets = map[int]int64{2048: 560316, 3072: 2625351, 4096: 5736041, 6144: 15705020, 8192: 10965728}

// ffdhePrime computes a prime of RFC 7919, Appendix A, from its definition:
// 2^b - 2^(b-64) + ([2^(b-130) e] + X) 2^64 - 1.
func ffdhePrime(bits int) *big.Int {
	one := big.NewInt(1)
	shifted := func(n int) *big.Int { return new(big.Int).Lsh(one, uint(n)) }
	// e is the sum of 1/k!, here with 64 bits more than are needed.
	const guard = 64
	term := shifted(bits - 130 + guard)
	e := new(big.Int).Set(term)
	for k := int64(1); term.Sign() > 0; k++ {
		term.Quo(term, big.NewInt(k))
		e.Add(e, term)
	}
	e.Rsh(e, guard)
	p := shifted(bits)
	p.Sub(p, shifted(bits-64))
	e.Add(e, big.NewInt(ffdheOffsets[bits]))
	p.Add(p, e.Lsh(e, 64))
	return p.Sub(p, one)
}
