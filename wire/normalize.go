package wire

import (
	"encoding/binary"

	"golang.org/x/crypto/cryptobyte"

	"github.com/parley-tls/parley/iana"
)

// Normalize returns a copy whose bytes that differ from one connection to the
// next are zero, at the same length: random, session ID, key shares, PSK
// binders, ECH and padding. Two hellos are the same hello when their normal
// forms are equal. GREASE values, PSK identities and session tickets stay.
func (h *ClientHello) Normalize() *ClientHello {
	c := h.Clone()
	c.Random = [32]byte{}
	clear(c.SessionID)
	for _, e := range c.Extensions {
		switch e.Type {
		case iana.ExtKeyShare:
			zeroKeyShares(e.Data)
		case iana.ExtPreSharedKey:
			zeroBinders(e.Data)
		case iana.ExtECH:
			zeroECH(e.Data)
		case iana.ExtPadding:
			clear(e.Data)
		}
	}
	return c
}

// zeroKeyShares clears each key_exchange, as far as the content makes sense.
func zeroKeyShares(data []byte) {
	r := newReader("key_share", data)
	list := r.list("client_shares", 2)
	for list.more() {
		list.uint16("group")
		clear(list.vector("key_exchange", 2))
	}
}

// zeroBinders clears each binder (RFC 8446, Section 4.2.11).
func zeroBinders(data []byte) {
	r := newReader("pre_shared_key", data)
	r.vector("identities", 2)
	list := r.list("binders", 2)
	for list.more() {
		clear(list.vector("binder", 1))
	}
}

// zeroECH clears what an outer encrypted_client_hello draws anew each time: the
// number of the configuration, the encapsulated key and the payload (RFC 9849, Section 5).
func zeroECH(data []byte) {
	r := newReader("encrypted_client_hello", data)
	if r.uint8("type") != outerECH {
		return
	}
	r.bytes("cipher_suite", 4)
	clear(r.bytes("config_id", 1))
	clear(r.vector("enc", 2))
	clear(r.vector("payload", 2))
}

// SetPSK offers one pre-shared key, and its binder (RFC 8446, Section 4.2.11). It
// returns how many bytes of the message stand before the list of binders: what a binder
// is made over.
func (h *ClientHello) SetPSK(id PSKIdentity, binder []byte) (before int) {
	h.SetExtension(iana.ExtPreSharedKey, build(64, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			addVector(b, 2, id.Identity)
			b.AddUint32(id.ObfuscatedAge)
		})
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { addVector(b, 1, binder) })
	}))
	return len(h.Message()) - 2 - 1 - len(binder)
}

// PSKIdentity is one identity of pre_shared_key: a ticket, or a name agreed
// on beforehand (RFC 8446, Section 4.2.11).
type PSKIdentity struct {
	Identity []byte
	// ObfuscatedAge is the ticket's age in milliseconds plus its ticket_age_add.
	ObfuscatedAge uint32
}

// PSKIdentities returns the identities and the binders' lengths of
// pre_shared_key; nil when absent or malformed.
func (h *ClientHello) PSKIdentities() (ids []PSKIdentity, binders []int) {
	data, ok := h.Extension(iana.ExtPreSharedKey)
	if !ok {
		return nil, nil
	}
	r := newReader("pre_shared_key", data)
	list := r.list("identities", 2)
	for list.more() {
		id, age := list.vector("identity", 2), list.bytes("obfuscated_ticket_age", 4)
		if list.err == nil {
			ids = append(ids, PSKIdentity{Identity: id, ObfuscatedAge: binary.BigEndian.Uint32(age)})
		}
	}
	r.join(&list)
	list = r.list("binders", 2)
	for list.more() {
		binders = append(binders, len(list.vector("binder", 1)))
	}
	r.join(&list)
	if r.done() != nil {
		return nil, nil
	}
	return ids, binders
}
