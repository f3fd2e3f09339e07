package wire

import (
	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// OuterECH is the form that encrypted_client_hello has in a hello on the wire
// (RFC 9849, Section 5). GREASE has it too (RFC 9849, Section 6.2).
type OuterECH struct {
	KDF, AEAD uint16 // of HPKE (RFC 9180, Sections 7.2 and 7.3)
	Config    uint8  // config_id
	Enc       []byte // the encapsulated key; empty after a HelloRetryRequest
	Payload   []byte
}

const outerECH = 0

// ECH returns encrypted_client_hello; false when absent, malformed or inner.
func (h *ClientHello) ECH() (OuterECH, bool) {
	data, _ := h.Extension(iana.ExtECH)
	r := newReader("encrypted_client_hello", data)
	form := r.uint8("type")
	x := OuterECH{KDF: r.uint16("kdf"), AEAD: r.uint16("aead"), Config: r.uint8("config_id"), Enc: r.vector("enc", 2), Payload: r.vector("payload", 2)}
	if r.done() != nil || form != outerECH {
		return OuterECH{}, false
	}
	return x, true
}

// SetECH writes encrypted_client_hello.
func (h *ClientHello) SetECH(x OuterECH) {
	h.SetExtension(iana.ExtECH, build(10+len(x.Enc)+len(x.Payload), func(b *cryptobyte.Builder) {
		b.AddUint8(outerECH)
		b.AddUint16(x.KDF)
		b.AddUint16(x.AEAD)
		b.AddUint8(x.Config)
		addVector(b, 2, x.Enc)
		addVector(b, 2, x.Payload)
	}))
}
