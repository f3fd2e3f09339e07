package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// EncryptedExtensions holds the answers of 1.3 that need no key exchange
// (RFC 8446, Section 4.3.1).
type EncryptedExtensions struct {
	Extensions []Extension
}

// ParseEncryptedExtensions reads the decrypted body of EncryptedExtensions.
// Body inverts it. The result refers to body.
func ParseEncryptedExtensions(body []byte) (*EncryptedExtensions, error) {
	r := newReader("EncryptedExtensions", body)
	m := &EncryptedExtensions{Extensions: readExtensions(&r)}
	if err := r.done(); err != nil {
		return nil, err
	}
	return m, nil
}

// Body writes the message without its handshake header.
func (m *EncryptedExtensions) Body() []byte {
	return build(sizeOf(m.Extensions), func(b *cryptobyte.Builder) { addExtensions(b, m.Extensions) })
}

// Message writes the message with its handshake header.
func (m *EncryptedExtensions) Message() []byte {
	return AppendMessage(nil, iana.TypeEncryptedExtensions, m.Body())
}

// Extension returns the content of the first extension of type t.
func (m *EncryptedExtensions) Extension(t iana.ExtensionType) ([]byte, bool) {
	return findExtension(m.Extensions, t)
}

// ALPN returns the ALPN protocol selected (RFC 7301, Section 3.1).
func (m *EncryptedExtensions) ALPN() (string, bool) { return selectedALPN(m.Extensions) }
