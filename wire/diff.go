package wire

import (
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/parley-tls/parley/iana"
)

// FieldDiff is a field in which two hellos differ, with what each has.
type FieldDiff struct {
	Field string // as the RFC spells it; of an extension its name
	A, B  string // "absent" if the hello lacks the field
}

const (
	absent     = "absent"
	noElements = "empty"
)

// Diff lists the fields in which two hellos differ, in wire order of a, then
// what only b has. Of the bytes that each connection draws anew (random,
// session ID, key shares, binders, ECH, padding, tickets) it compares lengths
// and groups; a GREASE value equals any other.
func Diff(a, b *ClientHello) []FieldDiff {
	var out []FieldDiff
	add := func(field, x, y string) {
		if x != y {
			out = append(out, FieldDiff{Field: field, A: x, B: y})
		}
	}
	add("legacy_version", name16(a.LegacyVersion), name16(b.LegacyVersion))
	add("legacy_session_id", byteCount(len(a.SessionID)), byteCount(len(b.SessionID)))
	add("cipher_suites", names16(a.Suites), names16(b.Suites))
	add("legacy_compression_methods", names8(a.Compression), names8(b.Compression))
	add("extensions", extensionOrder(a), extensionOrder(b))
	inB := indexExtensions(b)
	for _, e := range indexExtensions(a) {
		if i := indexOf(inB, e.key); i >= 0 {
			add(e.key.String(), e.content, inB[i].content)
			inB[i].seen = true
		} else {
			add(e.key.String(), e.content, absent)
		}
	}
	for _, e := range inB {
		if !e.seen {
			add(e.key.String(), absent, e.content)
		}
	}
	return out
}

// extensionKey tells apart extensions of one type, and GREASE ones by their order.
type extensionKey struct {
	typ    iana.ExtensionType
	grease bool
	nth    int
}

// String names the extension; a later one of the same type has its number behind.
func (k extensionKey) String() string {
	name := k.typ.String()
	if k.grease {
		name = "GREASE"
	}
	if k.nth > 0 {
		name += fmt.Sprintf(" #%d", k.nth+1)
	}
	return name
}

type indexedExtension struct {
	key     extensionKey
	content string
	seen    bool
}

func indexExtensions(h *ClientHello) []indexedExtension {
	out := make([]indexedExtension, 0, len(h.Extensions))
	count := map[extensionKey]int{}
	for _, e := range h.Extensions {
		k := extensionKey{typ: e.Type}
		if iana.IsGREASE(uint16(e.Type)) {
			k = extensionKey{grease: true}
		}
		k.nth = count[k]
		count[extensionKey{typ: k.typ, grease: k.grease}]++
		out = append(out, indexedExtension{key: k, content: describe(e)})
	}
	return out
}

func indexOf(list []indexedExtension, k extensionKey) int {
	for i := range list {
		if list[i].key == k {
			return i
		}
	}
	return -1
}

func extensionOrder(h *ClientHello) string {
	if h.OmitExtensions {
		return absent
	}
	types := make([]iana.ExtensionType, len(h.Extensions))
	for i, e := range h.Extensions {
		types[i] = e.Type
	}
	return names16(types)
}

// describe writes the content of an extension for people. Content that does not
// have the form of its type is written in hex, marked malformed.
func describe(e Extension) string {
	one := &ClientHello{Extensions: []Extension{e}}
	s, ok := describeTyped(one, e)
	switch {
	case ok && s == "":
		return noElements
	case ok:
		return s
	case len(e.Data) == 0:
		return "malformed: no content"
	}
	return "malformed: " + hex.EncodeToString(e.Data)
}

func describeTyped(h *ClientHello, e Extension) (string, bool) {
	switch e.Type {
	case iana.ExtServerName:
		name, ok := h.ServerName()
		return name, ok
	case iana.ExtSupportedVersions:
		return typed(h.SupportedVersions(), names16)
	case iana.ExtSupportedGroups:
		return typed(h.Groups(), names16)
	case iana.ExtSignatureAlgorithms:
		return typed(h.Schemes(), names16)
	case iana.ExtSignatureAlgorithmsCert:
		return typed(h.CertSchemes(), names16)
	case iana.ExtPSKKeyExchangeModes:
		return typed(h.PSKModes(), names8)
	case iana.ExtECPointFormats:
		return typed(h.PointFormats(), names8)
	case iana.ExtALPN:
		return typed(h.ALPN(), describeALPN)
	case iana.ExtKeyShare:
		return typed(h.KeyShares(), describeShares)
	case iana.ExtPreSharedKey:
		ids, binders := h.PSKIdentities()
		return fmt.Sprintf("%d identities, binders of %v bytes", len(ids), binders), ids != nil
	case iana.ExtECH:
		return describeECH(e.Data)
	case iana.ExtPadding, iana.ExtSessionTicket, iana.ExtCookie:
		return byteCount(len(e.Data)), true
	}
	if iana.IsGREASE(uint16(e.Type)) {
		return byteCount(len(e.Data)), true
	}
	return hex.EncodeToString(e.Data), true
}

// typed describes a list that is nil if the extension was malformed.
func typed[T any](v []T, f func([]T) string) (string, bool) {
	if v == nil {
		return "", false
	}
	return f(v), true
}

// describeECH names the algorithms and lengths of encrypted_client_hello.
func describeECH(data []byte) (string, bool) {
	const inner = 1
	if len(data) == 1 && data[0] == inner {
		return "inner", true
	}
	x, ok := (&ClientHello{Extensions: []Extension{{Type: iana.ExtECH, Data: data}}}).ECH()
	return fmt.Sprintf("outer, kdf 0x%04x, aead 0x%04x, enc %s, payload %s",
		x.KDF, x.AEAD, byteCount(len(x.Enc)), byteCount(len(x.Payload))), ok
}

func describeALPN(protocols []string) string {
	out := make([]string, len(protocols))
	for i, p := range protocols {
		out[i] = p
		if len(p) == 2 && iana.IsGREASE(uint16(p[0])<<8|uint16(p[1])) {
			out[i] = "GREASE"
		}
	}
	return strings.Join(out, ",")
}

func describeShares(shares []KeyShare) string {
	out := make([]string, len(shares))
	for i, s := range shares {
		out[i] = name16(s.Group) + " " + byteCount(len(s.Data))
	}
	return strings.Join(out, ", ")
}

// number16 is a registered number that has a name.
type number16 interface {
	~uint16
	String() string
}

func name16[T number16](v T) string {
	if iana.IsGREASE(uint16(v)) {
		return "GREASE"
	}
	return v.String()
}

func names16[T number16](v []T) string {
	out := make([]string, len(v))
	for i := range v {
		out[i] = name16(v[i])
	}
	return strings.Join(out, ",")
}

func names8[T fmt.Stringer](v []T) string {
	out := make([]string, len(v))
	for i := range v {
		out[i] = v[i].String()
		if m, ok := any(v[i]).(iana.PSKMode); ok && isGREASEMode(m) {
			out[i] = "GREASE"
		}
	}
	return strings.Join(out, ",")
}

// isGREASEMode reports whether m is one of the GREASE values for PSK modes (RFC 8701, Section 2).
func isGREASEMode(m iana.PSKMode) bool { return (uint8(m)-0x0b)%0x1f == 0 && m >= 0x0b && m < 0xff }
