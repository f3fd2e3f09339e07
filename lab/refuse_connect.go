package lab

import (
	"context"
	"io"
	"net"

	"github.com/parley-tls/parley"
)

var refuseConnect = Fault{
	Name:  "refuse-connect",
	Title: "the proxy answers CONNECT with 405",
	Want:  Want{Cause: "proxy.connect-not-supported", Side: parley.PathSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return behindProxy(ctx, l, "http", httpProxy(func(_ context.Context, c *net.TCPConn, _ string) {
			io.WriteString(c, httpAnswer("405 Method Not Allowed"))
		}))
	},
}
