package policies

import (
	"fmt"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// certificates holds each certificate that was seen against the demand, and
// looks whether there may be others: a server can have one for each kind of key.
func (j *judgement) certificates() {
	seen := []iana.KeyType{}
	for _, c := range j.certs {
		if !c.Issuer {
			seen = append(seen, c.Key)
		}
		if !c.Issuer || j.d.Kind == Digests && j.d.Chain && !c.Anchor {
			j.certificate(c)
		}
	}
	for _, k := range j.otherKeys(seen) {
		j.open("the certificate with a key of " + k.String() + " was not seen")
	}
	if len(seen) == 0 {
		j.open("no certificate was seen")
	}
}

func (j *judgement) certificate(c Certificate) {
	name := c.Name
	if name == "" {
		name = "a certificate"
	}
	wrong := func(ok bool, format string, args ...any) {
		if ok {
			j.learnt(c.From)
		} else {
			j.broken(name+": "+fmt.Sprintf(format, args...), c.From)
		}
	}
	unknown := func(what string) { j.open(name + ": its " + what + " could not be read") }
	d := j.d
	switch d.Kind {
	case KeyTypes:
		if c.Key == 0 {
			unknown("kind of key")
			return
		}
		wrong(slices.Contains(d.Keys, c.Key), "a key of %s", c.Key)
	case KeyGroups:
		switch {
		case c.Key == 0:
			unknown("kind of key")
		case c.Key == iana.KeyECDSA && c.Group == 0:
			unknown("group")
		case c.Key == iana.KeyECDSA:
			wrong(slices.Contains(d.Groups, c.Group), "a key in %s", c.Group)
		}
	case RSABits, ECBits, DSABits:
		j.size(c, wrong, unknown)
	case Signatures:
		if c.Signature == "" {
			unknown("signature")
			return
		}
		wrong(slices.Contains(d.Names, c.Signature), "signed by %s", c.Signature)
	case Digests:
		if c.Digest == "" {
			unknown("signature")
			return
		}
		wrong(slices.Contains(d.Names, c.Digest), "signed over %s", c.Digest)
	case Days:
		if c.Days == 0 {
			unknown("validity")
			return
		}
		// That the last second belongs to it (RFC 5280, Section 4.1.2.5) makes nothing
		// longer that ends so many days after its begin: so CAs and tools count.
		over := time.Duration((c.Days - float64(d.Number)) * float64(24*time.Hour)).Round(time.Second)
		wrong(over <= time.Second, "valid for %s", days(d.Number, over))
	}
}

// days says a validity beyond the allowed days so that it is seen to be beyond.
func days(allowed int, over time.Duration) string {
	whole := int(over / (24 * time.Hour))
	rest := over % (24 * time.Hour)
	if rest <= time.Second && whole > 0 {
		return fmt.Sprintf("%d days", allowed+whole)
	}
	return fmt.Sprintf("%d days and %v, from its begin to its end", allowed+whole, rest-time.Second)
}

func (j *judgement) size(c Certificate, wrong func(bool, string, ...any), unknown func(string)) {
	of := map[Kind][]iana.KeyType{
		RSABits: {iana.KeyRSA, iana.KeyRSAPSS}, ECBits: {iana.KeyECDSA}, DSABits: {iana.KeyDSA},
	}[j.d.Kind]
	switch {
	case c.Key == 0:
		unknown("kind of key")
	case !slices.Contains(of, c.Key):
	case c.Bits == 0:
		unknown("size of key")
	default:
		wrong(c.Bits >= j.d.Number, "a key of %d bits", c.Bits)
	}
}

// authKeys are the keys that authenticate a server under suites of before 1.3.
var authKeys = map[iana.Auth][]iana.KeyType{
	iana.AuthRSA: {iana.KeyRSA, iana.KeyRSAPSS}, iana.AuthDSS: {iana.KeyDSA}, iana.AuthECDSA: {iana.KeyECDSA, iana.KeyEd25519, iana.KeyEd448},
}

// otherKeys are the kinds of key that the server has a certificate for beside
// those seen, as far as the suites and schemes say that it accepts. Where these
// lists may go on, the demand stays open.
func (j *judgement) otherKeys(seen []iana.KeyType) (out []iana.KeyType) {
	need := func(keys ...iana.KeyType) {
		if len(keys) > 0 && !slices.ContainsFunc(keys, func(k iana.KeyType) bool { return slices.Contains(seen, k) }) && !slices.Contains(out, keys[0]) {
			out = append(out, keys[0])
		}
	}
	for _, v := range j.versions(parley.Unknown) {
		j.unknown(v)
	}
	for _, v := range j.versions(parley.Yes) {
		c := j.s.Column(v)
		switch {
		case v == iana.TLS13 && c.Schemes.Complete != parley.Yes:
			j.open("the signature schemes used under %s were not all asked for, and so its certificates", v)
		case v == iana.TLS13:
			for _, s := range c.Schemes.Yes() {
				if info, ok := s.Info(); ok {
					need(info.Key)
				}
			}
		case c.Suites.Complete != parley.Yes:
			j.open("the suites accepted under %s were not all asked for, and so its certificates", v)
		default:
			for _, s := range c.Suites.Yes() {
				if info, ok := s.Info(); ok {
					need(authKeys[info.Auth]...)
				}
			}
		}
	}
	return out
}
