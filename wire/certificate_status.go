package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// CertificateStatus carries stapled OCSP responses in 1.2 and older
// (RFC 6066, Section 8; RFC 6961, Section 2.2).
type CertificateStatus struct {
	// Type is 1 for ocsp, one response, and 2 for ocsp_multi, one a certificate.
	Type uint8
	// Responses are in DER; of ocsp_multi an entry may be empty.
	Responses [][]byte
	// Data is the content of a message of another type.
	Data []byte
}

const (
	statusOCSP      = 1
	statusOCSPMulti = 2
)

// ParseCertificateStatus reads the body of a CertificateStatus. Body inverts
// it. The result refers to body.
func ParseCertificateStatus(body []byte) (*CertificateStatus, error) {
	r := newReader("CertificateStatus", body)
	m := &CertificateStatus{Type: r.uint8("status_type")}
	switch m.Type {
	case statusOCSP:
		m.Responses = [][]byte{r.vector("ocsp_response", 3)}
	case statusOCSPMulti:
		m.Responses = vectors(&r, "ocsp_response_list", 3, 3)
	default:
		m.Data = r.bytes("response", len(r.s))
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	return m, nil
}

// Body writes the message without its handshake header.
func (m *CertificateStatus) Body() []byte {
	return build(64, func(b *cryptobyte.Builder) {
		b.AddUint8(m.Type)
		switch m.Type {
		case statusOCSP:
			var response []byte
			if len(m.Responses) > 0 {
				response = m.Responses[0]
			}
			addVector(b, 3, response)
		case statusOCSPMulti:
			addVectors(b, 3, 3, m.Responses)
		default:
			b.AddBytes(m.Data)
		}
	})
}

// Message writes the message with its handshake header.
func (m *CertificateStatus) Message() []byte {
	return AppendMessage(nil, iana.TypeCertificateStatus, m.Body())
}
