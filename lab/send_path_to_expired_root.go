package lab

import (
	"github.com/parley-tls/parley"
)

var sendPathToExpiredRoot = Fault{
	Name:  "send-path-to-expired-root",
	Title: "what is sent leads to a root that has expired",
	Want:  Want{Cause: "chain.expired-root-path", Side: parley.BothSides, Certainty: parley.Seen, Exit: 1},
	As:    "node-8",
	Start: serveChain(func(p *pki) (presented, error) {
		old, err := p.authority("old root of the lab", nil, p.lasting(-4000, -50))
		if err != nil {
			return presented{}, err
		}
		cross, err := p.root.cross(old)
		if err != nil {
			return presented{}, err
		}
		s, err := p.signed()
		s.chain = append(s.chain, cross.cert.Raw)
		s.ca += inPEM(old.cert.Raw)
		return s, err
	}),
}
