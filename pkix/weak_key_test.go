package pkix

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// prime is the next prime from n on.
func prime(n *big.Int) *big.Int {
	p := new(big.Int).SetBit(n, 0, 1)
	for !p.ProbablyPrime(10) {
		p.Add(p, big.NewInt(2))
	}
	return p
}

func random(t *testing.T, bits uint) *big.Int {
	t.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(one, bits))
	if err != nil {
		t.Fatal(err)
	}
	return n.SetBit(n, int(bits)-1, 1).SetBit(n, int(bits)-2, 1)
}

// faulty is a prime as the library of ROCA made them: k·M + 65537^a mod M, where M is
// the product of the primes up to last.
func faulty(t *testing.T, bits uint, last int64) *big.Int {
	t.Helper()
	m := big.NewInt(2)
	for _, p := range primesBelow752 {
		if int64(p) <= last {
			m.Mul(m, big.NewInt(int64(p)))
		}
	}
	for {
		p := new(big.Int).Exp(big.NewInt(65537), random(t, 62), m)
		k := random(t, bits-uint(m.BitLen()))
		if p.Add(p, k.Mul(k, m)); p.ProbablyPrime(10) {
			return p
		}
	}
}

func TestAKeyThatAnybodyCanComputeIsCalledBroken(t *testing.T) {
	t.Parallel()
	p := prime(random(t, 1024))
	near := prime(new(big.Int).Add(p, new(big.Int).Lsh(one, 500)))
	far := prime(new(big.Int).Add(p, new(big.Int).Lsh(one, 700)))
	product := func(a, b *big.Int) *big.Int { return new(big.Int).Mul(a, b) }
	for _, tt := range []struct {
		name string
		n    *big.Int
		want string // a part of it; empty: not broken
	}{
		{"even", product(p, big.NewInt(2)), "even"},
		{"a factor of 3", product(p, big.NewInt(3)), "factor 3"},
		{"a factor of 751", product(p, big.NewInt(751)), "factor 751"},
		{"a factor of 757", product(p, big.NewInt(757)), ""},
		{"a square", product(p, p), "close to each other"},
		{"two primes in a row", product(p, prime(new(big.Int).Add(p, one))), "close to each other"},
		{"half their bits in common", product(p, near), "close to each other"},
		{"a third of their bits in common", product(p, far), ""},
		{"of the faulty library, 2048 bits", product(faulty(t, 1024, 701), faulty(t, 1024, 701)), "ROCA"},
		{"of the faulty library, 1024 bits", product(faulty(t, 512, 353), faulty(t, 512, 353)), "ROCA"},
		{"one of two by the faulty library", product(faulty(t, 1024, 701), p), ""},
	} {
		k := Key{Type: iana.KeyRSA, Bits: tt.n.BitLen(), Modulus: tt.n}
		if got := k.Broken(); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	for _, k := range []Key{{}, {Type: iana.KeyECDSA, Bits: 256}, {Type: iana.KeyRSA, Bits: 20000}} {
		if got := k.Broken(); got != "" {
			t.Errorf("%+v: %s", k, got)
		}
	}
}

func TestSoundKeysAreNotBroken(t *testing.T) {
	t.Parallel()
	for range 20 {
		k, err := rsa.GenerateKey(rand.Reader, 1024)
		if err != nil {
			t.Fatal(err)
		}
		if why := (&Key{Type: iana.KeyRSA, Modulus: k.N}).Broken(); why != "" {
			t.Errorf("%s: %v", why, k.N)
		}
	}
}

func BenchmarkBroken(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		b.Fatal(err)
	}
	k := Key{Type: iana.KeyRSA, Modulus: key.N}
	for b.Loop() {
		k.Broken()
	}
}
