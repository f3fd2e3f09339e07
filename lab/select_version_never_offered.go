package lab

import "github.com/parley-tls/parley/wire"

// selectVersionNeverOffered selects a version that no client has.
var selectVersionNeverOffered = Fault{
	Name:  "select-version-never-offered",
	Title: "the server selects a version never offered",
	Want:  violation,
	Start: mangled13(func(_ *wire.ClientHello, f *Flight) {
		f.Hello.Extensions[0].Data = []byte{0x7f, 0x1c} // a draft of 1.3
	}),
}
