package pkix

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// maxAttributes bounds the attributes of a name that are read; the text ends
// with "…" beyond.
const maxAttributes = 64

// The tags of string types that cryptobyte has no names for.
const (
	tagNumeric   = asn1.Tag(18)
	tagTeletex   = asn1.Tag(20)
	tagUniversal = asn1.Tag(28)
	tagBMP       = asn1.Tag(30)
)

// attributeNames are the usual abbreviations (RFC 4519).
var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
	"2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.17": "postalCode", "2.5.4.42": "GN",
	"2.5.4.97": "organizationIdentifier", "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1": "emailAddress",
}

// ReadName reads a distinguished name in DER, as far as that goes.
func ReadName(der []byte) Name {
	var c Certificate
	return c.readName(der, "")
}

// readName reads a Name: a sequence of sets of attributes (RFC 5280, Section 4.1.2.4).
func (c *Certificate) readName(element cryptobyte.String, field string) Name {
	n := Name{Raw: element}
	var rdns cryptobyte.String
	if !element.ReadASN1(&rdns, asn1.SEQUENCE) {
		return n
	}
	var text, canonical strings.Builder
	for count := 0; len(rdns) > 0; {
		var set cryptobyte.String
		if !rdns.ReadASN1(&set, asn1.SET) {
			return c.unreadName(n, field)
		}
		canonical.WriteByte('/')
		for first := true; len(set) > 0; first = false {
			n.Several = n.Several || !first
			var attribute, oid, value cryptobyte.String
			var tag asn1.Tag
			if !set.ReadASN1(&attribute, asn1.SEQUENCE) || !attribute.ReadASN1(&oid, asn1.OBJECT_IDENTIFIER) ||
				!attribute.ReadAnyASN1(&value, &tag) {
				return c.unreadName(n, field)
			}
			s, ok := readString(tag, value)
			if !ok {
				c.fault(BadString, field)
			}
			id := oidText(oid)
			if old := tag == tagTeletex || tag == tagBMP || tag == tagUniversal; old && len(n.OldStrings) < maxAttributes {
				n.OldStrings = append(n.OldStrings, attributeName(id))
			}
			canonical.WriteString(id + "=" + strconv.Quote(fold(s)) + "+")
			switch id {
			case "2.5.4.3":
				n.CN = s
			case "2.5.4.10":
				n.O = s
			case "2.5.4.11":
				n.OU = s
			}
			if count++; count <= maxAttributes {
				writeAttribute(&text, id, s)
			} else if count == maxAttributes+1 {
				text.WriteString(", …")
			}
		}
	}
	n.Text, n.canonical = text.String(), canonical.String()
	return n
}

// unreadName is a name that equals only the same bytes.
func (c *Certificate) unreadName(n Name, field string) Name {
	c.fault(BadString, field)
	n.Text = "(not readable)"
	n.canonical = string(n.Raw)
	return n
}

func writeAttribute(text *strings.Builder, id, value string) {
	if text.Len() > 0 {
		text.WriteString(", ")
	}
	text.WriteString(attributeName(id) + "=" + value)
}

// attributeName is the usual abbreviation of an attribute, or its object identifier.
func attributeName(id string) string {
	if name, ok := attributeNames[id]; ok {
		return name
	}
	return id
}

// fold makes of two strings that compare equal under RFC 5280, Section 7.1 the
// same: without regard to case, and to white space but one between words.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// readString reads a DirectoryString and its relatives as UTF-8. What is not
// printable is replaced: it comes to screens. It reports whether the bytes are
// of the type.
func readString(tag asn1.Tag, b []byte) (string, bool) {
	var s string
	ok := true
	switch tag {
	case asn1.UTF8String:
		s, ok = string(b), utf8.Valid(b)
	case asn1.PrintableString, asn1.IA5String, tagNumeric:
		s, ok = latin(b), ascii(b)
		if tag == asn1.PrintableString {
			ok = printable(b)
		}
	case tagTeletex:
		s = latin(b)
	case tagBMP:
		ok = len(b)%2 == 0
		u := make([]uint16, 0, len(b)/2)
		for i := 0; i+1 < len(b); i += 2 {
			u = append(u, uint16(b[i])<<8|uint16(b[i+1]))
		}
		s = string(utf16.Decode(u))
	case tagUniversal:
		ok = len(b)%4 == 0
		for i := 0; i+3 < len(b); i += 4 {
			s += string(rune(uint32(b[i])<<24 | uint32(b[i+1])<<16 | uint32(b[i+2])<<8 | uint32(b[i+3])))
		}
	default:
		return "#" + hex.EncodeToString(b[:min(len(b), 32)]), false
	}
	return clean(s), ok
}

// clean replaces what would steer a terminal or break a line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !strconv.IsPrint(r) {
			return '�'
		}
		return r
	}, s)
}

func latin(b []byte) string {
	runes := make([]rune, len(b))
	for i, x := range b {
		runes[i] = rune(x)
	}
	return string(runes)
}

func ascii(b []byte) bool {
	for _, x := range b {
		if x >= 0x80 {
			return false
		}
	}
	return true
}

// printable takes "*", "&" and "@" as well, which so many certificates have
// that no reader refuses them.
func printable(b []byte) bool {
	for _, x := range b {
		switch {
		case x >= 'a' && x <= 'z', x >= 'A' && x <= 'Z', x >= '0' && x <= '9':
		case strings.IndexByte(" '()+,-./:=?*&@_", x) >= 0:
		default:
			return false
		}
	}
	return true
}

// oidText writes an object identifier with dots. What is not one is shown as
// hex.
func oidText(b []byte) string {
	const maxOID = 64
	if len(b) == 0 || len(b) > maxOID || b[len(b)-1]&0x80 != 0 {
		return "#" + hex.EncodeToString(b[:min(len(b), maxOID)])
	}
	var arcs []string
	var n uint64
	for _, x := range b {
		if n > 1<<56 {
			return "#" + hex.EncodeToString(b)
		}
		n = n<<7 | uint64(x&0x7f)
		if x&0x80 != 0 {
			continue
		}
		if len(arcs) == 0 {
			first := min(n/40, 2)
			arcs = append(arcs, strconv.FormatUint(first, 10))
			n -= first * 40
		}
		arcs = append(arcs, strconv.FormatUint(n, 10))
		n = 0
	}
	return strings.Join(arcs, ".")
}
