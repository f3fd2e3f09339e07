package wire

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// HelloRetryRequestRandom is the random that makes a ServerHello a
// HelloRetryRequest: SHA-256 of "HelloRetryRequest" (RFC 8446, Section 4.1.3).
var HelloRetryRequestRandom = [32]byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// ServerHello is what the server selected (RFC 8446, Section 4.1.3; RFC 5246, Section 7.4.1.3).
type ServerHello struct {
	LegacyVersion iana.Version
	Random        [32]byte
	SessionID     []byte
	Suite         iana.Suite
	Compression   iana.CompressionMethod
	// Extensions are in wire order.
	Extensions []Extension
	// OmitExtensions says that the block of extensions is absent.
	OmitExtensions bool
}

// ParseServerHello reads the body of a ServerHello or HelloRetryRequest. Body
// inverts it. The result refers to body.
func ParseServerHello(body []byte) (*ServerHello, error) {
	r := newReader("ServerHello", body)
	h := &ServerHello{LegacyVersion: iana.Version(r.uint16("legacy_version"))}
	r.copy("random", h.Random[:])
	h.SessionID = r.vector("legacy_session_id_echo", 1)
	h.Suite = iana.Suite(r.uint16("cipher_suite"))
	h.Compression = iana.CompressionMethod(r.uint8("legacy_compression_method"))
	if r.more() {
		h.Extensions = readExtensions(&r)
	} else {
		h.OmitExtensions = true
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	return h, nil
}

// Body writes the message without its handshake header.
func (h *ServerHello) Body() []byte {
	return build(40+len(h.SessionID)+sizeOf(h.Extensions), func(b *cryptobyte.Builder) {
		b.AddUint16(uint16(h.LegacyVersion))
		b.AddBytes(h.Random[:])
		addVector(b, 1, h.SessionID)
		b.AddUint16(uint16(h.Suite))
		b.AddUint8(uint8(h.Compression))
		if !h.OmitExtensions {
			addExtensions(b, h.Extensions)
		}
	})
}

// Message writes the message with its handshake header.
func (h *ServerHello) Message() []byte { return AppendMessage(nil, iana.TypeServerHello, h.Body()) }

// Extension returns the content of the first extension of type t.
func (h *ServerHello) Extension(t iana.ExtensionType) ([]byte, bool) {
	return findExtension(h.Extensions, t)
}

// Version returns the version selected: supported_versions if present, else
// legacy_version (RFC 8446, Section 4.2.1).
func (h *ServerHello) Version() iana.Version {
	if data, ok := h.Extension(iana.ExtSupportedVersions); ok && len(data) == 2 {
		return iana.Version(data[0])<<8 | iana.Version(data[1])
	}
	return h.LegacyVersion
}

// IsHelloRetryRequest reports whether this is a HelloRetryRequest (RFC 8446, Section 4.1.4).
func (h *ServerHello) IsHelloRetryRequest() bool { return h.Random == HelloRetryRequestRandom }

// Group returns the group of key_share: the one selected or, in a
// HelloRetryRequest, the one asked for.
func (h *ServerHello) Group() (iana.Group, bool) {
	share, ok := h.KeyShare()
	return share.Group, ok
}

// KeyShare returns the server's key share; that of a HelloRetryRequest has a
// group only. It is false when absent or malformed (RFC 8446, Section 4.2.8).
func (h *ServerHello) KeyShare() (KeyShare, bool) {
	data, ok := h.Extension(iana.ExtKeyShare)
	if !ok {
		return KeyShare{}, false
	}
	r := newReader("key_share", data)
	share := KeyShare{Group: iana.Group(r.uint16("group"))}
	if !h.IsHelloRetryRequest() {
		share.Data = r.vector("key_exchange", 2)
	}
	if r.done() != nil {
		return KeyShare{}, false
	}
	return share, true
}

// ALPN returns the ALPN protocol selected, which 1.3 sends in
// EncryptedExtensions instead (RFC 7301, Section 3.1).
func (h *ServerHello) ALPN() (string, bool) { return selectedALPN(h.Extensions) }

func selectedALPN(exts []Extension) (string, bool) {
	data, ok := findExtension(exts, iana.ExtALPN)
	if !ok {
		return "", false
	}
	list, ok := readALPN(data)
	if !ok || len(list) != 1 {
		return "", false
	}
	return list[0], true
}

// Downgrade reports the mark that a server leaves at the end of its random when
// it could have selected a higher version: 1.2 when 1.3 was possible, 1.1
// when 1.2 or higher was and 1.1 or lower is selected (RFC 8446, Section 4.1.3).
func (h *ServerHello) Downgrade() (iana.Version, bool) {
	if !bytes.Equal(h.Random[24:31], []byte("DOWNGRD")) {
		return 0, false
	}
	switch h.Random[31] {
	case 1:
		return iana.TLS12, true
	case 0:
		return iana.TLS11, true
	}
	return 0, false
}

// Cookie returns the cookie of a HelloRetryRequest (RFC 8446, Section 4.2.2).
func (h *ServerHello) Cookie() ([]byte, bool) {
	data, ok := h.Extension(iana.ExtCookie)
	if !ok {
		return nil, false
	}
	r := newReader("cookie", data)
	v := r.vector("cookie", 2)
	if r.done() != nil {
		return nil, false
	}
	return v, true
}
