package transcript

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// view is how one extension's content is written as a value. show may drop
// what a transcript does not carry; read(show(data)) must then have its length.
type view struct {
	key  string
	ext  iana.ExtensionType
	show func([]byte) (string, bool)
	read func(string) ([]byte, error)
}

// clientViews are those of a ClientHello.
var clientViews = []view{
	{key: "server_name", ext: iana.ExtServerName, show: showName, read: readName},
	listView("supported_versions", iana.ExtSupportedVersions, 1, versions),
	listView("groups", iana.ExtSupportedGroups, 2, groups),
	listView("schemes", iana.ExtSignatureAlgorithms, 2, schemes),
	listView("cert_schemes", iana.ExtSignatureAlgorithmsCert, 2, schemes),
	{key: "key_share", ext: iana.ExtKeyShare, show: showShares, read: readShares},
	{key: "alpn", ext: iana.ExtALPN, show: showALPN, read: readALPN},
	byteView("psk_modes", iana.ExtPSKKeyExchangeModes, pskModes),
	byteView("point_formats", iana.ExtECPointFormats, formats),
	{key: "padding", ext: iana.ExtPadding, show: showPadding, read: readPadding},
}

// serverViews are those of a ServerHello and of EncryptedExtensions.
var serverViews = []view{
	{key: "supported_versions", ext: iana.ExtSupportedVersions, show: showOne(versions), read: readOne(versions)},
	{key: "key_share", ext: iana.ExtKeyShare, show: showShare, read: readShare},
	{key: "alpn", ext: iana.ExtALPN, show: showALPN, read: readALPN},
	listView("groups", iana.ExtSupportedGroups, 2, groups),
	byteView("point_formats", iana.ExtECPointFormats, formats),
}

// retryViews are those of a HelloRetryRequest, whose key share has no value.
var retryViews = []view{
	{key: "supported_versions", ext: iana.ExtSupportedVersions, show: showOne(versions), read: readOne(versions)},
	{key: "key_share", ext: iana.ExtKeyShare, show: showOne(groups), read: readOne(groups)},
}

// requestViews are those of a CertificateRequest of 1.3.
var requestViews = []view{
	listView("schemes", iana.ExtSignatureAlgorithms, 2, schemes),
	listView("cert_schemes", iana.ExtSignatureAlgorithmsCert, 2, schemes),
}

// usual is the content that a name alone stands for, where it is not empty.
var usual = map[iana.ExtensionType][]byte{
	iana.ExtRenegotiationInfo: {0},             // RFC 5746, Section 3.2
	iana.ExtStatusRequest:     {1, 0, 0, 0, 0}, // RFC 6066, Section 8: OCSP, no responders, no extensions
}

// showExtension writes one extension as a term.
func showExtension(views []view, e wire.Extension) term {
	for _, v := range views {
		if v.ext != e.Type {
			continue
		}
		if s, ok := v.show(e.Data); ok {
			if back, err := v.read(s); err == nil && len(back) == len(e.Data) {
				return term{key: v.key, value: s}
			}
		}
	}
	name := extensions.name(e.Type)
	switch {
	case bytes.Equal(e.Data, usual[e.Type]):
		return term{key: name, bare: true}
	case len(e.Data) == 0:
		return term{key: name, value: "-"}
	}
	return term{key: name, value: "hex:" + hex.EncodeToString(e.Data)}
}

// readExtension inverts showExtension.
func readExtension(views []view, t term) (wire.Extension, error) {
	for _, v := range views {
		if v.key != t.key || t.bare || t.value == "-" || strings.HasPrefix(t.value, "hex:") {
			continue
		}
		data, err := v.read(t.value)
		if err == nil && len(data) > 0xffff {
			err = fmt.Errorf("content is longer than an extension")
		}
		if err != nil {
			return wire.Extension{}, fmt.Errorf("%s: %w", t.key, err)
		}
		return wire.Extension{Type: v.ext, Data: data}, nil
	}
	typ, err := extensionNamed(views, t.key)
	if err != nil {
		return wire.Extension{}, err
	}
	switch {
	case t.bare:
		return wire.Extension{Type: typ, Data: bytes.Clone(usual[typ])}, nil
	case t.value == "-":
		return wire.Extension{Type: typ}, nil
	}
	digits, ok := strings.CutPrefix(t.value, "hex:")
	if !ok {
		return wire.Extension{}, fmt.Errorf("%s: want hex:… for its content, got %q", t.key, t.value)
	}
	data, err := hex.DecodeString(digits)
	if err != nil || len(data) > 0xffff {
		return wire.Extension{}, fmt.Errorf("%s: %q is not the content of an extension", t.key, t.value)
	}
	return wire.Extension{Type: typ, Data: data}, nil
}

func extensionNamed(views []view, key string) (iana.ExtensionType, error) {
	for _, v := range views {
		if v.key == key {
			return v.ext, nil
		}
	}
	if t, err := iana.ParseExtension(key); err == nil {
		return t, nil
	}
	return 0, fmt.Errorf("unknown term %q", key)
}

// vector reads content that is one vector with a length of prefix bytes.
func vector(data []byte, prefix int) ([]byte, bool) {
	if len(data) < prefix {
		return nil, false
	}
	n := 0
	for _, b := range data[:prefix] {
		n = n<<8 | int(b)
	}
	return data[prefix:], n == len(data)-prefix
}

// prefixed writes a vector with a length of prefix bytes.
func prefixed(prefix int, v []byte) ([]byte, error) {
	if len(v) >= 1<<(8*prefix) {
		return nil, fmt.Errorf("%d bytes are too many", len(v))
	}
	out := make([]byte, 0, prefix+len(v))
	for i := prefix - 1; i >= 0; i-- {
		out = append(out, byte(len(v)>>(8*i)))
	}
	return append(out, v...), nil
}

func listView[T ~uint16](key string, ext iana.ExtensionType, prefix int, c code[T]) view {
	return view{key: key, ext: ext,
		show: func(data []byte) (string, bool) {
			v, ok := vector(data, prefix)
			if !ok || len(v)%2 != 0 {
				return "", false
			}
			var out []T
			for i := 0; i < len(v); i += 2 {
				out = append(out, T(v[i])<<8|T(v[i+1]))
			}
			return c.list(out), true
		},
		read: func(s string) ([]byte, error) {
			list, err := c.parseList(s)
			if err != nil {
				return nil, err
			}
			var v []byte
			for _, x := range list {
				v = append(v, byte(x>>8), byte(x))
			}
			return prefixed(prefix, v)
		},
	}
}

func byteView[T ~uint8](key string, ext iana.ExtensionType, c code[T]) view {
	return view{key: key, ext: ext,
		show: func(data []byte) (string, bool) {
			v, ok := vector(data, 1)
			if !ok {
				return "", false
			}
			var out []T
			for _, b := range v {
				out = append(out, T(b))
			}
			return c.list(out), true
		},
		read: func(s string) ([]byte, error) {
			list, err := c.parseList(s)
			if err != nil {
				return nil, err
			}
			var v []byte
			for _, x := range list {
				v = append(v, byte(x))
			}
			return prefixed(1, v)
		},
	}
}

func showOne[T ~uint16](c code[T]) func([]byte) (string, bool) {
	return func(data []byte) (string, bool) {
		if len(data) != 2 {
			return "", false
		}
		return c.name(T(data[0])<<8 | T(data[1])), true
	}
}

func readOne[T ~uint16](c code[T]) func(string) ([]byte, error) {
	return func(s string) ([]byte, error) {
		v, err := c.parse(s)
		return []byte{byte(v >> 8), byte(v)}, err
	}
}

// showName writes server_name with one host name (RFC 6066, Section 3).
func showName(data []byte) (string, bool) {
	h := wire.ClientHello{Extensions: []wire.Extension{{Type: iana.ExtServerName, Data: data}}}
	name, ok := h.ServerName()
	if !ok || name == "" || len(data) != 5+len(name) {
		return "", false
	}
	return word(name), true
}

func readName(s string) ([]byte, error) {
	name, err := unword(s)
	if err != nil || name == "" {
		return nil, fmt.Errorf("%q is not a name", s)
	}
	host, err := prefixed(2, []byte(name))
	if err != nil {
		return nil, err
	}
	return prefixed(2, append([]byte{0}, host...))
}

func showALPN(data []byte) (string, bool) {
	h := wire.ClientHello{Extensions: []wire.Extension{{Type: iana.ExtALPN, Data: data}}}
	list := h.ALPN()
	if len(list) == 0 {
		return "", false
	}
	return words(list), true
}

func readALPN(s string) ([]byte, error) {
	list, err := unwords(s)
	if err != nil {
		return nil, err
	}
	var v []byte
	for _, p := range list {
		e, err := prefixed(1, []byte(p))
		if err != nil {
			return nil, err
		}
		v = append(v, e...)
	}
	return prefixed(2, v)
}

// showShares writes groups, with the length of the public value where there is
// one: "x25519:32". A hello that is yet to be sent has none.
func showShares(data []byte) (string, bool) {
	h := wire.ClientHello{Extensions: []wire.Extension{{Type: iana.ExtKeyShare, Data: data}}}
	shares := h.KeyShares()
	if shares == nil {
		return "", false
	}
	if len(shares) == 0 {
		return "none", true
	}
	out := make([]string, len(shares))
	for i, s := range shares {
		out[i] = shareName(s)
	}
	return strings.Join(out, ","), true
}

func shareName(s wire.KeyShare) string {
	if len(s.Data) == 0 {
		return groups.name(s.Group)
	}
	return groups.name(s.Group) + ":" + strconv.Itoa(len(s.Data))
}

func readShares(s string) ([]byte, error) {
	var v []byte
	if s != "none" {
		for w := range strings.SplitSeq(s, ",") {
			share, err := readShare(w)
			if err != nil {
				return nil, err
			}
			v = append(v, share...)
		}
	}
	return prefixed(2, v)
}

func showShare(data []byte) (string, bool) {
	if len(data) < 4 {
		return "", false
	}
	v, ok := vector(data[2:], 2)
	return shareName(wire.KeyShare{Group: iana.Group(data[0])<<8 | iana.Group(data[1]), Data: v}), ok
}

func readShare(s string) ([]byte, error) {
	name, size, _ := strings.Cut(s, ":")
	g, err := groups.parse(name)
	if err != nil {
		return nil, err
	}
	n := 0
	if size != "" {
		if n, err = number(size, 0xffff); err != nil {
			return nil, err
		}
	}
	v, err := prefixed(2, make([]byte, n))
	return append([]byte{byte(g >> 8), byte(g)}, v...), err
}

func showPadding(data []byte) (string, bool) {
	return strconv.Itoa(len(data)), len(bytes.Trim(data, "\x00")) == 0
}

func readPadding(s string) ([]byte, error) {
	n, err := number(s, 0xffff)
	return make([]byte, n), err
}
