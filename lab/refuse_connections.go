package lab

import (
	"context"
	"fmt"
	"net"

	"github.com/parley-tls/parley"
)

// refuseConnections holds a port on which nobody listens: the local port of a
// connection, which no listener gets until it is closed.
var refuseConnections = Fault{
	Name:  "refuse-connections",
	Title: "nothing listens on the port",
	Want:  Want{Cause: "network.refused", Side: parley.SideUnknown, Certainty: parley.Seen, Exit: 3},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		other, err := l.serve(ctx, func(_ context.Context, c *net.TCPConn) { stayQuiet(c, nil) })
		if err != nil {
			return Target{}, err
		}
		c, err := net.DialTCP("tcp4", &net.TCPAddr{IP: loopback.AsSlice()}, net.TCPAddrFromAddrPort(other))
		if err != nil {
			return Target{}, fmt.Errorf("lab: hold a port: %w", err)
		}
		hold := func(ctx context.Context) { <-ctx.Done() }
		if err := l.until(ctx, hold, func() { c.Close() }); err != nil {
			c.Close()
			return Target{}, err
		}
		return Target{Address: c.LocalAddr().String()}, nil
	},
}
