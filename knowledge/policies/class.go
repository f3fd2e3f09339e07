package policies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

// Class is a class of cipher suites, by a word.
type Class string

// classes are the words that a policy may use of suites, and what each means.
var classes = []struct {
	name  Class
	words string
	has   func(iana.SuiteInfo) bool
}{
	{"anonymous", "that authenticate nobody", func(i iana.SuiteInfo) bool {
		return i.Auth == iana.AuthAnon || i.Auth == iana.AuthNull
	}},
	{"null", "that encrypt nothing", func(i iana.SuiteInfo) bool { return i.Bits == 0 }},
	{"export", "of export grade", func(i iana.SuiteInfo) bool { return i.Export }},
	{"below-112-bits", "with keys below 112 bits", func(i iana.SuiteInfo) bool { return i.Bits < 112 }},
	{"rc4", "with RC4", cipherIs("RC4")},
	{"des", "with DES", cipherIs("DES_", "DES40")},
	{"3des", "with 3DES", cipherIs("3DES")},
	{"rc2", "with RC2", cipherIs("RC2")},
	{"idea", "with IDEA", cipherIs("IDEA")},
	{"chacha20", "with ChaCha20", cipherIs("CHACHA20")},
	{"cbc", "in CBC mode", func(i iana.SuiteInfo) bool { return i.CBC }},
	{"md5", "with MD5", func(i iana.SuiteInfo) bool { return i.Hash == "MD5" }},
	{"sha1", "with a MAC of SHA-1", func(i iana.SuiteInfo) bool { return i.Hash == "SHA" && !i.AEAD }},
	{"not-aead", "without authenticated encryption", func(i iana.SuiteInfo) bool { return !i.AEAD }},
	{"static-rsa", "with RSA key exchange", func(i iana.SuiteInfo) bool { return i.Kx == iana.KxRSA || i.Kx == iana.KxRSAPSK }},
	{"static-dh", "with static Diffie-Hellman", func(i iana.SuiteInfo) bool { return i.Kx == iana.KxDH || i.Kx == iana.KxECDH }},
	{"dhe", "with finite-field Diffie-Hellman", func(i iana.SuiteInfo) bool { return i.Kx == iana.KxDHE || i.Kx == iana.KxDHEPSK }},
	{"no-forward-secrecy", "without forward secrecy", func(i iana.SuiteInfo) bool { return !slices.Contains(ephemeral, i.Kx) }},
}

// ephemeral are the key exchanges whose secret is not that of a certificate or
// of a pre-shared key alone.
var ephemeral = []iana.KeyExchange{
	iana.KxDHE, iana.KxECDHE, iana.KxDHAnon, iana.KxECDHAnon, iana.KxDHEPSK, iana.KxECDHEPSK, iana.KxSRP, iana.KxECCPWD,
	iana.KxECJPAKE, iana.KxCECPQ1, iana.KxSM2DHE, iana.KxTLS13,
}

func cipherIs(prefixes ...string) func(iana.SuiteInfo) bool {
	return func(i iana.SuiteInfo) bool {
		return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(i.Cipher, p) })
	}
}

// Classes returns the words that a policy may use of suites.
func Classes() []Class {
	var all []Class
	for _, c := range classes {
		all = append(all, c.name)
	}
	return all
}

func (c Class) find() int {
	for i := range classes {
		if classes[i].name == c {
			return i
		}
	}
	return -1
}

// Has says whether a suite is of the class. A suite of which nothing is known is
// of none.
func (c Class) Has(s iana.Suite) bool {
	info, ok := s.Info()
	i := c.find()
	return ok && i >= 0 && !info.SCSV && classes[i].has(info)
}

// Words says which suites the class has: "that encrypt nothing".
func (c Class) Words() string {
	if i := c.find(); i >= 0 {
		return classes[i].words
	}
	return string(c)
}

func parseClass(text string) (Class, error) {
	c := Class(strings.ToLower(text))
	if c.find() < 0 {
		var all []string
		for _, k := range Classes() {
			all = append(all, string(k))
		}
		return "", fmt.Errorf("%q is no class of suites: want one of %s", text, strings.Join(all, ", "))
	}
	return c, nil
}
