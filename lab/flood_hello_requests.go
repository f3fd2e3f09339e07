package lab

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// floodHelloRequests sends the one message that a client ignores while it
// negotiates (RFC 5246, Section 7.4.1.1).
var floodHelloRequests = Fault{
	Name:  "flood-hello-requests",
	Title: "HelloRequests without end follow the ServerHello",
	Want:  couldNotTell,
	Start: flood(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, wire.AppendMessage(nil, iana.TypeHelloRequest, nil))),
}
