package lab

import (
	"context"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// resetHellosBelow12 says nothing to a version it does not accept, as Schannel does.
var resetHellosBelow12 = Fault{
	Name:  "reset-hellos-below-1.2",
	Title: "the server wants 1.2 and resets what is older",
	Want:  tooOld,
	As:    "openssl-1.0.0",
	Start: endBelow12(reset),
}

// endBelow12 is the Start of a server as it should be that ends with end what
// does not offer 1.2 or 1.3.
func endBelow12(end ending) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, rsaConfig, func(h *wire.ClientHello) ending {
			if !h.Offers(iana.TLS12) && !h.Offers(iana.TLS13) {
				return end
			}
			return nil
		})
	}
}
