package probe

import (
	"io"

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
