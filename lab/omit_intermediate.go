package lab

import (
	"github.com/parley-tls/parley"
)

var omitIntermediate = Fault{
	Name:  "omit-intermediate",
	Title: "the intermediate is not sent",
	Want:  Want{Cause: "chain.incomplete", Side: parley.ServerSide, Certainty: parley.Inferred, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		s, err := p.signed()
		s.chain = s.chain[:min(1, len(s.chain))]
		return s, err
	}),
}
