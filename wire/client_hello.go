package wire

import (
	"bytes"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// ClientHello is a client's offer (RFC 8446, Section 4.1.2; RFC 5246, Section 7.4.1.2).
type ClientHello struct {
	LegacyVersion iana.Version
	Random        [32]byte
	SessionID     []byte
	// Cookie is that of a HelloVerifyRequest, which a hello of DTLS has a place for:
	// one whose LegacyVersion is a version of DTLS (RFC 6347, Section 4.2.1).
	Cookie      []byte
	Suites      []iana.Suite
	Compression []iana.CompressionMethod
	// Extensions are in wire order, duplicates and GREASE included.
	Extensions []Extension
	// OmitExtensions says that the block of extensions is absent, which differs
	// from an empty one.
	OmitExtensions bool
}

// ParseClientHello reads the body of a ClientHello, without the handshake
// header. Body inverts it for everything it accepts. An extension whose content
// is malformed is kept as it is. The result refers to body.
func ParseClientHello(body []byte) (*ClientHello, error) {
	r := newReader("ClientHello", body)
	h := &ClientHello{LegacyVersion: iana.Version(r.uint16("legacy_version"))}
	r.copy("random", h.Random[:])
	h.SessionID = r.vector("legacy_session_id", 1)
	if isDTLS(h.LegacyVersion) {
		h.Cookie = r.vector("cookie", 1)
	}
	h.Suites = numbers16[iana.Suite](&r, "cipher_suites", 2)
	h.Compression = numbers8[iana.CompressionMethod](&r, "legacy_compression_methods", 1)
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

// Body writes the message without its handshake header. It panics if a field is
// longer than its length prefix can say.
func (h *ClientHello) Body() []byte {
	size := 44 + len(h.SessionID) + len(h.Cookie) + 2*len(h.Suites) + len(h.Compression) + sizeOf(h.Extensions)
	return build(size, func(b *cryptobyte.Builder) {
		b.AddUint16(uint16(h.LegacyVersion))
		b.AddBytes(h.Random[:])
		addVector(b, 1, h.SessionID)
		if isDTLS(h.LegacyVersion) {
			addVector(b, 1, h.Cookie)
		}
		addNumbers16(b, 2, h.Suites)
		addNumbers8(b, 1, h.Compression)
		if !h.OmitExtensions {
			addExtensions(b, h.Extensions)
		}
	})
}

// isDTLS reports whether a message that says v has the form of DTLS, whose versions
// count downwards from 0xfeff.
func isDTLS(v iana.Version) bool { return v>>8 == 0xfe }

// Message writes the message with its handshake header.
func (h *ClientHello) Message() []byte {
	body := h.Body()
	return AppendMessage(make([]byte, 0, 4+len(body)), iana.TypeClientHello, body)
}

// Clone returns a copy that shares no memory with h.
func (h *ClientHello) Clone() *ClientHello {
	c := *h
	c.SessionID = bytes.Clone(h.SessionID)
	c.Cookie = bytes.Clone(h.Cookie)
	c.Suites = slices.Clone(h.Suites)
	c.Compression = slices.Clone(h.Compression)
	c.Extensions = cloneExtensions(h.Extensions)
	return &c
}

// Extension returns the content of the first extension of type t.
func (h *ClientHello) Extension(t iana.ExtensionType) ([]byte, bool) {
	return findExtension(h.Extensions, t)
}

// SetExtension replaces the content of the first extension of type t where it
// stands. A new one is appended, but before padding and pre_shared_key if those
// stand last (RFC 8446, Section 4.2.11). It keeps data.
func (h *ClientHello) SetExtension(t iana.ExtensionType, data []byte) {
	h.OmitExtensions = false
	at := len(h.Extensions)
	for i := range h.Extensions {
		if h.Extensions[i].Type == t {
			h.Extensions[i].Data = data
			return
		}
	}
	for at > 0 && standsAfter(h.Extensions[at-1].Type, t) {
		at--
	}
	h.Extensions = slices.Insert(h.Extensions, at, Extension{Type: t, Data: data})
}

// standsAfter reports whether an extension of type last stays behind a new one of type t.
func standsAfter(last, t iana.ExtensionType) bool {
	switch last {
	case iana.ExtPreSharedKey:
		return t != iana.ExtPreSharedKey
	case iana.ExtPadding:
		return t != iana.ExtPreSharedKey && t != iana.ExtPadding
	}
	return false
}

// RemoveExtension removes every extension of type t. The block of extensions
// stays, even when it becomes empty.
func (h *ClientHello) RemoveExtension(t iana.ExtensionType) {
	h.Extensions = slices.DeleteFunc(h.Extensions, func(e Extension) bool { return e.Type == t })
}

// Pad sets the padding extension so that Message has size bytes, and reports
// whether it could: an extension takes at least 4 bytes (RFC 7685).
func (h *ClientHello) Pad(size int) bool {
	h.RemoveExtension(iana.ExtPadding)
	n := size - len(h.Message()) - 4
	if h.OmitExtensions {
		n -= 2
	}
	if n < 0 || n > 0xffff {
		return false
	}
	h.SetExtension(iana.ExtPadding, make([]byte, n))
	return true
}

// Repad gives the padding extension, if there is one, the length that a client
// would give it that pads to size, now that something else has another length.
// Clients pad what is longer than 255 bytes and shorter than 512, and send no
// padding otherwise (RFC 7685, Section 4); a size above that is kept as long as
// it can be.
func (h *ClientHello) Repad(size int) {
	old, ok := h.Extension(iana.ExtPadding)
	if !ok {
		return
	}
	const header = 4
	rest := len(h.Message()) - header - len(old)
	if rest >= size || size <= 512 && rest <= 255 {
		h.RemoveExtension(iana.ExtPadding)
		return
	}
	// Where the header alone fills up what is missing, one byte follows it: some
	// servers refuse a hello that ends with an empty extension.
	h.SetExtension(iana.ExtPadding, make([]byte, max(size-rest-header, 1)))
}

// HasSuite reports whether the hello offers s.
func (h *ClientHello) HasSuite(s iana.Suite) bool { return slices.Contains(h.Suites, s) }
