package lab

import (
	"bufio"
	"context"
	"net"

	"github.com/parley-tls/parley"
)

// requireProxyHeader closes what does not begin with a PROXY protocol header,
// and speaks TLS after one, of version 1 or 2.
var requireProxyHeader = Fault{
	Name:  "require-proxy-header",
	Title: "the server waits for a PROXY protocol header before TLS",
	Want:  Want{Cause: "proxy.proxy-protocol-mismatch", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		cfg := rsaConfig(ids)
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) {
			in := bufio.NewReader(c)
			if !readProxyHeader(in) {
				hangUp(c, nil)
				return
			}
			_, raw, err := readHello(in)
			if err == nil {
				answerTLS(ctx, c, cfg, raw)
			}
		})
		return Target{Address: addr.String(), CA: ids.rootPEM}, err
	},
}
