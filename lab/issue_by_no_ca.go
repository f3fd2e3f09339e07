package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var issueByNoCA = Fault{
	Name:  "issue-by-no-ca",
	Title: "the certificate that issued the leaf is no CA",
	Want:  Want{Cause: "cert.keyusage", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		no, err := p.authority("no CA of the lab", p.root, func(c *x509.Certificate) {
			c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature
		})
		if err != nil {
			return presented{}, err
		}
		return p.signedBy(no)
	}),
}
