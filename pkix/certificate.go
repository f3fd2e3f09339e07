package pkix

import (
	"crypto"
	"math/big"
	"net/netip"
	"time"

	"github.com/parley-tls/parley/iana"
)

// Certificate is an X.509 certificate as far as it could be read (RFC 5280,
// Section 4.1).
type Certificate struct {
	Raw       []byte // DER
	RawTBS    []byte // what is signed
	Version   int    // 1, 2 or 3
	Serial    *big.Int
	Issuer    Name
	Subject   Name
	NotBefore time.Time // zero: not readable
	NotAfter  time.Time
	Key       Key
	Signature Signature

	// Names are those of subjectAltName; nil: it has none.
	Names *Names
	// Basic is basicConstraints; nil: it has none.
	Basic *Basic
	// KeyUsage is the keyUsage extension; nil: it has none.
	KeyUsage *KeyUsage
	// ExtKeyUsage are the object identifiers of extKeyUsage; nil: it has none.
	ExtKeyUsage []string
	// AuthorityKeyID and SubjectKeyID are the key identifiers; nil: none.
	AuthorityKeyID, SubjectKeyID []byte
	// IssuerURLs, OCSP and CRLs are where the issuer, the state and the revocation
	// list are to be had.
	IssuerURLs, OCSP, CRLs []string
	// Constraints are the name constraints of a CA; nil: none.
	Constraints *Constraints
	// TLSFeatures are the extensions that a server must answer (RFC 7633).
	TLSFeatures []iana.ExtensionType
	// SCTs: a list of signed certificate timestamps is embedded (RFC 6962).
	// Logged is the earliest of their times; zero: none, or not readable.
	SCTs    bool
	Logged  time.Time
	sctList []byte // SignedCertificateTimestampList; nil: none
	// Policies are the object identifiers of certificatePolicies; nil: it has none.
	Policies []string
	// Extensions are the object identifiers of all extensions, in their order, and
	// Critical of those that are critical.
	Extensions, Critical []string
	// UnknownCritical are critical extensions that no client is known to handle,
	// Duplicates those that come more than once, as object identifiers.
	UnknownCritical, Duplicates []string
	// Faults are breaks of the encoding's rules that were read over.
	Faults []Fault
}

// Name is a distinguished name.
type Name struct {
	Raw       []byte // DER of the Name
	CN, O, OU string // the last of each that was read; empty: none
	Text      string // "C=US, O=Let's Encrypt, CN=R3"
	canonical string // compares as RFC 5280, Section 7.1 says
	// OldStrings are the attributes in a string type that CAs may use no more (RFC
	// 5280, Section 4.1.2.4): "O". Several: an RDN holds more than one attribute.
	OldStrings []string
	Several    bool
}

// Short is what people call the holder of a name: the common name, or else the
// organisational unit, the organisation, or the whole.
func (n Name) Short() string {
	for _, s := range []string{n.CN, n.OU, n.O, n.Text} {
		if s != "" {
			return s
		}
	}
	return "(empty name)"
}

// Equal says whether two names are the same, letter case and string types
// aside.
func (n Name) Equal(m Name) bool { return n.canonical == m.canonical }

// Key is a SubjectPublicKeyInfo.
type Key struct {
	Raw      []byte       // DER
	OID      string       // of the algorithm
	Type     iana.KeyType // 0: not known
	Bits     int          // of an RSA or DSA modulus, of an EC group's field; 0: not known
	Group    iana.Group   // of an EC key; 0: none or not known
	GroupOID string       // the object identifier of an EC key's group
	ID       []byte       // SHA-1 of the key's bits (RFC 5280, Section 4.2.1.2)
	// Modulus and Exponent are those of an RSA key; nil: it is none, or cannot be read.
	Modulus, Exponent *big.Int
	ready             crypto.PublicKey // nil: signatures by it cannot be checked
}

// Signature is what an issuer put under a certificate.
type Signature struct {
	OID    string
	Name   string       // "sha256WithRSAEncryption"; the OID if not known
	Key    iana.KeyType // of the key that it needs; 0: not known
	Digest Digest
	Value  []byte
	pss    bool
	salt   int
}

// Names are the entries of subjectAltName (RFC 5280, Section 4.2.1.6).
type Names struct {
	DNS    []string
	IPs    []netip.Addr
	Emails []string
	URIs   []string
	Others int // entries of other kinds
}

// Basic is basicConstraints (RFC 5280, Section 4.2.1.9).
type Basic struct {
	CA      bool
	PathLen int // -1: no limit
}

// Constraints are name constraints (RFC 5280, Section 4.2.1.10).
type Constraints struct {
	Permitted, Excluded Subtrees
	Critical            bool
}

// Subtrees are what a name constraint permits or excludes.
type Subtrees struct {
	DNS    []string
	IPs    []netip.Prefix
	Emails []string
	URIs   []string
	Others int // entries of other kinds
}

// SelfIssued says that issuer and subject are the same name.
func (c *Certificate) SelfIssued() bool { return c.Issuer.Equal(c.Subject) }

// MustStaple says whether a server must send an OCSP response with it
// (RFC 7633, Section 4.2.3.1).
func (c *Certificate) MustStaple() bool {
	for _, f := range c.TLSFeatures {
		if f == iana.ExtStatusRequest || f == iana.ExtStatusRequestV2 {
			return true
		}
	}
	return false
}

// IsCA says whether it may issue certificates as far as basicConstraints says;
// a certificate of version 1 cannot say.
func (c *Certificate) IsCA() bool { return c.Basic != nil && c.Basic.CA }

// mayIssue says whether it is a CA as a trust anchor: by basicConstraints, or
// made before there were any, or with a key that is for signing certificates.
func (c *Certificate) mayIssue() bool {
	if c.Basic != nil {
		return c.Basic.CA
	}
	return c.Version < 3 || c.KeyUsage != nil && *c.KeyUsage&KeyCertSign != 0
}

// KeyUsage is a set of the bits of keyUsage (RFC 5280, Section 4.2.1.3), the
// first as bit 0.
type KeyUsage uint16

// The bits of keyUsage.
const (
	DigitalSignature KeyUsage = 1 << iota
	ContentCommitment
	KeyEncipherment
	DataEncipherment
	KeyAgreement
	KeyCertSign
	CRLSign
	EncipherOnly
	DecipherOnly
)

var keyUsageNames = []string{
	"digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign",
	"cRLSign", "encipherOnly", "decipherOnly",
}

// Words are the names of the set bits.
func (u KeyUsage) Words() []string {
	var words []string
	for i, n := range keyUsageNames {
		if u&(1<<i) != 0 {
			words = append(words, n)
		}
	}
	return words
}

// Digest is the hash of a signature.
type Digest uint8

// The zero Digest is unknown. DigestNone: the algorithm has its own (Ed25519).
const (
	DigestUnknown Digest = iota
	DigestNone
	MD2
	MD5
	SHA1
	SHA224
	SHA256
	SHA384
	SHA512
)

var digestNames = []string{"unknown", "none", "MD2", "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"}

// String is the usual name.
func (d Digest) String() string { return word(digestNames, int(d)) }

// Fault is a break of the rules of encoding that readers differ on.
type Fault struct {
	Kind FaultKind
	Of   string // the field or extension; empty: plain from the kind
}

// FaultKind says what is wrong with an encoding.
type FaultKind uint8

// The zero FaultKind is unknown.
const (
	FaultUnknown           FaultKind = iota
	NegativeSerial                   // RFC 5280, Section 4.1.2.2
	ZeroSerial                       // RFC 5280, Section 4.1.2.2
	LongSerial                       // more than 20 bytes
	PaddedInteger                    // not the shortest encoding
	ExtensionsInOldVersion           // extensions in a certificate of version 1 or 2
	UnknownVersion
	TrailingBytes
	BadTime            // not of the forms of RFC 5280, Section 4.1.2.5
	BadString          // bytes that the string's type has not
	AlgorithmsDiffer   // inner and outer signature algorithm, RFC 5280, Section 4.1.1.2
	BadExtension       // its contents could not be read
	DuplicateExtension // RFC 5280, Section 4.2
	EmptyIssuer        // RFC 5280, Section 4.1.2.4
	BadKey             // the key could not be read
	BadName            // subjectAltName holds what is no name: spaces, other letters than ASCII
	DefaultEncoded     // a value that DER leaves out
)

var faultNames = []string{
	"unknown", "negative serial number", "serial number 0", "serial number of more than 20 bytes", "integer with padding",
	"extensions in a version without", "unknown version", "trailing bytes", "time of no valid form", "string with bytes that its type has not",
	"two signature algorithms that differ", "extension that cannot be read", "extension that comes twice", "empty issuer",
	"key that cannot be read", "name of no valid form", "default value written out",
}

// String is the fault in plain words.
func (k FaultKind) String() string { return word(faultNames, int(k)) }

// String is the fault in plain words, with what it is in.
func (f Fault) String() string {
	if f.Of == "" {
		return f.Kind.String()
	}
	return f.Kind.String() + ": " + f.Of
}

func word(words []string, i int) string {
	if i < 0 || i >= len(words) {
		return words[0]
	}
	return words[i]
}
