package lab

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/parley-tls/parley"
)

var omitStapledResponse = Fault{
	Name:  "omit-stapled-response",
	Title: "the certificate demands an OCSP response, and none comes",
	Want:  Want{Cause: "cert.must-staple", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	As:    "gnutls-3.8",
	Start: serveChain(func(p *pki) (presented, error) {
		return p.signed(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}} // RFC 7633, Section 6
		})
	}),
}
