package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var acceptOnlySSL3 = Fault{
	Name:  "accept-only-ssl3",
	Title: "the server has nothing newer than SSL 3",
	Want:  Want{Cause: "version.server-too-old", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: scripted(Terms{
		Versions: []iana.Version{iana.SSL3},
		Suites: []iana.Suite{
			iana.TLS_RSA_WITH_AES_128_CBC_SHA, iana.TLS_RSA_WITH_AES_256_CBC_SHA,
			iana.TLS_RSA_WITH_3DES_EDE_CBC_SHA, iana.TLS_RSA_WITH_RC4_128_SHA, iana.TLS_RSA_WITH_RC4_128_MD5,
		},
		Key: iana.KeyRSA,
	}),
}

// scripted is the Start of a scripted server.
func scripted(t Terms) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) { return l.Script(ctx, t) }
}
