package policies

import (
	"fmt"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// kinds say of each kind the id that a demand has by default, and whether
// versions may be given under which it holds.
var kinds = map[Kind]struct {
	id    string
	under bool
}{
	KindUnknown:      {"demand", false},
	VersionsOnly:     {"versions", false},
	VersionsRefused:  {"versions-refused", false},
	VersionsAccepted: {"versions-accepted", false},
	VersionsOneOf:    {"versions-one-of", false},
	SuitesOnly:       {"suites", true},
	SuitesRefused:    {"suites-refused", true},
	GroupsOnly:       {"groups", true},
	GroupsOneOf:      {"groups-one-of", true},
	SchemesOnly:      {"schemes", true},
	DHBits:           {"dh-bits", true},
	KeyTypes:         {"certificate-keys", false},
	KeyGroups:        {"certificate-groups", false},
	RSABits:          {"rsa-bits", false},
	ECBits:           {"ec-bits", false},
	DSABits:          {"dsa-bits", false},
	Signatures:       {"certificate-signatures", false},
	Digests:          {"certificate-digests", false},
	Days:             {"certificate-days", false},
	FeatureIs:        {"feature", false},
}

// few is how many values a sentence lists.
const few = 4

// Words are the check in words: "no version but 1.2 and 1.3 is accepted".
func (c *Check) Words() string {
	under := ""
	if len(c.Under) > 0 {
		under = " under " + and(texts(c.Under))
	}
	switch c.Kind {
	case VersionsOnly:
		return "no version but " + and(texts(c.Versions)) + " is accepted"
	case VersionsRefused:
		return and(texts(c.Versions)) + " refused"
	case VersionsAccepted:
		return and(texts(c.Versions)) + " accepted"
	case VersionsOneOf:
		return or(texts(c.Versions)) + " accepted"
	case SuitesOnly:
		return "no cipher suite" + under + " but " + some(texts(c.Suites), "suites")
	case SuitesRefused:
		var classes []string
		for _, k := range c.Classes {
			classes = append(classes, k.Words())
		}
		return "no cipher suites" + under + " " + or(classes)
	case GroupsOnly:
		return "no group" + under + " but " + some(texts(c.Groups), "groups")
	case GroupsOneOf:
		return "one of the groups " + or(texts(c.Groups)) + " accepted" + under
	case SchemesOnly:
		return "no signature scheme" + under + " but " + some(texts(c.Schemes), "schemes")
	case DHBits:
		return fmt.Sprintf("Diffie-Hellman primes%s of %d bits and more", under, c.Number)
	}
	return c.certificateWords()
}

func (c *Check) certificateWords() string {
	switch c.Kind {
	case KeyTypes:
		return "certificates with keys of " + or(texts(c.Keys)) + " only"
	case KeyGroups:
		return "certificates with EC keys in " + or(texts(c.Groups)) + " only"
	case RSABits:
		return fmt.Sprintf("certificates with RSA keys of %d bits and more", c.Number)
	case ECBits:
		return fmt.Sprintf("certificates with EC keys of %d bits and more", c.Number)
	case DSABits:
		return fmt.Sprintf("certificates with DSA keys of %d bits and more", c.Number)
	case Signatures:
		return "certificates signed by " + or(c.Names) + " only"
	case Digests:
		if c.Chain {
			return "certificates and their issuers signed over " + or(c.Names) + " only"
		}
		return "certificates signed over " + or(c.Names) + " only"
	case Days:
		return fmt.Sprintf("certificates valid for at most %d days", c.Number)
	case FeatureIs:
		return c.Feature.words(c.Want)
	}
	return "unknown"
}

// some lists values, or counts them.
func some(list []string, what string) string {
	if len(list) > few {
		return fmt.Sprintf("%d named %s", len(list), what)
	}
	return and(list)
}

func texts[T fmt.Stringer](values []T) (out []string) {
	for _, v := range values {
		out = append(out, v.String())
	}
	return out
}

func and(list []string) string { return join(list, " and ") }

func or(list []string) string { return join(list, " or ") }

func join(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + last + list[len(list)-1]
}

// Depth is how much of a server's terms a policy asks about.
type Depth struct {
	Versions []iana.Version // whose acceptance matters
	Suites   bool
	Groups   bool
	Schemes  bool
	DH       bool // sizes of primes
	Certs    bool
	Features []Feature
}

// DepthOf says what has to be learnt of a server to judge policies.
func DepthOf(ps ...*Policy) Depth {
	var d Depth
	for _, p := range ps {
		for i := range p.Demands {
			d.add(&p.Demands[i].Check)
		}
	}
	return d
}

func (d *Depth) add(c *Check) {
	switch c.Kind {
	case SuitesOnly, SuitesRefused:
		d.Suites = true
	case GroupsOnly, GroupsOneOf:
		d.Groups, d.Suites = true, true
	case SchemesOnly:
		d.Schemes = true
	case DHBits:
		d.DH, d.Suites = true, true
	case KeyTypes, KeyGroups, RSABits, ECBits, DSABits, Signatures, Digests, Days:
		d.Certs, d.Suites, d.Schemes = true, true, true
	case FeatureIs:
		d.Features = append(d.Features, c.Feature)
	}
	d.Versions = parley.AllVersions // a demand holds under every version that is accepted
}
