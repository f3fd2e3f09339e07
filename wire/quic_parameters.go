package wire

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

// QUICParameter is one transport parameter, its value uninterpreted (RFC 9000,
// Section 18).
type QUICParameter struct {
	ID    iana.QUICParameter
	Value []byte
}

// ParseQUICParameters reads the content of quic_transport_parameters.
// AppendQUICParameters inverts it, but for integers that are longer than they
// need be. A parameter that stands there twice is an error (RFC 9000, Section 7.4).
func ParseQUICParameters(data []byte) ([]QUICParameter, error) {
	r := newReader("quic_transport_parameters", data)
	var out []QUICParameter
	seen := map[iana.QUICParameter]bool{}
	for r.more() {
		at := len(r.s)
		p := QUICParameter{ID: iana.QUICParameter(r.quicInt("ID"))}
		p.Value = r.quicVector("Value")
		if r.err == nil && seen[p.ID] {
			r.reject(at-len(r.s), "ID", "each once", p.ID.String()+" twice")
		}
		if r.err == nil {
			seen[p.ID] = true
			out = append(out, p)
		}
	}
	return out, r.err
}

// AppendQUICParameters appends parameters to b.
func AppendQUICParameters(b []byte, ps []QUICParameter) []byte {
	for _, p := range ps {
		b = AppendQUICInt(b, uint64(p.ID))
		b = append(AppendQUICInt(b, uint64(len(p.Value))), p.Value...)
	}
	return b
}

// QUICParameterOf returns the value of a parameter.
func QUICParameterOf(ps []QUICParameter, id iana.QUICParameter) ([]byte, bool) {
	i := slices.IndexFunc(ps, func(p QUICParameter) bool { return p.ID == id })
	if i < 0 {
		return nil, false
	}
	return ps[i].Value, true
}

// Number returns the value as a variable-length integer.
func (p QUICParameter) Number() (uint64, bool) {
	r := newReader("parameter", p.Value)
	v := r.quicInt("value")
	return v, r.done() == nil
}

// Versions returns what version_information says: the version in use, and those
// that the sender speaks (RFC 9368, Section 3).
func (p QUICParameter) Versions() (chosen iana.QUICVersion, available []iana.QUICVersion, ok bool) {
	if p.ID != iana.QUICVersionInformation || len(p.Value) < 4 || len(p.Value)%4 != 0 {
		return 0, nil, false
	}
	r := newReader("version_information", p.Value)
	chosen = iana.QUICVersion(r.uint32("Chosen Version"))
	for r.more() {
		available = append(available, iana.QUICVersion(r.uint32("Available Version")))
	}
	return chosen, available, true
}

// Text says the value in words: a number with its unit, what is chosen of
// versions, addresses, nothing for a flag, else hexadecimal digits.
func (p QUICParameter) Text() string {
	if p.ID.IsNumber() {
		if n, ok := p.Number(); ok {
			return fmt.Sprint(n) + quicUnits[p.ID]
		}
	}
	if chosen, available, ok := p.Versions(); ok {
		words := make([]string, len(available))
		for i, v := range available {
			words[i] = v.String()
		}
		return "uses " + chosen.String() + ", speaks " + strings.Join(words, ", ")
	}
	if p.ID == iana.QUICPreferredAddress && len(p.Value) >= 24 {
		return fmt.Sprintf("%v, %v",
			netip.AddrPortFrom(netip.AddrFrom4([4]byte(p.Value)), uint16(p.Value[4])<<8|uint16(p.Value[5])),
			netip.AddrPortFrom(netip.AddrFrom16([16]byte(p.Value[6:])), uint16(p.Value[22])<<8|uint16(p.Value[23])))
	}
	return fmt.Sprintf("%x", p.Value)
}

// quicUnits are the units of the numbers.
var quicUnits = map[iana.QUICParameter]string{
	0x01: " ms", 0x03: " bytes", 0x04: " bytes", 0x05: " bytes", 0x06: " bytes", 0x07: " bytes", 0x0b: " ms", 0x20: " bytes",
	0x3127: " us", 0xff04de1b: " us",
}
