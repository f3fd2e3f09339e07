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

// SetInnerECH writes the form that encrypted_client_hello has in a hello that is
// encrypted (RFC 9849, Section 5).
func (h *ClientHello) SetInnerECH() { h.SetExtension(iana.ExtECH, []byte{1}) }

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

// ECHConfig is what a client has to know of a server to encrypt its hello for it
// (RFC 9849, Section 4): the parts of it that stay readable on both ends.
type ECHConfig struct {
	Config     uint8  // config_id
	KEM        uint16 // of HPKE (RFC 9180, Section 7.1)
	Key        []byte // the public key
	PublicName string // the server_name of the outer hello
	// Suites are the pairs of KDF and AEAD that the server can decrypt with, MaxName how
	// long its names are at most, and Raw is the whole of it.
	Suites  [][2]uint16
	MaxName uint8
	Raw     []byte
}

// echVersion is that of RFC 9849; configurations of other versions are passed over.
const echVersion = 0xfe0d

// RetryConfigs returns the configurations that a server which could not decrypt
// encrypted_client_hello wants used (RFC 9849, Section 5); nil when it sent none,
// or none that can be read.
func (m *EncryptedExtensions) RetryConfigs() []ECHConfig {
	data, ok := m.Extension(iana.ExtECH)
	if !ok {
		return nil
	}
	return ParseECHConfigs(data)
}

// ParseECHConfigs reads an ECHConfigList (RFC 9849, Section 4), as it stands in
// retry_configs and in an HTTPS record (RFC 9848, Section 3); nil if there is none that
// can be read. The result refers to data.
func ParseECHConfigs(data []byte) []ECHConfig {
	r := newReader("encrypted_client_hello", data)
	list := r.list("retry_configs", 2)
	var out []ECHConfig
	for list.more() {
		whole := list.s
		version := list.uint16("version")
		body := list.vector("contents", 2)
		if version != echVersion {
			continue
		}
		if c, ok := readECHConfig(body); ok {
			c.Raw = whole[:4+len(body)]
			out = append(out, c)
		}
	}
	r.join(&list)
	if r.done() != nil {
		return nil
	}
	return out
}

func readECHConfig(body []byte) (ECHConfig, bool) {
	r := newReader("ECHConfig", body)
	c := ECHConfig{Config: r.uint8("config_id"), KEM: r.uint16("kem_id"), Key: r.vector("public_key", 2)}
	suites := numbers16[uint16](&r, "cipher_suites", 2)
	c.MaxName = r.uint8("maximum_name_length")
	c.PublicName = string(r.vector("public_name", 1))
	r.vector("extensions", 2)
	for i := 0; i+1 < len(suites); i += 2 {
		c.Suites = append(c.Suites, [2]uint16{suites[i], suites[i+1]})
	}
	return c, r.done() == nil
}

// AppendECHConfig appends c as it stands in a list, with HKDF-SHA256 and
// AES-128-GCM.
func AppendECHConfig(b []byte, c ECHConfig) []byte {
	body := build(20+len(c.Key)+len(c.PublicName), func(b *cryptobyte.Builder) {
		b.AddUint8(c.Config)
		b.AddUint16(c.KEM)
		addVector(b, 2, c.Key)
		addVector(b, 2, []byte{0, 1, 0, 1})
		b.AddUint8(0)
		addVector(b, 1, []byte(c.PublicName))
		addVector(b, 2, nil)
	})
	b = append(b, echVersion>>8, echVersion&0xff, byte(len(body)>>8), byte(len(body)))
	return append(b, body...)
}
