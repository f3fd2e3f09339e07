package lab

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/parley-tls/parley"
)

var sendUnknownCriticalExtension = Fault{
	Name:  "send-unknown-critical-extension",
	Title: "a critical extension is one that nobody knows",
	Want:  Want{Cause: "cert.critical-extension", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Critical: true, Value: []byte{5, 0}}}
		})
	}),
}
