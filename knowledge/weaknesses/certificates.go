package weaknesses

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// leafSuites are the keys of the certificate that suites up to 1.2 want.
var leafSuites = map[iana.Auth][]iana.KeyType{
	iana.AuthRSA: {iana.KeyRSA, iana.KeyRSAPSS}, iana.AuthDSS: {iana.KeyDSA}, iana.AuthECDSA: {iana.KeyECDSA, iana.KeyEd25519, iana.KeyEd448},
}

// unseenKeys says which certificates there must be beside those that were seen.
func (v *view) unseenKeys() (out []string) {
	for _, ver := range below13 {
		for _, s := range v.col(ver).Suites.Yes() {
			i, _ := s.Info()
			keys := leafSuites[i.Auth]
			if len(keys) == 0 || slices.ContainsFunc(v.leaves, func(l Leaf) bool { return slices.Contains(keys, l.Key) }) {
				continue
			}
			if w := keys[0].String(); !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

// certificates looks at each certificate of the server's own: bad says in what it is
// weak, and known whether that could be read.
func (v *view) certificates(fine string, bad func(Leaf) (string, Severity), known func(Leaf) bool) outcome {
	var o outcome
	unread := 0
	for _, l := range v.leaves {
		who := l.Name
		if who == "" {
			who = "the certificate"
		}
		switch text, severity := bad(l); {
		case text != "":
			o.is, o.severity = parley.Yes, max(o.severity, severity)
			o.seen = append(o.seen, who+": "+text)
			o.from = append(o.from, l.From...)
		case !known(l):
			unread++
		}
	}
	missing := v.unseenKeys()
	switch {
	case o.is == parley.Yes:
		o.why = andWords(o.seen)
		return o
	case len(v.leaves) == 0:
		o := open("no certificate was seen: in 1.3 it comes encrypted")
		o.unasked = true // a scan that follows the handshake sees it
		return o
	case len(missing) > 0:
		return open("the certificate with a key of " + andWords(missing) + " was not seen")
	case unread > 0:
		return open("a certificate could not be read")
	}
	return absent(fine)
}

// shortKey looks for keys that are too short (RFC 9325, Section 4.5).
func shortKey(v *view) outcome {
	return v.certificates("every key is long enough", func(l Leaf) (string, Severity) {
		switch l.Key {
		case iana.KeyRSA, iana.KeyRSAPSS, iana.KeyDSA:
			switch {
			case l.Bits == 0 || l.Bits >= 2048:
			case l.Bits < 1024:
				return fmt.Sprintf("an %s key of %d bits", l.Key, l.Bits), High
			default:
				return fmt.Sprintf("an %s key of %d bits", l.Key, l.Bits), Medium
			}
		case iana.KeyECDSA:
			if slices.Contains(shortGroups, l.Group) {
				return "an ECDSA key in " + l.Group.String(), Medium
			}
		}
		return "", 0
	}, func(l Leaf) bool {
		switch l.Key {
		case 0:
			return false
		case iana.KeyECDSA:
			return l.Group != 0
		case iana.KeyEd25519, iana.KeyEd448:
			return true
		}
		return l.Bits != 0
	})
}

// brokenKey looks for keys that anybody can compute.
func brokenKey(v *view) outcome {
	return v.certificates("no key shows a known fault", func(l Leaf) (string, Severity) {
		return l.Broken, High
	}, func(l Leaf) bool { return l.Key != 0 })
}

// shortGroups have fewer than 224 bits (RFC 8422, Section 5.1.1 dropped them).
var shortGroups = []iana.Group{1, 2, 3, 4, 5, 15, 16, 17, 18, 19}

// brokenDigest looks for certificates signed over a digest that collides.
func brokenDigest(v *view) outcome {
	return v.certificates("every certificate is signed over a digest of today", func(l Leaf) (string, Severity) {
		switch {
		case l.SelfIssued:
		case l.Digest == "MD2" || l.Digest == "MD4" || l.Digest == "MD5":
			return "signed over " + l.Digest, High
		case l.Digest == "SHA-1":
			return "signed over SHA-1", Medium
		}
		return "", 0
	}, func(l Leaf) bool { return l.Digest != "" || l.SelfIssued })
}
