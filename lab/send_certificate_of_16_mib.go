package lab

import (
	"bytes"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// sendCertificateOf16MiB announces the longest Certificate message that a
// length of three bytes allows, and goes on sending it.
var sendCertificateOf16MiB = Fault{
	Name:  "send-certificate-of-16-mib",
	Title: "the Certificate message has 16 MiB",
	Want:  couldNotTell,
	Start: mangled(func(_ *wire.ClientHello, f *Flight) {
		f.Messages = f.Messages[:1]
		f.Trailer = wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, []byte{byte(iana.TypeCertificate), 0xff, 0xff, 0xff})
		f.Endless = wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, bytes.Repeat([]byte{0x30}, 1<<14))
	}),
}
