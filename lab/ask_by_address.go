package lab

import (
	"context"
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var askByAddress = Fault{
	Name:  "ask-by-address",
	Title: "the address is not in the certificate",
	Want:  Want{Cause: "name.ip-no-san", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := serveChain(func(p *pki) (presented, error) {
			return p.signed(func(c *x509.Certificate) { c.IPAddresses = nil })
		})(ctx, l)
		t.SNI = ""
		return t, err
	},
}
