package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var sendCommonNameAlone = Fault{
	Name:  "send-common-name-alone",
	Title: "the name stands in the subject alone",
	Want:  Want{Cause: "cert.no-san", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil })
	}),
}
