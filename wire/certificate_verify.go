package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// CertificateVerify proves possession of a certificate's key (RFC 8446,
// Section 4.4.3; RFC 5246, Section 7.4.8).
type CertificateVerify struct {
	// Scheme is the signature scheme; before 1.2 there is none.
	Scheme    iana.Scheme
	HasScheme bool
	Signature []byte
}

// ParseCertificateVerify reads the body of a CertificateVerify of version v.
// Body inverts it. The result refers to body.
func ParseCertificateVerify(body []byte, v iana.Version) (*CertificateVerify, error) {
	r := newReader("CertificateVerify", body)
	m := &CertificateVerify{HasScheme: v == iana.TLS12 || is13(v)}
	if m.HasScheme {
		m.Scheme = iana.Scheme(r.uint16("algorithm"))
	}
	m.Signature = r.vector("signature", 2)
	if err := r.done(); err != nil {
		return nil, err
	}
	return m, nil
}

// Body writes the message without its handshake header.
func (m *CertificateVerify) Body() []byte {
	return build(4+len(m.Signature), func(b *cryptobyte.Builder) {
		if m.HasScheme {
			b.AddUint16(uint16(m.Scheme))
		}
		addVector(b, 2, m.Signature)
	})
}
