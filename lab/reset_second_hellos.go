package lab

import (
	"context"
	"net"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var resetSecondHellos = Fault{
	Name:  "reset-second-hellos",
	Title: "what asks for another key share is reset by a box",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		cfg := rsaConfig(ids)
		return behindBox(when(func(s sight) bool { return s.Offers(iana.TLS13) && len(s.KeyShares()) == 0 }, func(c *net.TCPConn, h *wire.ClientHello) {
			answerThrough(ctx, &oneAnswer{TCPConn: c}, cfg, record(h))
			reset(c, nil)
		}))(ctx, l)
	},
}
