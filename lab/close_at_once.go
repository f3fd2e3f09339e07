package lab

import (
	"context"
	"net"
)

// closeAtOnce does not wait for a hello.
var closeAtOnce = Fault{
	Name:  "close-at-once",
	Title: "every connection is closed as soon as it is accepted",
	Want:  dropped,
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		addr, err := l.serve(ctx, func(_ context.Context, c *net.TCPConn) { hangUp(c, nil) })
		return Target{Address: addr.String()}, err
	},
}
