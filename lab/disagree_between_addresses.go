package lab

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/parley-tls/parley"
)

// disagreeBetweenAddresses is a name with two addresses: 127.0.0.1 is as it
// should be, 127.0.0.2 was forgotten and has 1.0 only.
var disagreeBetweenAddresses = Fault{
	Name:  "disagree-between-addresses",
	Title: "one of two addresses of the name accepts 1.0 only",
	Want:  Want{Cause: "edge.addresses-disagree", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		good := serveTLS(rsaConfig(ids))
		odd := serveTLS(oldConfig(tls.VersionTLS10, tls.VersionTLS10)(ids))
		other := loopback.Next()
		port, err := l.servePair(ctx, other, good, odd)
		if err != nil {
			return Target{}, err
		}
		addresses := []netip.Addr{loopback, other}
		resolver, err := l.resolve(ctx, Name, addresses, dnsmessage.RCodeNameError)
		return Target{Address: fmt.Sprintf("%s:%d", Name, port), CA: ids.rootPEM, Resolver: resolver, Addresses: addresses}, err
	},
}

// servePair serves first at 127.0.0.1 and second at other, on one port.
func (l *Lab) servePair(ctx context.Context, other netip.Addr, first, second handler) (port uint16, err error) {
	for range 10 {
		try, cancel := context.WithCancel(ctx)
		at, ferr := l.serve(try, first)
		if ferr != nil {
			cancel()
			return 0, ferr
		}
		if _, err = l.serveAt(try, netip.AddrPortFrom(other, at.Port()), second); err == nil {
			// try lasts as long as the fault does.
			return at.Port(), l.until(ctx, func(ctx context.Context) { <-ctx.Done() }, cancel)
		}
		cancel() // the port is taken at the other address
	}
	return 0, err
}
