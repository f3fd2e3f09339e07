package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// CertificateRequest is a server's demand for a client certificate: a list of
// types and authorities up to 1.1 (RFC 4346, Section 7.4.4), with signature
// schemes in 1.2 (RFC 5246, Section 7.4.4), all of it extensions in 1.3
// (RFC 8446, Section 4.3.2).
type CertificateRequest struct {
	// Version is the version whose form the message has.
	Version iana.Version
	// Types are the certificate_types of 1.2 and older.
	Types []iana.ClientCertificateType
	// Schemes are the signature schemes accepted, of 1.2 and 1.3.
	Schemes []iana.Scheme
	// Authorities are the distinguished names accepted, in DER; none means any.
	Authorities [][]byte
	// Context is certificate_request_context of 1.3.
	Context []byte
	// Extensions are those of 1.3. Body writes them, not Schemes and Authorities.
	Extensions []Extension
}

// ParseCertificateRequest reads the body of a CertificateRequest in the form
// that v uses. Body inverts it. In 1.3 an extension whose content is malformed
// is kept, and leaves Schemes or Authorities nil. The result refers to body.
func ParseCertificateRequest(body []byte, v iana.Version) (*CertificateRequest, error) {
	r := newReader("CertificateRequest", body)
	m := &CertificateRequest{Version: v}
	if is13(v) {
		m.Context = r.vector("certificate_request_context", 1)
		m.Extensions = readExtensions(&r)
	} else {
		m.Types = numbers8[iana.ClientCertificateType](&r, "certificate_types", 1)
		if v == iana.TLS12 {
			m.Schemes = numbers16[iana.Scheme](&r, "supported_signature_algorithms", 2)
		}
		m.Authorities = vectors(&r, "certificate_authorities", 2, 2)
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	if is13(v) {
		m.readViews()
	}
	return m, nil
}

func (m *CertificateRequest) readViews() {
	if data, ok := findExtension(m.Extensions, iana.ExtSignatureAlgorithms); ok {
		m.Schemes = list16[iana.Scheme](data, 2)
	}
	if data, ok := findExtension(m.Extensions, iana.ExtCertificateAuthorities); ok {
		r := newReader("certificate_authorities", data)
		names := vectors(&r, "authorities", 2, 2)
		if r.done() == nil {
			m.Authorities = names
		}
	}
}

// Body writes the message without its handshake header.
func (m *CertificateRequest) Body() []byte {
	return build(64, func(b *cryptobyte.Builder) {
		if is13(m.Version) {
			addVector(b, 1, m.Context)
			addExtensions(b, m.Extensions)
			return
		}
		addNumbers8(b, 1, m.Types)
		if m.Version == iana.TLS12 {
			addNumbers16(b, 2, m.Schemes)
		}
		addVectors(b, 2, 2, m.Authorities)
	})
}
