package lab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"

	"github.com/parley-tls/parley"
)

var sendSelfSignedCertificate = Fault{
	Name:  "send-self-signed-certificate",
	Title: "the certificate is its own issuer, and is not trusted",
	Want:  Want{Cause: "chain.self-signed", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return presented{}, fmt.Errorf("lab: make a key: %w", err)
		}
		self := &authority{cert: p.leaf(), key: key}
		der, err := self.issue(self.cert, key)
		return presented{chain: [][]byte{der}, key: key, ca: inPEM(p.root.cert.Raw)}, err
	}),
}
