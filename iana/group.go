package iana

// Group is a value of supported_groups: what the key shares are computed in.
// The zero value is reserved.
type Group uint16

// GroupInfo holds the facts of a group.
type GroupInfo struct {
	Name string
	Kind GroupKind
	// Bits is the size that security is judged by: of the field or modulus;
	// of the classical part for a hybrid; the parameter set for a KEM.
	Bits int
	// ClientShare and ServerShare are the bytes of key_exchange (RFC 8446,
	// Section 4.2.8), or of the uncompressed point in TLS 1.2; 0 is unknown.
	ClientShare, ServerShare int
	TLS13                    bool // TLS 1.3 may use it
	Registered               bool // stands in the registry of IANA
}

// String returns the registry's name, such as x25519.
func (g Group) String() string { return groupTable.name(uint32(g), 4) }

// Info returns what is known of g, and whether anything is.
func (g Group) Info() (GroupInfo, bool) {
	if i := groupTable.index(uint32(g)); i >= 0 {
		return groupFacts[i], true
	}
	return GroupInfo{}, false
}

// Groups returns all known groups, ascending.
func Groups() []Group { return codes[Group](groupTable) }

// ParseGroup reads the registry's name of a group in any case, another usual
// one such as P-256 or prime256v1, or its number.
func ParseGroup(s string) (Group, error) {
	n, err := groupTable.parse("group", s, 16)
	return Group(n), err
}

// codes lists the code points of a table.
func codes[T ~uint8 | ~uint16 | ~uint32](t table) []T {
	all := make([]T, len(t))
	for i, e := range t {
		all[i] = T(e.code)
	}
	return all
}
