package lab

import (
	"context"
	"net"

	"github.com/parley-tls/parley"
)

// dropped is the diagnosis of a connection that ends without a word: it tells
// neither why nor who.
var dropped = Want{Cause: "server.dropped-connection", Side: parley.SideUnknown, Certainty: parley.Inferred, Exit: 1}

var resetEveryHello = Fault{
	Name:  "reset-every-hello",
	Title: "every hello is answered with a TCP reset",
	Want:  dropped,
	Start: endWith(reset),
}

// endWith is the Start of a server that reads a hello and ends.
func endWith(end ending) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		addr, err := l.serve(ctx, func(_ context.Context, c *net.TCPConn) {
			h, _, err := readHello(c)
			if err == nil {
				end(c, h)
			}
		})
		return Target{Address: addr.String()}, err
	}
}
