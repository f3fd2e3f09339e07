package lab

import "github.com/parley-tls/parley/wire"

// signalDowngrade selects 1.2, and says in its random that it would have
// selected 1.3 for this client: something between the two took that out of the
// hello (RFC 8446, Section 4.1.3).
var signalDowngrade = Fault{
	Name:  "signal-downgrade",
	Title: "the ServerHello of 1.2 says that 1.3 was taken away",
	Want:  violation,
	Start: mangled(func(_ *wire.ClientHello, f *Flight) {
		copy(f.Hello.Random[24:], "DOWNGRD\x01")
	}),
}
