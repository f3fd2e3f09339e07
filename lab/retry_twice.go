package lab

import (
	"context"
	"net"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// retryTwice answers the second hello with a request for a third (RFC 8446,
// Section 4.1.4).
var retryTwice = Fault{
	Name:  "retry-twice",
	Title: "a HelloRetryRequest is answered, and comes again",
	Want:  violation,
	Start: retry(func(h *wire.ClientHello) wire.Extension {
		// A cookie may always be asked for.
		return wire.Extension{Type: iana.ExtCookie, Data: []byte{0, 4, 'l', 'a', 'b', '1'}}
	}),
}

// retry is the Start of a server of 1.3 that answers each hello with a
// HelloRetryRequest, and every other with an alert.
func retry(asks func(h *wire.ClientHello) wire.Extension) starter {
	return func(ctx context.Context, l *Lab) (Target, error) {
		addr, err := l.serve(ctx, func(_ context.Context, c *net.TCPConn) {
			from := &skipCCS{from: c}
			h, _, err := readHello(c)
			for err == nil && h != nil {
				if !h.Offers(iana.TLS13) {
					refuse(iana.AlertProtocolVersion)(c, h)
					return
				}
				suite := iana.TLS_AES_128_GCM_SHA256
				if !h.HasSuite(suite) {
					suite = iana.TLS_AES_256_GCM_SHA384
				}
				request := hello13(h, selection{suite: suite}, nil)
				request.Random = wire.HelloRetryRequestRandom
				request.Extensions[1] = asks(h)
				c.Write(wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS12, request.Message()))
				h, _, err = readHello(from)
			}
		})
		return Target{Address: addr.String()}, err
	}
}
