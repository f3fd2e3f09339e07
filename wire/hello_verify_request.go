package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// HelloVerifyRequest asks the client of DTLS for its hello once more, with a cookie
// that shows that it receives where it says it sends from (RFC 6347, Section 4.2.1).
type HelloVerifyRequest struct {
	// Version is DTLS 1.0 whatever will be selected; some servers have another.
	Version iana.Version
	Cookie  []byte
}

// ParseHelloVerifyRequest reads the body of a HelloVerifyRequest. Body inverts it.
// The result refers to body.
func ParseHelloVerifyRequest(body []byte) (*HelloVerifyRequest, error) {
	r := newReader("HelloVerifyRequest", body)
	m := &HelloVerifyRequest{Version: iana.Version(r.uint16("server_version"))}
	m.Cookie = r.vector("cookie", 1)
	if err := r.done(); err != nil {
		return nil, err
	}
	return m, nil
}

// Body writes the message without its handshake header.
func (m *HelloVerifyRequest) Body() []byte {
	return build(3+len(m.Cookie), func(b *cryptobyte.Builder) {
		b.AddUint16(uint16(m.Version))
		addVector(b, 1, m.Cookie)
	})
}

// Message writes the message with its handshake header.
func (m *HelloVerifyRequest) Message() []byte {
	return AppendMessage(nil, iana.TypeHelloVerifyRequest, m.Body())
}
