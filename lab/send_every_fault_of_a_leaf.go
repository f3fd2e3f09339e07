package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var sendEveryFaultOfALeaf = Fault{
	Name:  "send-every-fault-of-a-leaf",
	Title: "another name, out of date, signed with SHA-1",
	Want:  Want{Cause: "name.mismatch", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(p.lasting(-95, -5), func(c *x509.Certificate) {
			c.Subject.CommonName, c.DNSNames, c.IPAddresses = "old.example", []string{"old.example"}, nil
			c.SignatureAlgorithm = x509.ECDSAWithSHA1
		})
	}),
}
