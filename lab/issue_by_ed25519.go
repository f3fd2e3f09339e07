package lab

import (
	"github.com/parley-tls/parley"
)

var issueByEd25519 = Fault{
	Name:  "issue-by-ed25519",
	Title: "the intermediate's key is Ed25519",
	Want:  Want{Cause: "cert.unsupported-key", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: serveChain(func(p *pki) (presented, error) {
		key, err := ed25519Key()
		if err != nil {
			return presented{}, err
		}
		odd, err := p.authorityFor(key, "Ed25519 intermediate of the lab", p.root)
		if err != nil {
			return presented{}, err
		}
		return p.signedBy(odd)
	}),
}
