package iana

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// entry is one code point of a table.
type entry struct {
	code    uint32
	name    string
	aliases string // other names that people write, separated by spaces
}

// table is a registry, ascending by code point.
type table []entry

// index returns where code stands, or -1.
func (t table) index(code uint32) int {
	i, ok := slices.BinarySearchFunc(t, code, func(e entry, c uint32) int { return int(int64(e.code) - int64(c)) })
	if !ok {
		return -1
	}
	return i
}

// name returns the name of code, or its number in hexadecimal of that many
// digits.
func (t table) name(code uint32, digits int) string {
	if i := t.index(code); i >= 0 {
		return t[i].name
	}
	return hex(code, digits)
}

// parse reads a name, in any case, or a number, decimal or 0x hexadecimal, of
// at most bits bits. The words of an error call it what.
func (t table) parse(what, s string, bits int) (uint32, error) {
	s = strings.TrimSpace(s)
	for _, e := range t {
		if strings.EqualFold(e.name, s) {
			return e.code, nil
		}
	}
	for _, e := range t {
		for alias := range strings.FieldsSeq(e.aliases) {
			if strings.EqualFold(alias, s) {
				return e.code, nil
			}
		}
	}
	if n, ok := number(s, bits); ok {
		return n, nil
	}
	return 0, fmt.Errorf("%q is no %s: want a name or a number such as %s", s, what, hex(t[len(t)-1].code, bits/4))
}

// number reads a decimal or 0x hexadecimal number of at most bits bits.
func number(s string, bits int) (uint32, bool) {
	base := 10
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') {
		base, s = 16, s[2:]
	}
	n, err := strconv.ParseUint(s, base, bits)
	return uint32(n), err == nil
}

// hex prints an unknown code point.
func hex(code uint32, digits int) string {
	const digit = "0123456789abcdef"
	b := [10]byte{'0', 'x'}
	for i := range digits {
		b[2+i] = digit[code>>(4*(digits-1-i))&0xf]
	}
	return string(b[:2+digits])
}

// IsGREASE reports whether v is one of the sixteen values that RFC 8701,
// Section 2 reserves among cipher suites, groups, extensions, signature
// schemes and versions.
func IsGREASE(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }
