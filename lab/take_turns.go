package lab

import (
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"
)

// takeTurns is a farm of which one of two servers was forgotten.
var takeTurns = Fault{
	Name:  "take-turns",
	Title: "one of two servers behind the address has 1.0 only",
	Want:  couldNotTell,
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		servers := []handler{serveTLS(rsaConfig(ids)), serveTLS(oldConfig(tls.VersionTLS10, tls.VersionTLS10)(ids))}
		var n atomic.Int64
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) { servers[n.Add(1)%2](ctx, c) })
		return Target{Address: addr.String(), CA: ids.rootPEM}, err
	},
}
