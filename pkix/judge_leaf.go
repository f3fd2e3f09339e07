package pkix

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
)

// judgeLeaf returns what is wrong with a leaf for this name and purpose,
// whatever path leads from it.
func (q *Question) judgeLeaf(c *Certificate) []Problem {
	var out []Problem
	l := link{Certificate: c, role: Leaf, rules: &q.Rules, out: &out}
	q.judgeName(l)
	q.judgeLeafUsage(l)
	if c.IsCA() && !c.SelfIssued() {
		l.add(Problem{Kind: LeafIsCA, Stops: unless(q.Rules.CALeaf)})
	}
	if q.Purpose != ForClient && c.MustStaple() && q.Staple != parley.Yes {
		stops := same(q.Rules.MustStaple)
		if q.Staple != parley.No && stops == parley.Yes {
			stops = parley.Unknown
		}
		l.add(Problem{Kind: NoStaple, Stops: stops})
	}
	return out
}

func (q *Question) judgeLeafUsage(l link) {
	want := q.usage()
	switch {
	case l.ExtKeyUsage == nil:
		if q.Rules.NeedsExtKeyUsage == parley.Yes {
			l.add(Problem{Kind: WrongExtKeyUsage, Want: usageName(want), Stops: parley.Yes})
		}
	case slices.Contains(l.ExtKeyUsage, want):
	case slices.Contains(l.ExtKeyUsage, oidAnyUsage):
		l.add(Problem{Kind: WrongExtKeyUsage, Value: usageWords(l.ExtKeyUsage), Want: usageName(want), Stops: unless(q.Rules.AnyExtKeyUsage)})
	default:
		l.add(Problem{Kind: WrongExtKeyUsage, Value: usageWords(l.ExtKeyUsage), Want: usageName(want), Stops: parley.Yes})
	}
	if l.KeyUsage == nil || *l.KeyUsage&DigitalSignature != 0 {
		return
	}
	p := Problem{Kind: WrongKeyUsage, Value: words(l.KeyUsage.Words()), Want: "digitalSignature", Stops: same(q.Rules.KeyUsage)}
	if *l.KeyUsage&(KeyEncipherment|KeyAgreement) != 0 {
		// Enough for key exchange by the certificate's key, which 1.2 has: clients
		// differ on whether they ask what the suite took.
		p.Stops = same(q.Rules.SigningUsage)
	}
	l.add(p)
}

// usageNames are the purposes of extKeyUsage that are met (RFC 5280, Section
// 4.2.1.12).
var usageNames = map[string]string{
	oidServerAuth: "serverAuth", oidClientAuth: "clientAuth", oidAnyUsage: "anyExtendedKeyUsage",
	"1.3.6.1.5.5.7.3.3": "codeSigning", "1.3.6.1.5.5.7.3.4": "emailProtection", "1.3.6.1.5.5.7.3.8": "timeStamping",
	"1.3.6.1.5.5.7.3.9": "OCSPSigning", "1.3.6.1.5.5.7.3.5": "ipsecEndSystem", "1.3.6.1.5.5.7.3.17": "ipsecIKE",
	"2.16.840.1.113730.4.1": "nsSGC", "1.3.6.1.4.1.311.10.3.3": "msSGC", "1.3.6.1.4.1.311.20.2.2": "smartcardLogon",
}

func usageName(oid string) string {
	if n, ok := usageNames[oid]; ok {
		return n
	}
	return oid
}

// UsageNames are the names of purposes of extKeyUsage, or their object
// identifiers.
func UsageNames(oids []string) []string {
	names := make([]string, len(oids))
	for i, oid := range oids {
		names[i] = usageName(oid)
	}
	return names
}

func usageWords(oids []string) string {
	return words(UsageNames(oids))
}

// words lists few of many.
func words(list []string) string {
	const most = 8
	if len(list) > most {
		return strings.Join(list[:most], ", ") + ", …"
	}
	return strings.Join(list, ", ")
}
