package pkix

import (
	"math/big"
	"math/bits"

	"github.com/parley-tls/parley/iana"
)

// Broken says why anybody can compute the private key of an RSA key; empty: no
// reason was found, or the key is of another kind. Looked for are what CAs have to
// look for (Baseline Requirements, 6.1.1.3 and 6.1.6) and what the key alone
// shows: factors below 752, two primes next to each other, and the primes that one
// chip's library made (ROCA, CVE-2017-15361). Debian's weak keys of 2008 are in
// lists, which are not at hand.
func (k *Key) Broken() string {
	n := k.Modulus
	if n == nil || n.Sign() <= 0 || k.Type != iana.KeyRSA && k.Type != iana.KeyRSAPSS {
		return ""
	}
	switch {
	case n.Bit(0) == 0:
		return "its modulus is even"
	case smallFactor(n) != 0:
		return "its modulus has the factor " + big.NewInt(int64(smallFactor(n))).String()
	case closePrimes(n):
		return "its two primes are close to each other (CVE-2022-26320)"
	case fromOneLibrary(n):
		return "its primes are those of a faulty library (ROCA, CVE-2017-15361)"
	}
	return ""
}

// primesBelow752 are the odd primes up to 751.
var primesBelow752 = func() (out []int) {
next:
	for n := 3; n < 752; n += 2 {
		for _, p := range out {
			if n%p == 0 {
				continue next
			}
		}
		out = append(out, n)
	}
	return out
}()

// residues are what is left of n when it is divided by the primes, one after the
// other.
func residues(n *big.Int, primes []int, each func(p, left int) bool) {
	product, left := new(big.Int), new(big.Int)
	for len(primes) > 0 {
		// As many primes at once as a word holds: dividing a long number is what costs.
		word, count := uint(1), 0
		for count < len(primes) {
			hi, lo := bits.Mul(word, uint(primes[count]))
			if hi != 0 {
				break
			}
			word, count = lo, count+1
		}
		left.Mod(n, product.SetUint64(uint64(word)))
		for _, p := range primes[:count] {
			if !each(p, int(left.Uint64()%uint64(p))) {
				return
			}
		}
		primes = primes[count:]
	}
}

func smallFactor(n *big.Int) (factor int) {
	residues(n, primesBelow752, func(p, left int) bool {
		if left == 0 && n.Cmp(big.NewInt(int64(p))) != 0 {
			factor = p
		}
		return factor == 0
	})
	return factor
}

// fermatRounds are as many as CAs have to look for (Baseline Requirements, 6.1.1.3).
const fermatRounds = 100

// closePrimes finds n = (a+b)(a-b) with a next to the root of n, by Fermat's method.
func closePrimes(n *big.Int) bool {
	a := new(big.Int).Sqrt(n)
	square := new(big.Int).Mul(a, a)
	if square.Cmp(n) == 0 {
		return true
	}
	a.Add(a, one)
	b2 := new(big.Int).Mul(a, a)
	b2.Sub(b2, n)
	step, root, left := new(big.Int), new(big.Int), new(big.Int)
	for range fermatRounds {
		// Nearly all that is no square shows it in what is left after a division.
		if low := b2.Bit(0) | b2.Bit(1)<<1 | b2.Bit(2)<<2 | b2.Bit(3)<<3 | b2.Bit(4)<<4 | b2.Bit(5)<<5; squares64[low] {
			if m := left.Mod(b2, modulus).Uint64(); squares63[m%63] && squares65[m%65] && squares11[m%11] {
				if root.Sqrt(b2); left.Mul(root, root).Cmp(b2) == 0 {
					return true
				}
			}
		}
		b2.Add(b2, step.Lsh(a, 1)).Add(b2, one)
		a.Add(a, one)
	}
	return false
}

var (
	one     = big.NewInt(1)
	modulus = big.NewInt(63 * 65 * 11)

	squares64, squares63, squares65, squares11 = squares(64), squares(63), squares(65), squares(11)
)

// squares says of every number below m whether some square leaves it when divided by
// m.
func squares(m int) []bool {
	out := make([]bool, m)
	for i := range m {
		out[i*i%m] = true
	}
	return out
}

// fromOneLibrary says whether the modulus is of the form that a library of Infineon
// gave to all primes: powers of 65537 modulo the product of the first primes (Nemec et
// al., The Return of Coppersmith's Attack, CCS 2017). Of other keys of its length one in
// 2^27 looks like it, or fewer.
func fromOneLibrary(n *big.Int) bool {
	last := 167 // the product that all lengths have in common
	switch size := n.BitLen(); {
	case size < 512:
		return false
	case size >= 1984:
		last = 701
	case size >= 992:
		last = 353
	}
	within := true
	residues(n, primesBelow752, func(p, left int) bool {
		if p > last {
			return false
		}
		within = powerOf65537(left, p)
		return within
	})
	return within
}

// powerOf65537 says whether n is a power of 65537 modulo p.
func powerOf65537(n, p int) bool {
	for x := 1; ; {
		if x == n {
			return true
		}
		if x = x * (65537 % p) % p; x == 1 {
			return false
		}
	}
}
