package lab

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// floodEmptyRecords sends headers of records without content, which only
// application data may be (RFC 5246, Section 6.2.1).
var floodEmptyRecords = Fault{
	Name:  "flood-empty-records",
	Title: "empty records without end follow the ServerHello",
	Want:  couldNotTell,
	Start: flood(wire.AppendRecord(nil, wire.Record{Type: iana.ContentHandshake, Version: iana.TLS12})),
}
