package lab

var servePathToExpiredRoot = Fault{
	Name:  "serve-path-to-expired-root",
	Title: "clients that look for another path find it",
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
