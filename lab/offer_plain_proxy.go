package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

// offerPlainProxy is a proxy whose address was given with https:// and which
// wants CONNECT in clear.
var offerPlainProxy = Fault{
	Name:  "offer-plain-proxy",
	Title: "a proxy given as https:// speaks HTTP in clear",
	Want:  Want{Cause: "proxy.tls-to-plain-proxy", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return behindProxy(ctx, l, "https", httpProxy(tunnel))
	},
}
