package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// retryForGroupNeverOffered asks for a key share of a group that the client has
// not (RFC 8446, Section 4.2.8).
var retryForGroupNeverOffered = Fault{
	Name:  "retry-for-group-never-offered",
	Title: "a HelloRetryRequest names a group never offered",
	Want:  violation,
	Start: retry(func(h *wire.ClientHello) wire.Extension {
		group := iana.Group(0xfe2f) // nobody has it
		for _, g := range []iana.Group{iana.GroupSecp521r1, iana.GroupX448, iana.GroupFFDHE8192} {
			if !slices.Contains(h.Groups(), g) {
				group = g
				break
			}
		}
		return wire.Extension{Type: iana.ExtKeyShare, Data: []byte{byte(group >> 8), byte(group)}}
	}),
}
