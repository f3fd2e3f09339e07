package probe

import (
	"io"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// renewECH replaces what an encrypted_client_hello draws anew for each
// connection: the encapsulated key, and the payload. Both keep their length, so
// that GREASE stays GREASE (RFC 9849, Section 6.2). What was encrypted for a
// server is lost either way: it is bound to the random of its own hello.
func renewECH(r io.Reader, h *wire.ClientHello) error {
	x, ok := h.ECH()
	if !ok {
		return nil
	}
	x.Enc, x.Payload = encapsulated(r, x.Enc), make([]byte, len(x.Payload))
	if _, err := io.ReadFull(r, x.Payload); err != nil {
		return err
	}
	h.SetECH(x)
	return nil
}

// encapsulated is a new public value of the KEM whose values are as long as
// old, or old where parley has none.
func encapsulated(r io.Reader, old []byte) []byte {
	for _, g := range []iana.Group{iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1, iana.GroupSecp521r1} {
		if info, _ := g.Info(); info.ClientShare != len(old) {
			continue
		}
		if share, err := keys.NewShare(r, g); err == nil {
			return share.Public
		}
	}
	return old
}

// encrypt puts the attempt's encrypted hello into h.
func (x *run) encrypt(h *wire.ClientHello) *end {
	offer, inner := x.a.ECH, h.Clone()
	ech, err := keys.NewECH(offer.Config)
	if err == nil {
		_, err = io.ReadFull(x.p.rand(), inner.Random[:])
	}
	if err == nil {
		inner.SetServerName(offer.Name)
		inner.SetInnerECH()
		err = ech.Hello(h, inner, offer.Config)
	}
	if err != nil {
		return &end{kind: parley.EndLocal, detail: "encrypt the hello: " + err.Error()}
	}
	x.inner = inner
	return nil
}

// decrypted notes whether a ServerHello, whose bytes are raw, answers the hello that is
// encrypted.
func (x *run) decrypted(h *wire.ServerHello, raw []byte) {
	if x.inner == nil {
		return
	}
	if ok, err := keys.AcceptsECH(x.inner, h.Suite, raw); err == nil {
		x.r.ECH = parley.No
		if ok {
			x.r.ECH = parley.Yes
		}
	}
}
