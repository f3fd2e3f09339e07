package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var issueOutsideOfConstraints = Fault{
	Name:  "issue-outside-of-constraints",
	Title: "the CA may issue for another domain",
	Want:  Want{Cause: "cert.constraint", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		bound, err := p.authority("bound intermediate of the lab", p.root, func(c *x509.Certificate) {
			c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"corp.example"}, true
		})
		if err != nil {
			return presented{}, err
		}
		return p.signedBy(bound)
	}),
}
