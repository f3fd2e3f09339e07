package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var sendCertificateOfAClient = Fault{
	Name:  "send-certificate-of-a-client",
	Title: "the certificate is for clients",
	Want:  Want{Cause: "cert.keyusage", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
	}),
}
