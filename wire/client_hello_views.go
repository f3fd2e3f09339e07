package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// ServerName returns the first host name of server_name (RFC 6066, Section 3).
// It is false when the extension is absent, malformed or holds no host name.
func (h *ClientHello) ServerName() (string, bool) {
	data, ok := h.Extension(iana.ExtServerName)
	if !ok {
		return "", false
	}
	r := newReader("server_name", data)
	list := r.list("server_name_list", 2)
	name, found := "", false
	for list.more() {
		typ, v := list.uint8("name_type"), list.vector("host_name", 2)
		if typ == 0 && !found {
			name, found = string(v), true
		}
	}
	r.join(&list)
	if r.done() != nil || !found {
		return "", false
	}
	return name, true
}

// SetServerName sets server_name to one host name; "" removes the extension.
func (h *ClientHello) SetServerName(name string) {
	if name == "" {
		h.RemoveExtension(iana.ExtServerName)
		return
	}
	h.SetExtension(iana.ExtServerName, build(len(name)+5, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint8(0) // host_name
			addVector(b, 2, []byte(name))
		})
	}))
}

// SupportedVersions returns supported_versions as written, GREASE included
// (RFC 8446, Section 4.2.1); nil when absent or malformed.
func (h *ClientHello) SupportedVersions() []iana.Version {
	return view16[iana.Version](h, iana.ExtSupportedVersions, 1)
}

// SetSupportedVersions writes supported_versions; nil removes it.
func (h *ClientHello) SetSupportedVersions(v []iana.Version) {
	set16(h, iana.ExtSupportedVersions, 1, v)
}

// Offers reports whether the hello offers version v: whether
// supported_versions lists it, or, without that extension, whether v lies
// between SSL 3, or DTLS 1.0, and legacy_version. Without the extension a client states only
// the highest version it offers, so a true for a lower one is what the
// protocol lets a server assume, and 1.3 is never offered (RFC 8446, Section 4.2.1).
func (h *ClientHello) Offers(v iana.Version) bool {
	if _, ok := h.Extension(iana.ExtSupportedVersions); !ok {
		if isDTLS(h.LegacyVersion) {
			return (v == iana.DTLS10 || v == iana.DTLS12) && v >= h.LegacyVersion
		}
		return v >= iana.SSL3 && v <= min(h.LegacyVersion, iana.TLS12)
	}
	for _, o := range h.SupportedVersions() {
		if o == v {
			return true
		}
	}
	return false
}

// MaxVersion returns the highest version offered, GREASE excepted; zero if
// supported_versions lists none. Versions of TLS rank above unknown numbers
// such as drafts. Without supported_versions it is legacy_version, at most 1.2.
func (h *ClientHello) MaxVersion() iana.Version {
	if _, ok := h.Extension(iana.ExtSupportedVersions); !ok {
		if isDTLS(h.LegacyVersion) {
			return max(h.LegacyVersion, iana.DTLS12)
		}
		return min(h.LegacyVersion, iana.TLS12)
	}
	var best iana.Version
	for _, v := range h.SupportedVersions() {
		if iana.IsGREASE(uint16(v)) {
			continue
		}
		known, bestKnown := v.TLS()>>8 == 3, best.TLS()>>8 == 3
		if known && !bestKnown || known == bestKnown && v.TLS() > best.TLS() {
			best = v
		}
	}
	return best
}

// Groups returns supported_groups (RFC 8446, Section 4.2.7); nil when absent or malformed.
func (h *ClientHello) Groups() []iana.Group {
	return view16[iana.Group](h, iana.ExtSupportedGroups, 2)
}

// SetGroups writes supported_groups; nil removes it.
func (h *ClientHello) SetGroups(v []iana.Group) { set16(h, iana.ExtSupportedGroups, 2, v) }

// Schemes returns signature_algorithms (RFC 8446, Section 4.2.3); nil when absent or malformed.
func (h *ClientHello) Schemes() []iana.Scheme {
	return view16[iana.Scheme](h, iana.ExtSignatureAlgorithms, 2)
}

// SetSchemes writes signature_algorithms; nil removes it.
func (h *ClientHello) SetSchemes(v []iana.Scheme) { set16(h, iana.ExtSignatureAlgorithms, 2, v) }

// CertSchemes returns signature_algorithms_cert (RFC 8446, Section 4.2.3); nil
// when absent or malformed.
func (h *ClientHello) CertSchemes() []iana.Scheme {
	return view16[iana.Scheme](h, iana.ExtSignatureAlgorithmsCert, 2)
}

// SetCertSchemes writes signature_algorithms_cert; nil removes it.
func (h *ClientHello) SetCertSchemes(v []iana.Scheme) {
	set16(h, iana.ExtSignatureAlgorithmsCert, 2, v)
}

// KeyShares returns the client's key shares (RFC 8446, Section 4.2.8); nil when
// absent or malformed.
func (h *ClientHello) KeyShares() []KeyShare {
	data, ok := h.Extension(iana.ExtKeyShare)
	if !ok {
		return nil
	}
	r := newReader("key_share", data)
	list := r.list("client_shares", 2)
	out := make([]KeyShare, 0, 4)
	for list.more() {
		out = append(out, KeyShare{
			Group: iana.Group(list.uint16("group")),
			Data:  list.vector("key_exchange", 2),
		})
	}
	if r.join(&list); r.done() != nil {
		return nil
	}
	return out
}

// SetKeyShares writes key_share; nil removes it, an empty list asks for a
// HelloRetryRequest.
func (h *ClientHello) SetKeyShares(shares []KeyShare) {
	if shares == nil {
		h.RemoveExtension(iana.ExtKeyShare)
		return
	}
	h.SetExtension(iana.ExtKeyShare, build(64, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, s := range shares {
				b.AddUint16(uint16(s.Group))
				addVector(b, 2, s.Data)
			}
		})
	}))
}

// ALPN returns the ALPN protocols offered (RFC 7301); nil when absent or malformed.
func (h *ClientHello) ALPN() []string {
	data, ok := h.Extension(iana.ExtALPN)
	if !ok {
		return nil
	}
	out, ok := readALPN(data)
	if !ok {
		return nil
	}
	return out
}

// SetALPN writes the ALPN protocols offered; nil removes the extension.
func (h *ClientHello) SetALPN(protocols []string) {
	if protocols == nil {
		h.RemoveExtension(iana.ExtALPN)
		return
	}
	h.SetExtension(iana.ExtALPN, build(64, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, p := range protocols {
				addVector(b, 1, []byte(p))
			}
		})
	}))
}

// PSKModes returns psk_key_exchange_modes (RFC 8446, Section 4.2.9); nil when
// absent or malformed.
func (h *ClientHello) PSKModes() []iana.PSKMode {
	return view8[iana.PSKMode](h, iana.ExtPSKKeyExchangeModes)
}

// SetPSKModes writes psk_key_exchange_modes; nil removes it.
func (h *ClientHello) SetPSKModes(v []iana.PSKMode) { set8(h, iana.ExtPSKKeyExchangeModes, v) }

// CertCompression returns compress_certificate (RFC 8879, Section 3); nil when absent
// or malformed.
func (h *ClientHello) CertCompression() []iana.CertificateCompression {
	return view16[iana.CertificateCompression](h, iana.ExtCompressCertificate, 1)
}

// SetCertCompression writes compress_certificate; nil removes it.
func (h *ClientHello) SetCertCompression(v []iana.CertificateCompression) {
	set16(h, iana.ExtCompressCertificate, 1, v)
}

// PointFormats returns ec_point_formats (RFC 8422, Section 5.1.2); nil when absent or malformed.
func (h *ClientHello) PointFormats() []iana.ECPointFormat {
	return view8[iana.ECPointFormat](h, iana.ExtECPointFormats)
}

// SetPointFormats writes ec_point_formats; nil removes it.
func (h *ClientHello) SetPointFormats(v []iana.ECPointFormat) { set8(h, iana.ExtECPointFormats, v) }

func view16[T ~uint16](h *ClientHello, t iana.ExtensionType, prefix int) []T {
	data, ok := h.Extension(t)
	if !ok {
		return nil
	}
	return list16[T](data, prefix)
}

// list16 reads content that is one vector of 16-bit numbers; nil if it is not.
func list16[T ~uint16](data []byte, prefix int) []T {
	r := newReader("", data)
	out := numbers16[T](&r, "", prefix)
	if r.done() != nil {
		return nil
	}
	return out
}

func set16[T ~uint16](h *ClientHello, t iana.ExtensionType, prefix int, v []T) {
	if v == nil {
		h.RemoveExtension(t)
		return
	}
	h.SetExtension(t, build(prefix+2*len(v), func(b *cryptobyte.Builder) { addNumbers16(b, prefix, v) }))
}

func view8[T ~uint8](h *ClientHello, t iana.ExtensionType) []T {
	data, ok := h.Extension(t)
	if !ok {
		return nil
	}
	r := newReader("", data)
	out := numbers8[T](&r, "", 1)
	if r.done() != nil {
		return nil
	}
	return out
}

func set8[T ~uint8](h *ClientHello, t iana.ExtensionType, v []T) {
	if v == nil {
		h.RemoveExtension(t)
		return
	}
	h.SetExtension(t, build(1+len(v), func(b *cryptobyte.Builder) { addNumbers8(b, 1, v) }))
}
