package survey

import (
	"slices"
	"sync"

	"github.com/parley-tls/parley/iana"
)

// guessed returns the suites of v in the order in which OpenSSL, if it is given
// no other, selects them: forward secrecy first, then AEAD, then the newer
// hashes, then strength. It is a guess at a server's order and no more: what it
// gets right need not be asked.
func guessed(v iana.Version) []iana.Suite {
	return slices.DeleteFunc(slices.Clone(guess()), func(s iana.Suite) bool { return !s.UsableAt(v) })
}

// guess are all suites in that order.
var guess = sync.OnceValue(func() []iana.Suite {
	all := iana.Suites()
	keys := make(map[iana.Suite][]int, len(all))
	for _, s := range all {
		keys[s] = guessKey(s)
	}
	slices.SortFunc(all, func(a, b iana.Suite) int { return slices.Compare(keys[a], keys[b]) })
	return all
})

// ranks are the places of all suites in that order.
var ranks = sync.OnceValue(func() map[iana.Suite]int {
	out := map[iana.Suite]int{}
	for i, s := range guess() {
		out[s] = i
	}
	return out
})

func byGuess(a, b iana.Suite) int { return ranks()[a] - ranks()[b] }

// guessKey orders suites by its numbers, the first that differ.
func guessKey(s iana.Suite) []int {
	i, _ := s.Info()
	if i.Kx == iana.KxTLS13 {
		return []int{0, place([]iana.Suite{0x1302, 0x1303, 0x1301, 0x1304, 0x1305}, s)}
	}
	exchange := place([]iana.KeyExchange{
		iana.KxECDHE, iana.KxDHE, iana.KxECDHAnon, iana.KxDHAnon, iana.KxRSA, iana.KxECDH, iana.KxDH,
		iana.KxECDHEPSK, iana.KxDHEPSK, iana.KxRSAPSK, iana.KxPSK, iana.KxSRP,
	}, i.Kx)
	secrecy := exchange
	if exchange < 4 {
		secrecy = 0 // all of them agree on a key that is forgotten
	}
	class := 2
	switch {
	case i.AEAD:
		class = 0
	case i.Min == iana.TLS12:
		class = 1
	}
	cipher := place([]string{
		"AES_256_GCM", "AES_128_GCM", "CHACHA20_POLY1305", "AES_256_CCM_8", "AES_128_CCM_8", "AES_256_CCM", "AES_128_CCM",
		"ARIA_256_GCM", "ARIA_128_GCM", "AES_256_CBC", "AES_128_CBC", "CAMELLIA_256_CBC", "CAMELLIA_128_CBC", "SEED_CBC", "3DES_EDE_CBC", "RC4_128",
	}, i.Cipher)
	anonymous := 0
	if i.Auth == iana.AuthAnon {
		anonymous = 1
	}
	family := cipher
	if cipher >= 3 && cipher <= 6 {
		family, cipher = 3, cipher/5 // CCM: one family, the short tag first
	}
	auth := place([]iana.Auth{iana.AuthECDSA, iana.AuthRSA, iana.AuthDSS}, i.Auth)
	if class == 0 && i.Auth == iana.AuthDSS {
		auth = -1 // before DHE_RSA, and behind it in the classes below
	}
	weak := 0
	if i.Bits < 112 {
		weak = 1
	}
	return []int{1, weak, secrecy, class, -i.Bits, anonymous, family, exchange, auth, cipher, int(s)}
}

func place[T comparable](list []T, x T) int {
	if i := slices.Index(list, x); i >= 0 {
		return i
	}
	return len(list)
}

// weight is how much work a suite is expected to make: the usual number of
// acceptances, in hundredths.
func weight(s iana.Suite) int {
	i, _ := s.Info()
	w := 1
	switch i.Kx {
	case iana.KxTLS13:
		if place([]iana.Suite{0x1301, 0x1302, 0x1303}, s) < 3 {
			return 100
		}
		return 5
	case iana.KxECDHE:
		w = 10
	case iana.KxRSA, iana.KxDHE:
		w = 7
	case iana.KxDHAnon, iana.KxECDHAnon:
		return 3
	default:
		return 1
	}
	if i.Auth != iana.AuthRSA && i.Auth != iana.AuthECDSA || i.Export {
		return 2
	}
	switch i.Cipher {
	case "AES_128_GCM", "AES_256_GCM", "CHACHA20_POLY1305":
		return 10 * w
	case "AES_128_CBC", "AES_256_CBC":
		return 6 * w
	case "3DES_EDE_CBC", "RC4_128", "AES_128_CCM", "AES_256_CCM", "AES_128_CCM_8", "AES_256_CCM_8", "CAMELLIA_128_CBC", "CAMELLIA_256_CBC", "ARIA_128_GCM", "ARIA_256_GCM":
		return 3 * w
	}
	return w / 2
}

// parted cuts suites into at most k runs of about the same weight, none longer
// than most.
func parted(suites []iana.Suite, k, most int) [][]iana.Suite {
	total := 0
	for _, s := range suites {
		total += weight(s)
	}
	k = max(1, min(k, len(suites)))
	var out [][]iana.Suite
	var run []iana.Suite
	sum, given := 0, 0
	for _, s := range suites {
		if len(run) > 0 && (len(run) >= most || len(out) < k-1 && sum >= (total-given)/(k-len(out))) {
			out, run = append(out, run), nil
			given, sum = given+sum, 0
		}
		run = append(run, s)
		sum += weight(s)
	}
	if len(run) > 0 {
		out = append(out, run)
	}
	return out
}
