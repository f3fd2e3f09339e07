package lab

import (
	"github.com/parley-tls/parley"
)

var sendRSA1024 = Fault{
	Name:  "send-rsa-1024",
	Title: "the certificate's key is RSA of 1,024 bits",
	Want:  Want{Cause: "cert.key-too-small", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		key, err := rsaKey(1024)
		return p.signedFor(key, err)
	}),
}
