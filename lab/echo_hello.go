package lab

import (
	"context"
	"io"
	"net"
)

// echoHello is an echo service, or a proxy that connects to itself.
var echoHello = Fault{
	Name:  "echo-hello",
	Title: "the client gets its own bytes back",
	Want:  violation,
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		addr, err := l.serve(ctx, func(_ context.Context, c *net.TCPConn) { io.Copy(c, c) })
		return Target{Address: addr.String()}, err
	},
}
