package pkix

import (
	"time"

	"github.com/parley-tls/parley"
)

// Question is what Verify answers.
type Question struct {
	Sent [][]byte // the certificates as sent, leaf first
	// Roots are what ends a path.
	Roots []*Pool
	// Public are the sets of roots of public programmes: what clients demand below
	// those alone holds for an anchor that is in one. Empty: of no anchor is it known.
	Public []parley.Store
	// Extra are certificates that were not sent and may stand in a path:
	// fetched, or known intermediates.
	Extra [][]byte
	// Name is what the certificate must name: a DNS name in ASCII, an IP address;
	// empty: nothing is compared.
	Name    string
	Now     time.Time
	Staple  parley.Truth // an OCSP response was stapled
	Rules   parley.Verification
	Purpose Purpose
}

// Purpose is whom the certificate is to prove.
type Purpose uint8

// The zero Purpose is not known and judged as a server's.
const (
	PurposeUnknown Purpose = iota
	ForServer
	ForClient
)

// Verdict is what a client has against a chain.
type Verdict struct {
	// Accepts: under these rules the client goes on. Unknown: a problem stands of
	// which the rules do not say whether it stops the client.
	Accepts parley.Truth
	// Problems in the order of their kinds, and of a kind leaf first.
	Problems []Problem
	// Sent are the certificates sent, read; nil where one could not be read.
	Sent []*Certificate
	// Path is the one judged, leaf first, its trust anchor last; nil: there is none.
	// Others are further complete paths.
	Path   []Step
	Others [][]Step
}

// Step is one certificate of a path.
type Step struct {
	Certificate *Certificate
	Sent        int    // its place among those sent; -1: it was not sent
	Pool        string // of a trust anchor: the name of its pool; empty: none
}

// Problem is one thing that clients stop at, or note. Which of the facts are set
// depends on the kind.
type Problem struct {
	Kind Kind
	// Stops: these rules stop at it. Unknown: the rules do not say.
	Stops parley.Truth
	Why   Why // of NoPath: what is wrong where the path ends

	Role        Role         // of the certificate that it is about
	Sent        int          // its place among those sent; -1: not sent
	Certificate *Certificate // nil: it could not be read

	Avoidable parley.Truth // of Expired, NotYetValid: a path goes round it
	Names     []string     // of NameMismatch, NoSAN, IPNotNamed: what the leaf names
	Value     string       // the digest, usage, OID, name or fault in question
	Want      string       // what the rule wants in its place
	Bits      int          // of KeyTooSmall: of the key
	Least     int          // of KeyTooSmall: the least taken; of TooLong: days
	Issuer    string       // of NoPath: the name of the issuer that is missing
	URLs      []string     // of NoPath: where the certificate says its issuer is
	Pool      string       // of StaleCA, Distrusted: where the root stands
	Other     *Certificate // of StaleCA: the trusted one of that name
}

// Role is the place of a certificate in a path.
type Role uint8

// The zero Role is unknown: a certificate in no path.
const (
	RoleUnknown Role = iota
	Leaf
	Intermediate
	Root
)

var roleNames = []string{"unknown", "leaf", "intermediate", "root"}

// String is the role as a word.
func (r Role) String() string { return word(roleNames, int(r)) }

// Kind is what a problem is.
type Kind uint8

// The kinds, in the order of a verdict. Those from WrongOrder on are notes for
// most clients.
const (
	KindUnknown          Kind = iota
	NoCertificate             // nothing was sent
	Malformed                 // a certificate that cannot be read, or breaks the encoding's rules
	NoPath                    // no path ends in a trust anchor; see Why
	PartialPath               // the path ends in a trusted certificate that another issued
	TrustedLeaf               // the leaf itself is trusted, and is no CA
	Distrusted                // the path ends in a root that browsers removed for cause
	BadSignature              // an issuer's key does not verify a signature
	Expired                   // after notAfter
	NotYetValid               // before notBefore
	ExpiredRootPath           // the path along the sent certificates ends expired; another one is good
	NameMismatch              // the leaf names others
	IPNotNamed                // an address was asked for that the leaf does not name
	NoSAN                     // the leaf has a common name only
	NotCA                     // an issuer may not issue: CA flag
	PathTooLong               // pathLenConstraint
	WrongKeyUsage             // keyUsage lacks what the role takes
	WrongExtKeyUsage          // extKeyUsage lacks what the purpose takes
	Constrained               // name constraints of a CA exclude the leaf's name
	CriticalUnknown           // an unknown critical extension
	KeyTooSmall               // RSA below the least
	WeakDigest                // MD5 or SHA-1
	UnsupportedKey            // a key of a type or group that the client does not have
	UnsupportedSignature      // the same of a signature
	LeafIsCA                  // the leaf has the CA flag
	NoStaple                  // must-staple, and no OCSP response came
	TooLong                   // valid for longer than the client takes of public CAs
	NoTimestamps              // no signed certificate timestamps below a public root
	Unchecked                 // a signature that could not be checked here
	WrongOrder                // the sent certificates do not follow one another
	Superfluous               // a sent certificate stands in no path
	RootSent                  // the trust anchor itself was sent
)

var kindNames = []string{
	"unknown", "no-certificate", "malformed", "no-path", "partial-path",
	"trusted-leaf", "distrusted", "bad-signature", "expired", "not-yet-valid",
	"expired-root-path", "name-mismatch", "ip-not-named", "no-san", "not-ca", "path-too-long", "wrong-key-usage",
	"wrong-ext-key-usage", "constrained", "critical-unknown", "key-too-small", "weak-digest", "unsupported-key",
	"unsupported-signature", "leaf-is-ca", "no-staple", "too-long", "no-timestamps", "unchecked", "wrong-order",
	"superfluous", "root-sent",
}

// String is the kind as a word.
func (k Kind) String() string { return word(kindNames, int(k)) }

// Why says why no path was found.
type Why uint8

// The zero Why is unknown.
const (
	WhyUnknown     Why = iota
	SelfSignedLeaf     // the leaf is its own issuer and is not trusted
	RootUntrusted      // the path ends in a self-signed CA that was sent and is not trusted
	StaleCA            // a trust anchor has the issuer's name, and another key
	IssuerMissing      // the issuer was not sent and is no trust anchor
)

var whyNames = []string{"unknown", "self-signed-leaf", "root-untrusted", "stale-ca", "issuer-missing"}

// String is the reason as a word.
func (w Why) String() string { return word(whyNames, int(w)) }

// Has returns the first problem of a kind, and whether there is one.
func (v *Verdict) Has(k Kind) (Problem, bool) {
	for _, p := range v.Problems {
		if p.Kind == k {
			return p, true
		}
	}
	return Problem{}, false
}

// Stops returns the problems that stop the client, or may.
func (v *Verdict) Stops() []Problem {
	var ps []Problem
	for _, p := range v.Problems {
		if p.Stops != parley.No {
			ps = append(ps, p)
		}
	}
	return ps
}
