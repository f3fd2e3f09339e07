package lab

import (
	"github.com/parley-tls/parley"
)

var outdateTrustStore = Fault{
	Name:  "outdate-trust-store",
	Title: "the client's roots are older than the server's",
	Want:  Want{Cause: "chain.truststore-stale", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: judgedBy(func(p *pki) (presented, []parley.Store, error) {
		s, err := p.signed()
		return s, []parley.Store{{Name: "system", Others: 120}, {Name: "Mozilla", Second: true, Roots: [][]byte{p.root.cert.Raw}, Others: 140}}, err
	}),
}
