package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// Certificate is a certificate chain as sent, the leaf first: in the form of
// 1.2 and older, a list (RFC 5246, Section 7.4.2), or in that of 1.3, a
// context and entries with extensions (RFC 8446, Section 4.4.2).
type Certificate struct {
	// Raw holds the certificates in DER, in wire order, unread.
	Raw [][]byte
	// TLS13 says that the message has the form of 1.3, which has the fields below.
	TLS13 bool
	// Context is certificate_request_context, empty from a server.
	Context []byte
	// Extensions are those of each entry of Raw.
	Extensions [][]Extension
}

// ParseCertificate reads the body of a Certificate in the form that v uses.
// Body inverts it. The result refers to body.
func ParseCertificate(body []byte, v iana.Version) (*Certificate, error) {
	r := newReader("Certificate", body)
	c := &Certificate{TLS13: is13(v)}
	if c.TLS13 {
		c.Context = r.vector("certificate_request_context", 1)
	}
	list := r.list("certificate_list", 3)
	for list.more() {
		c.Raw = append(c.Raw, list.vector("cert_data", 3))
		if c.TLS13 {
			c.Extensions = append(c.Extensions, readExtensions(&list))
		}
	}
	r.join(&list)
	if err := r.done(); err != nil {
		return nil, err
	}
	return c, nil
}

// Body writes the message without its handshake header.
func (c *Certificate) Body() []byte {
	size := 16
	for _, raw := range c.Raw {
		size += len(raw) + 16
	}
	return build(size, func(b *cryptobyte.Builder) {
		if c.TLS13 {
			addVector(b, 1, c.Context)
		}
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			for i, raw := range c.Raw {
				addVector(b, 3, raw)
				if c.TLS13 {
					var exts []Extension
					if i < len(c.Extensions) {
						exts = c.Extensions[i]
					}
					addExtensions(b, exts)
				}
			}
		})
	})
}

// Message writes the message with its handshake header.
func (c *Certificate) Message() []byte { return AppendMessage(nil, iana.TypeCertificate, c.Body()) }

// is13 reports whether v uses the message forms of TLS 1.3; drafts do.
func is13(v iana.Version) bool {
	return v == iana.TLS13 || v>>8 == 0x7f || v == 0xfefc
}
