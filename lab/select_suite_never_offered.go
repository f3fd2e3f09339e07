package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// violation is the diagnosis of a server that breaks the protocol.
var violation = Want{Cause: "server.protocol-violation", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1}

// selectSuiteNeverOffered does what servers did that compared one byte of two.
var selectSuiteNeverOffered = Fault{
	Name:  "select-suite-never-offered",
	Title: "the server selects a cipher suite never offered",
	Want:  violation,
	Start: mangled(func(h *wire.ClientHello, f *Flight) {
		for _, s := range []iana.Suite{iana.TLS_ECDHE_RSA_WITH_RC4_128_SHA, iana.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, iana.TLS_ECDHE_RSA_WITH_NULL_SHA} {
			if !h.HasSuite(s) {
				f.Hello.Suite = s
				return
			}
		}
		f.Hello.Suite = 0xfe2f // nobody has it
	}),
}

// starter is the Start of a Fault.
type starter = func(context.Context, *Lab) (Target, error)

// mangled is the Start of a good server of 1.2 whose flight is then changed.
func mangled(change func(*wire.ClientHello, *Flight)) starter {
	t := ecdhe12
	t.Mangle = change
	return scripted(t)
}

// mangled13 is mangled of 1.3.
func mangled13(change func(*wire.ClientHello, *Flight)) starter {
	t := ecdhe13
	t.Mangle = change
	return scripted(t)
}
