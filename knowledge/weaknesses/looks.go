package weaknesses

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// suitesOf looks for suites of a kind.
func suitesOf(want func(suite) bool) func(*view) outcome {
	have := sync.OnceValue(func() []iana.Version { return carriers(want) })
	return func(v *view) outcome {
		o, _ := v.suites(have(), want)
		return o
	}
}

// preferred looks for suites of a kind, and says where one comes first.
func preferred(want func(suite) bool) func(*view) outcome {
	have := sync.OnceValue(func() []iana.Version { return carriers(want) })
	return func(v *view) outcome {
		o, found := v.suites(have(), want)
		for _, a := range found {
			if a.first {
				o.also = "the server selects " + a.name + " before any other"
				o.brief += ", the first of its order among them"
				break
			}
		}
		return o
	}
}

func hasCipher(s suite, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s.Cipher, p) })
}

func isRC4(s suite) bool { return hasCipher(s, "RC4") }

// isBlock64 are the ciphers with blocks of 64 bits.
func isBlock64(s suite) bool {
	return s.CBC && hasCipher(s, "3DES", "DES", "IDEA", "RC2") // those of GOST change their keys as they go
}

func isAnonymous(s suite) bool { return s.Auth == iana.AuthAnon || s.Auth == iana.AuthNull }

func isNull(s suite) bool { return s.Cipher == "NULL" }

func isExport(s suite) bool { return s.Export }

func isShort(s suite) bool { return s.Bits > 0 && s.Bits < 112 && !s.Export }

func isRSAExport(s suite) bool { return s.Export && s.Kx == iana.KxRSA && s.version != iana.SSL2 }

func isRSAExchange(s suite) bool {
	return (s.Kx == iana.KxRSA || s.Kx == iana.KxRSAPSK) && s.version != iana.SSL2
}

func isCBCUpTo10(s suite) bool {
	return s.CBC && (s.version == iana.SSL3 || s.version == iana.TLS10)
}

func isCBCUnderSSL3(s suite) bool { return s.CBC && s.version == iana.SSL3 }

func isCBC(s suite) bool { return s.CBC && s.version >= iana.TLS10 && s.version <= iana.TLS12 }

func isFiniteField(s suite) bool {
	return (s.Kx == iana.KxDHE || s.Kx == iana.KxDHAnon || s.Kx == iana.KxDHEPSK) && s.version != iana.SSL2
}

// drown looks whether SSL 2 is accepted, and with what.
func drown(v *view) outcome {
	o := v.versions(iana.SSL2)
	if o.is != parley.Yes {
		return o
	}
	if list := v.s.SSL2.Yes(); len(list) > 0 {
		o.seen = nil
		for _, k := range list {
			o.seen = append(o.seen, k.String()+" under SSL 2")
		}
		o.why = fmt.Sprintf("SSL 2 is accepted, with %s", andShort(list))
		o.brief = fmt.Sprintf("SSL 2 is accepted, with %d cipher kinds", len(list))
		if len(list) == 1 {
			o.brief = o.why
		}
	}
	return o
}

func andShort[T fmt.Stringer](list []T) string {
	if len(list) <= mostNames+1 {
		return and(list)
	}
	return and(list[:mostNames-1]) + fmt.Sprintf(" and %d more", len(list)-mostNames+1)
}

// primes looks at the primes of finite-field Diffie-Hellman: from over bits on
// to under.
func (v *view) primes(over, under int) outcome {
	var o outcome
	var asked []iana.Version
	have := carriersOfPrimes()
	for _, ver := range v.of(have) {
		col := v.col(ver)
		uses := slices.ContainsFunc(col.Suites.Yes(), func(s iana.Suite) bool {
			i, ok := s.Info()
			return ok && !i.Export && isFiniteField(suite{i, ver})
		})
		switch least := col.DHBits[0]; {
		case !uses:
		case least == 0:
			asked = append(asked, ver)
		case least > over && least < under:
			o.is = parley.Yes
			o.seen = append(o.seen, fmt.Sprintf("a prime of %d bits under %s", least, v.name(ver)))
		}
	}
	switch {
	case o.is == parley.Yes:
		o.why = "Diffie-Hellman with " + andWords(shared(o.seen))
		return o
	case len(asked) > 0:
		return open("the size of the prime under " + v.andNames(asked) + " was not learned")
	}
	open, _ := v.suites(have, isFiniteField)
	if open.is == parley.Unknown {
		return open
	}
	if open.is == parley.Yes {
		return absent("no prime that was seen has " + primeSizes(over, under))
	}
	return open
}

// primeSizes says which sizes lie over and under two numbers of bits.
func primeSizes(over, under int) string {
	if over == 0 {
		return fmt.Sprintf("%d bits or fewer", under-1)
	}
	return fmt.Sprintf("%d to %d bits", over+1, under-1)
}

var carriersOfPrimes = sync.OnceValue(func() []iana.Version { return carriers(isFiniteField) })

// shared puts the versions of like texts together: "X under 1.0", "X under 1.2".
func shared(list []string) (out []string) {
	at := map[string][]string{}
	var order []string
	for _, l := range list {
		what, ver, _ := strings.Cut(l, " under ")
		if at[what] == nil {
			order = append(order, what)
		}
		at[what] = append(at[what], ver)
	}
	for _, what := range order {
		out = append(out, what+" under "+andWords(at[what]))
	}
	return out
}

// sharedPrimes names the primes of up to so many bits that many servers share; empty:
// there are none.
func (v *view) sharedPrimes(most int) string {
	var names []string
	for _, p := range v.s.Details.DH.Primes {
		if p.Bits > most || v.prime == nil {
			continue
		}
		if n := v.prime(p.P); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return andWords(names) + ": many servers share it, and one precomputation does for all"
}

// reused looks whether the key of finite-field Diffie-Hellman comes twice.
func reused(v *view) outcome {
	if o, _ := v.suites(carriersOfPrimes(), isFiniteField); o.is != parley.Yes {
		return o
	}
	return v.feature(below13, v.s.Details.DH.Reused, parley.Yes, "the same public value of DHE came on two connections", "every connection had a public value of its own")
}

// logjam looks for suites of DHE_EXPORT, and for primes of up to 1024 bits.
func logjam(v *view) outcome {
	export := func(s suite) bool { return s.Export && isFiniteField(s) }
	o, _ := v.suites(carriersOfPrimes(), export)
	p := v.primes(0, 1025)
	switch {
	case o.is == parley.Yes && p.is == parley.Yes:
		o.why += "; " + p.why
		o.brief += "; " + p.why
		o.seen = append(o.seen, p.seen...)
		return o
	case o.is == parley.Yes:
		return o
	case p.is == parley.Yes:
		p.also = v.sharedPrimes(1024)
		p.severity = Medium
		for _, ver := range carriersOfPrimes() {
			if b := v.col(ver).DHBits[0]; b > 0 && b <= 768 {
				p.severity = High
			}
		}
		return p
	case p.is == parley.Unknown:
		return p
	}
	return o
}

// below13 are the versions that leave to extensions what 1.3 always has.
var below13 = []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12}

// feature looks whether a fact of the versions in list is as it should not be.
func (v *view) feature(list []iana.Version, f parley.Fact, bad parley.Truth, seen, good string) outcome {
	if len(v.among(list, parley.Yes)) == 0 {
		if asked := v.among(list, parley.Unknown); len(asked) > 0 {
			return open(v.notLearned(asked))
		}
		if !v.acceptsAny() {
			return open(nothingAccepted)
		}
		return absent("it does not concern the versions that are accepted")
	}
	switch f.Is {
	case parley.Unknown:
		if f.Why != "" {
			return open("it was not learned: " + f.Why)
		}
		return outcome{why: "it was not learned", unasked: true}
	case parley.Mixed:
		return outcome{is: parley.Mixed, why: seen + " at times", seen: []string{seen}, from: f.From}
	case bad:
		return outcome{is: parley.Yes, why: seen, seen: []string{seen}, from: f.From}
	}
	return outcome{is: parley.No, why: good, from: f.From}
}

// fallback looks whether a client can be brought to a lesser version unseen.
func fallback(v *view) outcome {
	list := append(slices.Clone(below13), iana.TLS13)
	yes, asked := v.among(list, parley.Yes), v.among(list, parley.Unknown)
	switch {
	case !v.acceptsAny():
		return open(nothingAccepted)
	case len(yes) < 2 && len(asked) > 0:
		return open(v.notLearned(asked))
	case len(yes) < 2:
		return absent("one version is accepted: there is nothing to fall back to")
	}
	lower := yes[:len(yes)-1]
	o := v.feature(list, v.s.Fallback, parley.No, "a hello with TLS_FALLBACK_SCSV is accepted with a lesser version than "+v.name(yes[len(yes)-1]), "TLS_FALLBACK_SCSV is refused below the highest version")
	if lower[0] >= iana.TLS12 {
		o.severity = Info // from 1.3 to 1.2 nothing is lost that an attack is known for
	}
	return o
}

// lucky13 looks for CBC suites of versions that authenticate before they encrypt.
func lucky13(v *view) outcome {
	o, _ := v.suites(carriersOfCBC(), isCBC)
	if o.is != parley.Yes {
		return o
	}
	o.also = map[parley.Truth]string{
		parley.Yes: "encrypt_then_mac is answered to the clients that offer it", parley.Mixed: "encrypt_then_mac is answered at times",
		parley.No: "encrypt_then_mac is not answered", parley.Unknown: "encrypt_then_mac was not asked for",
	}[v.s.Extensions[iana.ExtEncryptThenMAC].Is]
	return o
}

var carriersOfCBC = sync.OnceValue(func() []iana.Version { return carriers(isCBC) })

// outdated says which versions that RFCs forbid are accepted.
func outdated(v *view) outcome {
	o := v.versions(iana.SSL2, iana.SSL3, iana.TLS10, iana.TLS11)
	switch {
	case o.is != parley.Yes:
	case v.is(iana.SSL2) == parley.Yes:
		o.severity = High
	case v.is(iana.SSL3) == parley.Yes:
		o.severity = Medium
	}
	return o
}

// noCurrent looks whether 1.2 or 1.3 is accepted.
func noCurrent(v *view) outcome {
	yes := v.among(v.list(), parley.Yes)
	asked := v.among([]iana.Version{iana.TLS12, iana.TLS13}, parley.Unknown)
	switch {
	case len(yes) == 0:
		return open(nothingAccepted)
	case v.is(iana.TLS13) == parley.Yes:
		return absent("1.3 is accepted")
	case len(asked) > 0:
		return open(v.notLearned(asked))
	}
	o := outcome{is: parley.Yes, why: "the newest version that is accepted is " + v.name(yes[len(yes)-1])}
	o.seen, o.from = []string{o.why}, v.col(iana.TLS13).Accepted.From
	if v.is(iana.TLS12) == parley.Yes {
		o.severity = Info
	}
	return o
}

// again is whether the server takes another hello on a connection.
func (v *view) again() parley.Fact {
	a := v.s.Details.Again
	switch a.Answer {
	case parley.AgainUnknown:
		return parley.Fact{Why: a.Why}
	case parley.AgainAccepted:
		return parley.Fact{Is: parley.Yes, From: a.From}
	}
	return parley.Fact{Is: parley.No, From: a.From}
}

// renegotiation looks whether renegotiation_info is answered, and where it is not what
// that is worth.
func renegotiation(v *view) outcome {
	o := v.feature(below13, v.s.Renegotiation, parley.No, "the ServerHello lacks renegotiation_info", "renegotiation_info is answered")
	if o.is != parley.Yes && o.is != parley.Mixed {
		return o
	}
	switch v.again().Is {
	case parley.Yes:
		o.severity, o.also = High, "a second hello on one connection was accepted"
	case parley.No:
		o.severity, o.also = Low, "a second hello on one connection was refused"
	}
	return o
}

// earlyData looks whether tickets offer it; without tickets, nothing does.
func earlyData(v *view) outcome {
	x := v.s.Details.Sessions
	if x.EarlyData.Is == parley.Unknown && x.Tickets13.Is == parley.No {
		return outcome{is: parley.No, why: "no ticket comes in 1.3", from: x.Tickets13.From}
	}
	return v.feature([]iana.Version{iana.TLS13}, x.EarlyData, parley.Yes, "a ticket offers early data", "no ticket offers early data")
}
