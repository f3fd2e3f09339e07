package lab

import (
	"bytes"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// send10000Certificates sends the same certificate again and again, filled up
// to 1,000 bytes.
var send10000Certificates = Fault{
	Name:  "send-10000-certificates",
	Title: "the chain has 10,000 certificates",
	Want:  couldNotTell,
	Start: mangled(func(_ *wire.ClientHello, f *Flight) {
		const copies, length = 10_000, 1000
		leaf := f.Messages[1][4+3+3:] // behind the lengths of message, list and certificate
		one := append([]byte{0, length >> 8, length & 0xff}, append(bytes.Clone(leaf), make([]byte, length)...)[:length]...)
		size := copies * len(one)
		body := []byte{byte(size >> 16), byte(size >> 8), byte(size)}
		// All copies but the first are what is written again and again: a client
		// that wants the message whole has to read nearly as much.
		f.Messages = f.Messages[:1]
		n := size + len(body)
		f.Trailer = wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12,
			append(append([]byte{byte(iana.TypeCertificate), byte(n >> 16), byte(n >> 8), byte(n)}, body...), one...))
		f.Endless = wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, one)
	}),
}
