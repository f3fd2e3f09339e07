package lab

var serveAChain = Fault{
	Name:  "serve-a-chain",
	Title: "nothing is wrong: a leaf and its intermediate",
	Start: serveChain(func(p *pki) (presented, error) { return p.signed() }),
}
