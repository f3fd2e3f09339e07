package lab

import (
	"bytes"

	"github.com/parley-tls/parley/wire"
)

// sendGarbageAfterHello goes on with bytes that are no record of TLS.
var sendGarbageAfterHello = Fault{
	Name:  "send-garbage-after-hello",
	Title: "what follows the ServerHello is not TLS",
	Want:  violation,
	Start: mangled(func(_ *wire.ClientHello, f *Flight) {
		f.Messages = f.Messages[:1]
		f.Trailer = bytes.Repeat([]byte{0xa5, 0x5a, 0x00, 0xff}, 32)
	}),
}
