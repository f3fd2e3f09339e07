package lab

import (
	"github.com/parley-tls/parley"
)

var sendExpiredCertificate = Fault{
	Name:  "send-expired-certificate",
	Title: "the certificate ended five days ago",
	Want:  Want{Cause: "chain.expired-leaf", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(p.lasting(-95, -5))
	}),
}
