package lab

import (
	"github.com/parley-tls/parley"
)

var emptyTrustStore = Fault{
	Name:  "empty-trust-store",
	Title: "the client has no roots at all",
	Want:  Want{Cause: "chain.truststore-missing", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: judgedBy(func(p *pki) (presented, []parley.Store, error) {
		s, err := p.signed()
		return s, []parley.Store{{Name: "system"}, {Name: "Mozilla", Second: true, Roots: [][]byte{p.root.cert.Raw}}}, err
	}),
}
