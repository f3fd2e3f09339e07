package pkix

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// today's least size of an RSA key (CA/Browser Forum Baseline Requirements,
// 6.1.5); a smaller one is a problem even where it is taken.
const leastRSABits = 2048

const (
	oidServerAuth = "1.3.6.1.5.5.7.3.1"
	oidClientAuth = "1.3.6.1.5.5.7.3.2"
	oidAnyUsage   = "2.5.29.37.0"
)

// link is one certificate of a path under judgement.
type link struct {
	*Certificate
	step  Step
	role  Role
	rules *parley.Verification
	out   *[]Problem
}

func (l link) add(p Problem) {
	p.Sent, p.Certificate, p.Role = l.step.Sent, l.Certificate, l.role
	*l.out = append(*l.out, p)
}

// judge returns the problems of the certificates of a path, whatever name was
// asked for. The last one is a trust anchor if it has a pool.
func (q *Question) judge(b *builder, path []Step) []Problem {
	var out []Problem
	for i, s := range path {
		l := link{Certificate: s.Certificate, step: s, role: roleOf(path, i), rules: &q.Rules, out: &out}
		q.judgeDates(l)
		l.judgeFaults()
		l.judgeKey()
		if l.role != Root {
			l.judgeSignature()
			var issuer *Certificate
			if i+1 < len(path) {
				issuer = path[i+1].Certificate
			}
			if issuer != nil && b.signed(s.Certificate, issuer) == parley.Unknown {
				l.add(Problem{Kind: Unchecked, Value: s.Certificate.Signature.Name, Stops: parley.Unknown})
			}
		}
		for _, oid := range s.Certificate.UnknownCritical {
			l.add(Problem{Kind: CriticalUnknown, Value: ExtensionName(oid), Stops: unless(q.Rules.UnknownCritical)})
		}
		if i > 0 {
			l.judgeCA(below(path, i))
			q.judgeUsage(l)
			q.judgeConstraints(l, path[0].Certificate)
		}
		if l.role == Root {
			q.judgeAnchor(l, i, path[0].Certificate)
		}
	}
	return out
}

// below counts the CA certificates between the leaf and the one at i that are
// not self-issued (RFC 5280, Section 4.2.1.9).
func below(path []Step, i int) (n int) {
	for _, s := range path[1:i] {
		if !s.Certificate.SelfIssued() {
			n++
		}
	}
	return n
}

func (q *Question) judgeDates(l link) {
	stops := parley.Yes
	if l.role == Root {
		stops = unless(q.Rules.ExpiredRoot)
	}
	const form = "2006-01-02T15:04:05Z"
	switch {
	case l.NotBefore.IsZero() || l.NotAfter.IsZero():
	case q.Now.After(l.NotAfter):
		l.add(Problem{Kind: Expired, Value: l.NotAfter.UTC().Format(form), Stops: stops, Avoidable: parley.No})
	case q.Now.Before(l.NotBefore):
		l.add(Problem{Kind: NotYetValid, Value: l.NotBefore.UTC().Format(form), Stops: stops, Avoidable: parley.No})
	}
}

// minor are faults that no client known stops at.
var minor = []FaultKind{ZeroSerial, LongSerial, DefaultEncoded, BadString, EmptyIssuer, BadName}

func (l link) judgeFaults() {
	for _, f := range l.Faults {
		p := Problem{Kind: Malformed, Value: f.String(), Stops: unless(l.rules.LaxEncoding)}
		switch {
		case f.Kind == NegativeSerial:
			p.Stops = unless(l.rules.NegativeSerial)
		case f.Kind == DuplicateExtension:
			p.Stops = unless(l.rules.TwiceExtension)
		case l.role == Root || slices.Contains(minor, f.Kind):
			p.Stops = parley.No
		}
		l.add(p)
	}
}

func (l link) judgeKey() {
	k := l.Key
	switch k.Type {
	case iana.KeyRSA, iana.KeyRSAPSS:
		least := l.rules.CARSABits
		if l.role == Leaf {
			least = l.rules.LeafRSABits
		}
		if stops := atLeast(k.Bits, least); k.Bits != 0 && (k.Bits < leastRSABits || stops == parley.Yes) {
			l.add(Problem{Kind: KeyTooSmall, Bits: k.Bits, Least: max(least, min(leastRSABits, k.Bits+1)), Value: k.Type.String(), Stops: stops})
		}
		if k.Type == iana.KeyRSAPSS {
			l.unsupportedKey(unless(l.rules.RSAPSS))
		}
	case iana.KeyECDSA:
		l.judgeGroup()
	case iana.KeyEd25519:
		l.unsupportedKey(unless(l.rules.Ed25519))
	case iana.KeyEd448:
		l.unsupportedKey(unless(l.rules.Ed448))
	default:
		l.unsupportedKey(parley.Unknown)
	}
}

// atLeast answers "stops?" for a key of bits where least is taken.
func atLeast(bits, least int) parley.Truth {
	switch {
	case least == 0:
		return parley.Unknown
	case bits < least:
		return parley.Yes
	}
	return parley.No
}

func (l link) judgeGroup() {
	k, stops := l.Key, parley.Unknown
	common := k.Group == iana.GroupSecp256r1 || k.Group == iana.GroupSecp384r1
	switch {
	case l.rules.ECDSA == parley.No:
		stops = parley.Yes
	case slices.Contains(l.rules.Groups, k.Group) || l.rules.Groups == nil && common:
		return
	case l.rules.Groups != nil:
		stops = parley.Yes
	}
	l.unsupportedKey(stops)
}

func (l link) unsupportedKey(stops parley.Truth) {
	if stops == parley.No {
		return
	}
	name := l.Key.Type.String()
	switch {
	case l.Key.Type == 0:
		name = l.Key.OID
	case l.Key.Group != 0:
		name += " " + l.Key.Group.String()
	case l.Key.GroupOID != "":
		name += " " + l.Key.GroupOID
	}
	l.add(Problem{Kind: UnsupportedKey, Value: name, Stops: stops})
}

func (l link) judgeSignature() {
	s := l.Signature
	switch s.Digest {
	case SHA1:
		l.add(Problem{Kind: WeakDigest, Value: s.Digest.String(), Want: SHA256.String(), Stops: unless(l.rules.SHA1)})
	case MD5, MD2:
		l.add(Problem{Kind: WeakDigest, Value: s.Digest.String(), Want: SHA256.String(), Stops: unless(l.rules.MD5)})
	}
	stops := parley.No
	switch {
	case s.pss:
		stops = unless(l.rules.RSAPSS)
	case s.Key == iana.KeyRSA:
	case s.Key == iana.KeyECDSA:
		if l.rules.ECDSA == parley.No {
			stops = parley.Yes
		}
	case s.Key == iana.KeyEd25519:
		stops = unless(l.rules.Ed25519)
	case s.Key == iana.KeyEd448:
		stops = unless(l.rules.Ed448)
	default:
		stops = parley.Unknown
	}
	if stops != parley.No {
		l.add(Problem{Kind: UnsupportedSignature, Value: s.Name, Stops: stops})
	}
}

// judgeCA asks whether a certificate may issue those below it (RFC 5280,
// Section 6.1.4). A trust anchor of version 1 is taken for what it is.
func (l link) judgeCA(below int) {
	stops := parley.Yes
	if l.role == Root {
		stops = parley.Unknown
	}
	switch {
	case l.Basic == nil && l.role == Root && l.Version < 3:
	case !l.IsCA():
		l.add(Problem{Kind: NotCA, Value: fmt.Sprintf("version %d", l.Version), Want: "CA", Stops: stops})
	case l.Basic.PathLen >= 0 && below > l.Basic.PathLen:
		l.add(Problem{Kind: PathTooLong, Bits: below, Least: l.Basic.PathLen, Stops: stops})
	}
	if l.KeyUsage != nil && *l.KeyUsage&KeyCertSign == 0 {
		l.add(Problem{Kind: WrongKeyUsage, Value: words(l.KeyUsage.Words()), Want: "keyCertSign", Stops: stops})
	}
}

// judgeUsage asks whether a CA may issue for the purpose: clients take the
// extKeyUsage of a CA as a limit on what is below it.
func (q *Question) judgeUsage(l link) {
	if l.ExtKeyUsage == nil || slices.Contains(l.ExtKeyUsage, oidAnyUsage) || slices.Contains(l.ExtKeyUsage, q.usage()) {
		return
	}
	stops := same(q.Rules.CAExtKeyUsage)
	if l.role == Root && stops == parley.Yes {
		stops = parley.Unknown
	}
	l.add(Problem{Kind: WrongExtKeyUsage, Value: usageWords(l.ExtKeyUsage), Want: usageName(q.usage()), Stops: stops})
}

func (q *Question) usage() string {
	if q.Purpose == ForClient {
		return oidClientAuth
	}
	return oidServerAuth
}

// judgeAnchor asks how the path ends, and what holds below public roots alone.
func (q *Question) judgeAnchor(l link, i int, leaf *Certificate) {
	q.judgeDistrust(l, leaf)
	switch {
	case i == 0 && !l.SelfIssued():
		l.add(Problem{Kind: PartialPath, Issuer: l.Issuer.Text, Pool: l.step.Pool, Stops: unless(q.Rules.PartialChain)})
	case i == 0 && !l.IsCA():
		l.add(Problem{Kind: TrustedLeaf, Pool: l.step.Pool, Stops: unless(q.Rules.TrustedLeaf)})
	case i > 0 && !l.SelfIssued():
		l.add(Problem{Kind: PartialPath, Issuer: l.Issuer.Text, Pool: l.step.Pool, Stops: unless(q.Rules.PartialChain)})
	}
	if !q.public(l.Certificate) || i == 0 {
		return
	}
	const day = 24 * time.Hour
	lasts, most := leaf.NotAfter.Sub(leaf.NotBefore), q.Rules.PublicMaxDays
	if most > 0 && lasts > time.Duration(most)*day && !leaf.NotBefore.Before(limitedSince) {
		l.add(Problem{Kind: TooLong, Bits: int((lasts + day - 1) / day), Least: most, Stops: parley.Yes})
	}
	if q.Rules.PublicSCT == parley.Yes && !leaf.SCTs {
		// They may come in the handshake as well (RFC 6962, Section 3.3).
		l.add(Problem{Kind: NoTimestamps, Stops: parley.Unknown})
	}
}

// limitedSince is when the limits began that clients set to the validity of
// certificates below public roots.
var limitedSince = time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC)

// public says that a trust anchor is known to be one of a public programme.
func (q *Question) public(root *Certificate) bool {
	return slices.ContainsFunc(q.Public, func(s parley.Store) bool {
		return slices.ContainsFunc(s.Roots, func(der []byte) bool { return bytes.Equal(der, root.Raw) })
	})
}
