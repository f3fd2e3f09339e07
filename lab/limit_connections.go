package lab

import (
	"context"
	"net"
	"sync/atomic"
)

// limitConnections lets three connections through and resets the rest, as rate
// limiters do.
var limitConnections = Fault{
	Name:  "limit-connections",
	Title: "all connections after the third are reset",
	Want:  couldNotTell,
	Start: counted(func(n int64, good handler) handler {
		if n <= 3 {
			return good
		}
		return func(_ context.Context, c *net.TCPConn) { reset(c, nil) }
	}),
}

// counted is the Start of a server of today; which handler a connection gets
// goes by its number, from one.
func counted(pick func(n int64, good handler) handler) starter {
	return func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		var n atomic.Int64
		good := serveTLS(rsaConfig(ids))
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) { pick(n.Add(1), good)(ctx, c) })
		return Target{Address: addr.String(), CA: ids.rootPEM}, err
	}
}
