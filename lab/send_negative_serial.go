package lab

import (
	"bytes"
	"crypto/x509"

	"github.com/parley-tls/parley"
)

var sendNegativeSerial = Fault{
	Name:  "send-negative-serial",
	Title: "the serial number is below zero",
	Want:  Want{Cause: "cert.malformed", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		s, err := p.signed()
		if err != nil {
			return s, err
		}
		leaf, err := x509.ParseCertificate(s.chain[0])
		if err != nil {
			return s, err
		}
		number := leaf.SerialNumber.Bytes()
		s.chain[0], err = p.intermediate.resigned(s.chain[0], func(tbs []byte) { tbs[bytes.Index(tbs, number)] |= 0x80 })
		return s, err
	}),
}
