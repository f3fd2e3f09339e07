package lab

import "github.com/parley-tls/parley/wire"

// sendWrongLengths states a session ID longer than the message.
var sendWrongLengths = Fault{
	Name:  "send-wrong-lengths",
	Title: "a length in the ServerHello runs past its end",
	Want:  violation,
	Start: mangled(func(_ *wire.ClientHello, f *Flight) {
		const header, version, random = 4, 2, 32
		hello := f.Hello.Message()
		hello[header+version+random] = 0xff
		f.Messages[0], f.Hello = hello, nil
	}),
}
