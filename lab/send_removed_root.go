package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var sendRemovedRoot = Fault{
	Name:  "send-removed-root",
	Title: "the chain is of a CA that browsers took out",
	Want:  Want{Cause: "chain.untrusted-root", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		removed, err := p.authority("Certification Authority of WoSign", nil, func(c *x509.Certificate) {
			c.Subject.Organization = []string{"WoSign CA Limited"}
		})
		if err != nil {
			return presented{}, err
		}
		return p.signedBy(removed)
	}),
}
