package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

var acceptOnly13 = Fault{
	Name:  "accept-only-1.3",
	Title: "the server accepts 1.3 only, the client stops at 1.2",
	Want:  Want{Cause: "version.server-tls13-only", Side: parley.SideUnknown, Certainty: parley.Proved, Exit: 1},
	Start: withHello(Offer12, func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, only13)
	}),
}

// withHello is the Start of a fault that the client o shows.
func withHello(o Offer, start func(context.Context, *Lab) (Target, error)) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		t, err := start(ctx, l)
		t.Hello = o.Record()
		return t, err
	}
}
