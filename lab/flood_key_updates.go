package lab

import "github.com/parley-tls/parley/wire"

// floodKeyUpdates makes the client derive keys without end, for which RFC 8446
// has no limit (Section 4.6.3).
var floodKeyUpdates = Fault{
	Name:  "flood-key-updates",
	Title: "KeyUpdates without end follow the handshake",
	Want:  couldNotTell,
	Start: through13(func(_ *wire.ClientHello, t *talk) {
		for t.update() == nil {
		}
	}),
}

// through13 is the Start of a good server of 1.3 and what comes behind its
// handshake.
func through13(then func(*wire.ClientHello, *talk)) starter {
	t := ecdhe13
	t.then = then
	return scripted(t)
}
