package lab

import (
	"github.com/parley-tls/parley"
)

var sendChainOfPrivateCA = Fault{
	Name:  "send-chain-of-private-ca",
	Title: "the chain ends in a CA that the client was not given",
	Want:  Want{Cause: "chain.untrusted-private-ca", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		s, err := p.signed()
		if err != nil {
			return s, err
		}
		other, err := newPKI("other")
		if err != nil {
			return s, err
		}
		s.chain = append(s.chain, p.root.cert.Raw)
		s.ca = inPEM(other.root.cert.Raw)
		return s, nil
	}),
}
