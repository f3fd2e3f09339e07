package lab

import (
	"context"
	"net"

	"github.com/parley-tls/parley"
)

// requireProxy is a network from which only the proxy gets out: the server
// answers what comes from the proxy, and a firewall resets the rest.
var requireProxy = Fault{
	Name:  "require-proxy",
	Title: "the network lets nothing out but through its proxy",
	Want:  Want{Cause: "proxy.required", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		good := serveTLS(rsaConfig(ids))
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) {
			if from := c.RemoteAddr().(*net.TCPAddr).AddrPort().Addr(); from.Unmap() != proxyAddress {
				readHello(c)
				reset(c, nil)
				return
			}
			good(ctx, c)
		})
		if err != nil {
			return Target{}, err
		}
		proxy, err := l.serve(ctx, httpProxy(func(ctx context.Context, c *net.TCPConn, to string) {
			tunnelFrom(ctx, c, &net.TCPAddr{IP: proxyAddress.AsSlice()}, to)
		}))
		return Target{Address: addr.String(), CA: ids.rootPEM, SNI: Name, Proxy: "http://" + proxy.String()}, err
	},
}

// proxyAddress is the address from which the proxy connects.
var proxyAddress = loopback.Next()
