package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var resetHellosWith13 = Fault{
	Name:  "reset-hellos-with-1.3",
	Title: "the server resets the connection when a hello mentions 1.3",
	Want:  intolerant,
	Start: intolerantOf13(reset),
}

// intolerant is the diagnosis of a server that does not negotiate down.
var intolerant = Want{Cause: "version.intolerance", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1}

// intolerantOf13 is the Start of a server of 1.2 that ends when it sees
// supported_versions with 1.3, in place of selecting 1.2 (RFC 8446, Section 4.2.1).
func intolerantOf13(end ending) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, upTo12, func(h *wire.ClientHello) ending {
			if h.Offers(iana.TLS13) {
				return end
			}
			return nil
		})
	}
}

// upTo12 is rsaConfig without 1.3.
func upTo12(ids *identities) *tls.Config {
	cfg := rsaConfig(ids)
	cfg.MaxVersion = tls.VersionTLS12
	return cfg
}
