package lab

import (
	"bytes"

	"github.com/parley-tls/parley/wire"
)

// floodChangeCipherSpec sends what a client of 1.3 drops unseen (RFC 8446,
// Section 5).
var floodChangeCipherSpec = Fault{
	Name:  "flood-change-cipher-spec",
	Title: "ChangeCipherSpecs without end follow the ServerHello",
	Want:  couldNotTell,
	Start: mangled13(func(_ *wire.ClientHello, f *Flight) {
		f.Trailer = nil
		f.Endless = bytes.Repeat(compatibilityCCS, 1<<10)
	}),
}
