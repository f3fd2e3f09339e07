package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// encryptForAnotherKey is a client whose configuration is older than the key of
// the server. It hides the name it wants behind the server's public name.
var encryptForAnotherKey = Fault{
	Name:  "encrypt-for-another-key",
	Title: "the client has an ECHConfig that the server gave up",
	Want:  Want{Cause: "ech.config-mismatch", Side: parley.ClientSide, Certainty: parley.Inferred, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := l.encrypting(ctx)
		if err != nil {
			return t, err
		}
		h := OfferAES128In13.Hello()
		h.SetServerName(publicName)
		h.SetECH(wire.OuterECH{KDF: 1, AEAD: 1, Config: echConfigID - 1, Enc: random(32), Payload: random(144)})
		t.Hello = wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, h.Message())
		return l.named(ctx, t)
	},
}
