package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

// interceptAtTheProxy is a proxy that opens what it is asked to pass on, before
// a server as it should be.
var interceptAtTheProxy = Fault{
	Name:  "intercept-at-the-proxy",
	Title: "the proxy ends TLS with certificates of its own",
	Want:  Want{Cause: "middlebox.interception", Side: parley.PathSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		i, err := newInterceptor()
		if err != nil {
			return Target{}, err
		}
		t, err := behindProxy(ctx, l, "http", httpProxy(i.opened))
		t.SNI = Name
		return t, err
	},
}
