package lab

import (
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var signLeafWithSHA1 = Fault{
	Name:  "sign-leaf-with-sha1",
	Title: "the certificate is signed with SHA-1",
	Want:  Want{Cause: "cert.weak-digest", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 })
	}),
}
