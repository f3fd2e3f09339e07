package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var sendCertificateOfAnotherName = Fault{
	Name:  "send-certificate-of-another-name",
	Title: "the certificate is for another site",
	Want:  Want{Cause: "name.mismatch", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(func(c *x509.Certificate) {
			c.Subject.CommonName, c.DNSNames, c.IPAddresses = "other.example", []string{"other.example", "www.other.example"}, nil
		})
	}),
}
