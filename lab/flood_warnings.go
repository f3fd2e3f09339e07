package lab

import (
	"bytes"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// floodWarnings sends what a client is to pass over, and nothing else.
var floodWarnings = Fault{
	Name:  "flood-warnings",
	Title: "warning alerts without end follow the ServerHello",
	Want:  couldNotTell,
	Start: flood(wire.AppendRecord(nil, wire.Record{
		Type: iana.ContentAlert, Version: iana.TLS12, Payload: []byte{byte(iana.AlertWarning), byte(iana.AlertUserCanceled)},
	})),
}

// flood is the Start of a server of 1.2 whose ServerHello is followed by one
// record again and again.
func flood(record []byte) starter {
	return mangled(func(_ *wire.ClientHello, f *Flight) {
		f.Messages = f.Messages[:1]
		f.Endless = bytes.Repeat(record, 1<<10)
	})
}
