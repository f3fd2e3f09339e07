package iana

// Scheme is a signature scheme (RFC 8446, Section 4.2.3), or in TLS 1.2 a pair
// of hash and signature algorithm (RFC 5246, Section 7.4.1.4.1).
type Scheme uint16

// SchemeInfo holds the facts of a signature scheme.
type SchemeInfo struct {
	Name string
	Key  KeyType
	Hash string // empty when the algorithm has its own
	// Group is the one that TLS 1.3 binds the key to; 0 when none. TLS 1.2
	// takes the same code point with any group.
	Group      Group
	TLS13      bool // may sign CertificateVerify in TLS 1.3; the *_legacy ones only a client's
	Registered bool // has a row of its own in the registry of IANA
}

// String returns the registry's name, such as rsa_pss_rsae_sha256.
func (s Scheme) String() string { return schemeTable.name(uint32(s), 4) }

// Info returns what is known of s, and whether anything is.
func (s Scheme) Info() (SchemeInfo, bool) {
	if i := schemeTable.index(uint32(s)); i >= 0 {
		return schemeFacts[i], true
	}
	return SchemeInfo{}, false
}

// Schemes returns all known signature schemes, ascending.
func Schemes() []Scheme { return codes[Scheme](schemeTable) }

// ParseScheme reads the registry's name of a signature scheme in any case,
// OpenSSL's such as RSA+SHA256, or its number.
func ParseScheme(s string) (Scheme, error) {
	n, err := schemeTable.parse("signature scheme", s, 16)
	return Scheme(n), err
}
