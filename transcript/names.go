package transcript

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/parley-tls/parley/iana"
)

// code is how one kind of code point is written and read.
type code[T ~uint8 | ~uint16 | ~uint32] struct {
	parse func(string) (T, error)
	show  func(T) string
}

// name writes v by name where the name reads back as v, else as a number.
func (c code[T]) name(v T) string {
	s := c.show(v)
	if got, err := c.parse(s); err == nil && got == v {
		return s
	}
	return fmt.Sprintf("%#04x", uint32(v))
}

func (c code[T]) list(vs []T) string {
	if len(vs) == 0 {
		return "none"
	}
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = c.name(v)
	}
	return strings.Join(out, ",")
}

func (c code[T]) parseList(s string) ([]T, error) {
	if s == "none" {
		return []T{}, nil
	}
	var out []T
	for w := range strings.SplitSeq(s, ",") {
		v, err := c.parse(w)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

var (
	versions    = code[iana.Version]{parse: iana.ParseVersion, show: iana.Version.String}
	suites      = code[iana.Suite]{parse: iana.ParseSuite, show: iana.Suite.String}
	groups      = code[iana.Group]{parse: iana.ParseGroup, show: iana.Group.String}
	schemes     = code[iana.Scheme]{parse: iana.ParseScheme, show: iana.Scheme.String}
	extensions  = code[iana.ExtensionType]{parse: iana.ParseExtension, show: iana.ExtensionType.String}
	alerts      = code[iana.Alert]{parse: iana.ParseAlert, show: iana.Alert.String}
	compression = byteCode("compression method", iana.CompressionMethod.String)
	pskModes    = byteCode("PSK mode", iana.PSKMode.String)
	formats     = byteCode("point format", iana.ECPointFormat.String)
	certTypes   = byteCode("certificate type", iana.ClientCertificateType.String)
	types       = byteCode("handshake type", iana.HandshakeType.String)
	contents    = byteCode("record type", iana.ContentType.String)
	levels      = byteCode("alert level", iana.AlertLevel.String)
	kinds       = code[iana.SSL2Suite]{parse: parseKind, show: iana.SSL2Suite.String}
)

// byteCode reads by trying all 256 names.
func byteCode[T ~uint8](what string, show func(T) string) code[T] {
	return code[T]{show: show, parse: func(s string) (T, error) {
		for i := range 256 {
			if strings.EqualFold(show(T(i)), s) {
				return T(i), nil
			}
		}
		n, err := strconv.ParseUint(s, 0, 8)
		if err != nil {
			return 0, fmt.Errorf("%q is no %s", s, what)
		}
		return T(n), nil
	}}
}

func parseKind(s string) (iana.SSL2Suite, error) {
	for _, k := range iana.SSL2Suites() {
		if strings.EqualFold(k.String(), s) {
			return k, nil
		}
	}
	if suite, err := iana.ParseSuite(s); err == nil {
		return iana.SSL2Suite(suite), nil
	}
	n, err := strconv.ParseUint(s, 0, 24)
	if err != nil {
		return 0, fmt.Errorf("%q is no cipher kind of SSL 2", s)
	}
	return iana.SSL2Suite(n), nil
}

// number reads a size or a count.
func number(s string, limit int) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil || int(n) > limit {
		return 0, fmt.Errorf("%q is not a number from 0 to %d", s, limit)
	}
	return int(n), nil
}
