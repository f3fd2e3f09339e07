package lab

import (
	"github.com/parley-tls/parley"
)

var signWithAnotherKey = Fault{
	Name:  "sign-with-another-key",
	Title: "the key is the intermediate's, not the leaf's",
	Want:  Want{Cause: "cert.key-mismatch", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		s, err := p.signed()
		s.key = p.intermediate.key
		return s, err
	}),
}
