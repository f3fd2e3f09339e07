package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// An external pre-shared key (RFC 8446, Section 4.2.11) is one that both sides know
// beforehand. parley has none. Who answers a hello that offers one tells all the same
// whether the server knows the identity, and whether the key fits.

// OfferSharedKey offers a pre-shared key of 1.3 under SharedKeyIdentity, with a binder
// that fits no key: a server that has a key under the identity refuses it for the
// binder, and others pass over it or refuse the identity. Nobody gets in with it.
var OfferSharedKey = Change{Axis: AxisExtension, Op: Add, Values: []uint16{uint16(iana.ExtPreSharedKey)}}

// SharedKeyIdentity is the identity that the tools of OpenSSL have by default.
const SharedKeyIdentity = "Client_identity"

// AsRecorded is the hello byte for byte as it was recorded, with the pre-shared key
// that every other attempt leaves out: a binder fits one hello alone. Nobody but who
// has the key can go on from there, so that it ends with the server's first flight.
var AsRecorded = Change{Axis: AxisSession, Op: Replace, Text: "recorded"}

// Recorded says that the hello goes out as it was recorded, see AsRecorded.
func (a Attempt) Recorded() bool {
	return slices.ContainsFunc(a.Changed, func(c Change) bool { return c.Axis == AxisSession && c.Text == AsRecorded.Text })
}

// KeepsSharedKey says that the pre-shared key of the hello goes out, in a hello that is
// new otherwise, see OfferSharedKey.
func (a Attempt) KeepsSharedKey() bool {
	return slices.ContainsFunc(a.Changed, Change.offersSharedKey)
}

func (c Change) offersSharedKey() bool {
	return c.Axis == AxisExtension && c.Op == Add && slices.Contains(c.Values, uint16(iana.ExtPreSharedKey))
}

// SharedKey says whether a hello offers an external pre-shared key, as far as that
// shows: the age of such a one is 0 (RFC 8446, Section 4.2.11.1), and nothing
// follows the hello at once.
func SharedKey(h *wire.ClientHello) bool {
	if h == nil {
		return false
	}
	ids, _ := h.PSKIdentities()
	_, early := h.Extension(iana.ExtEarlyData)
	return !early && slices.ContainsFunc(ids, func(id wire.PSKIdentity) bool { return id.ObfuscatedAge == 0 })
}

// AboutSharedKey says that an alert is one by which a server refuses a pre-shared key
// (RFC 8446, Section 4.2.11; RFC 4279, Section 2): the identity, or the binder, for
// which OpenSSL and GnuTLS say illegal_parameter.
func (a Answer) AboutSharedKey() bool {
	return a.End == EndAlert && slices.Contains([]iana.Alert{iana.AlertUnknownPSKIdentity, iana.AlertDecryptError, iana.AlertIllegalParameter}, a.Alert)
}

// setSharedKey is what OfferSharedKey does to a hello.
func setSharedKey(h *wire.ClientHello) {
	if len(h.PSKModes()) == 0 {
		h.SetPSKModes([]iana.PSKMode{iana.PSKModeDHEKE})
	}
	h.RemoveExtension(iana.ExtPreSharedKey)
	h.SetPSK(wire.PSKIdentity{Identity: []byte(SharedKeyIdentity)}, make([]byte, 32))
}
