package lab

import (
	"github.com/parley-tls/parley"
)

var setUpCAAgain = Fault{
	Name:  "set-up-ca-again",
	Title: "the client trusts an older CA of the same name",
	Want:  Want{Cause: "chain.stale-private-ca", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		s, err := p.signed()
		if err != nil {
			return s, err
		}
		before, err := newPKI("practice")
		if err != nil {
			return s, err
		}
		s.ca = inPEM(before.root.cert.Raw)
		return s, nil
	}),
}
