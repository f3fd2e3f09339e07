package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

func any16[T ~uint16](T) bool { return true }

// select13 plays the selection of TLS 1.3 through: suite, group and scheme,
// each for itself (RFC 8446, Section 4.1.1).
func (n *negotiation) select13(p *path) {
	off, acc := n.offers[iana.TLS13], n.accepts[iana.TLS13]
	if n.hello != nil && n.has(iana.ExtSignatureAlgorithms) == No {
		p.hit(noSchemes, Yes, off.Accepted.From, nil)
	}
	if n.hello != nil && (n.has(iana.ExtSupportedGroups) == No || n.has(iana.ExtKeyShare) == No) {
		p.hit(noGroups, Yes, off.Accepted.From, nil)
	}
	suites := both(off.Suites, acc.Suites, any16[iana.Suite])
	if suites.is() != Yes {
		n.lacks(p, noSuite, AxisSuite, not(suites.is()), from(off.Suites), from(acc.Suites))
	} else {
		p.choice.Suite = n.pickSuite(p, suites)
	}
	groups := both(off.Groups, acc.Groups, any16[iana.Group])
	if groups.is() != Yes {
		n.lacks(p, noGroup, AxisGroup, not(groups.is()), from(off.Groups), from(acc.Groups))
	} else {
		n.pickGroup13(p, groups)
	}
	n.certify13(p)
}

// lacks records that an axis has no known common value.
func (n *negotiation) lacks(p *path, what obstacle, axis Axis, certain Truth, client, server []Source) {
	p.hit(what, certain, client, server)
	if certain != Yes {
		p.need(ServerSide, axis)
	}
}

// from collects where a list comes from, each source once.
func from[T ~uint16](l List[T]) (all []Source) {
	for _, it := range l.Items {
		for _, s := range it.From {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all
}

// pickSuite selects among common suites; 0: it depends on what is not known.
func (n *negotiation) pickSuite(p *path, c common[iana.Suite]) iana.Suite {
	if c.open {
		p.assume()
	}
	if len(c.ids) == 1 {
		return c.ids[0]
	}
	if order := n.stack.orderSuites(n, p.version, c.ids); len(order) > 0 && !c.open {
		return order[0]
	}
	p.assume()
	return 0
}

// pickGroup13 selects the group of TLS 1.3 and says whether it takes a
// HelloRetryRequest (RFC 8446, Section 4.1.4).
func (n *negotiation) pickGroup13(p *path, c common[iana.Group]) {
	if c.open {
		p.assume()
	}
	var shares []iana.Group
	if n.hello != nil {
		for _, k := range n.hello.KeyShares() {
			shares = append(shares, k.Group)
		}
	}
	shared := func(g iana.Group) bool { return slices.Contains(shares, g) }
	switch {
	case n.stack.group13 != nil && !c.open && n.hello != nil:
		p.choice.Group = n.stack.group13(n, c.ids, shares)
	case len(c.ids) == 1:
		p.choice.Group = c.ids[0]
	default:
		p.assume()
		p.choice.Retry = n.hello != nil && !c.open && !slices.ContainsFunc(c.ids, shared)
		return
	}
	p.choice.Retry = n.hello != nil && p.choice.Group != 0 && !shared(p.choice.Group)
}

// certify13 selects certificate and scheme. Without known chains a client with
// the usual schemes is taken to have one for any certificate.
func (n *negotiation) certify13(p *path) {
	off, acc := n.offers[iana.TLS13], n.accepts[iana.TLS13]
	chains := n.chains()
	if len(chains) == 0 {
		c := both(off.Schemes, acc.Schemes, any16[iana.Scheme])
		seen := n.seen(func(g Good) bool { return g.Version == iana.TLS13 && g.Scheme != 0 })
		switch {
		case seen || n.offers != nil && usualSchemes(off.Schemes, iana.TLS13) && c.is() != No:
			p.assume()
			if len(c.ids) == 1 && !c.open {
				p.choice.Scheme = c.ids[0]
			}
		default:
			p.hit(noScheme, not(c.is()), from(off.Schemes), from(acc.Schemes))
			if c.is() == Yes { // for a certificate that is not known
				p.hit(noScheme, Unknown, from(off.Schemes), from(acc.Schemes))
			}
			p.need(ServerSide, AxisCertificate)
		}
		return
	}
	var able []signer
	possible := No
	for _, chain := range chains {
		s := n.signer(chain, iana.TLS13)
		if s.is == Yes {
			able = append(able, s)
		}
		if s.is != No {
			possible = Unknown
		}
	}
	if len(able) == 0 {
		p.hit(noScheme, not(possible), from(off.Schemes), chainSources(chains))
		return
	}
	n.sign(p, able)
}

func chainSources(chains []Chain) (all []Source) {
	for _, c := range chains {
		all = append(all, c.From...)
	}
	return all
}

// signer is a chain with the schemes that both sides can use with its key.
type signer struct {
	chain   Chain
	schemes []iana.Scheme // in the client's order
	is      Truth
	assumed bool // the server's own schemes are not known
}

func (n *negotiation) signer(chain Chain, v iana.Version) signer {
	s := signer{chain: chain}
	off, acc := n.offers[v].Schemes, n.accepts[v].Schemes
	fits := func(x iana.Scheme) bool {
		return schemeFits(x, chain, v) && (!n.stack.bindsGroup || !bound(x) || schemeFits(x, chain, iana.TLS13))
	}
	if len(acc.Items) == 0 && acc.Complete != Yes {
		// The server's schemes are not known: a server can sign with its key.
		s.assumed = true
		for _, x := range off.Yes() {
			if fits(x) {
				s.schemes = append(s.schemes, x)
			}
		}
		s.is = common[iana.Scheme]{ids: s.schemes, open: off.Complete != Yes}.is()
		return s
	}
	c := both(off, acc, fits)
	s.schemes, s.is = c.ids, c.is()
	return s
}

// sign selects the chain and the scheme among those that can sign.
func (n *negotiation) sign(p *path, able []signer) {
	s, ok := able[0], len(able) == 1
	if !ok && n.stack.pickSigner != nil {
		s, ok = n.stack.pickSigner(n, p.version, able), true
	}
	if !ok {
		p.assume()
		if !slices.ContainsFunc(able, func(x signer) bool { return x.chain.Key != s.chain.Key }) {
			p.key = s.chain.Key
		}
		return
	}
	p.key = s.chain.Key
	if s.assumed && len(s.schemes) > 1 {
		p.assume()
		return
	}
	p.choice.Scheme = n.pickScheme(p, s)
}

func (n *negotiation) pickScheme(p *path, s signer) iana.Scheme {
	switch {
	case len(s.schemes) == 1:
		return s.schemes[0]
	case len(s.schemes) > 1 && n.stack.orderSchemes != nil:
		return n.stack.orderSchemes(n, p.version, s)[0]
	}
	p.assume()
	return 0
}

// usualSchemes reports whether a client of these schemes can take the
// signature of any usual certificate, RSA or ECDSA.
func usualSchemes(l List[iana.Scheme], v iana.Version) bool {
	rsa := l.Has(iana.SchemeRSAPSSRSAESHA256) == Yes || v < iana.TLS13 && l.Has(iana.SchemeRSAPKCS1SHA256) == Yes
	return rsa && l.Has(iana.SchemeECDSASecp256r1SHA256) == Yes
}

// schemeFits reports whether a chain's key can sign with x under v. In TLS 1.3
// the scheme binds the group of an ECDSA key (RFC 8446, Section 4.2.3); an RSA
// key has to be long enough for a PSS signature (RFC 8017, Section 9.1.1).
func schemeFits(x iana.Scheme, chain Chain, v iana.Version) bool {
	i, ok := x.Info()
	if !ok || i.Key != chain.Key || v == iana.TLS13 && !i.TLS13 {
		return false
	}
	if i.Group != 0 && chain.Group != 0 && i.Group != chain.Group && (v == iana.TLS13 || x > 0x06ff) {
		return false
	}
	if need := pssBits[x]; need != 0 && chain.Bits != 0 && chain.Bits < need {
		return false
	}
	return true
}

// bound reports whether TLS 1.3 binds x to a group.
func bound(x iana.Scheme) bool {
	i, _ := x.Info()
	return i.Group != 0
}

// pssBits is the least modulus that holds a signature, where common keys are
// shorter.
var pssBits = map[iana.Scheme]int{
	iana.SchemeRSAPSSRSAESHA384: 8 * (2*48 + 2),
	iana.SchemeRSAPSSRSAESHA512: 8 * (2*64 + 2),
	iana.SchemeRSAPSSPSSSHA512:  8 * (2*64 + 2),
}
