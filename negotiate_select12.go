package parley

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

// fit says whether a common suite can be used with certificates, groups and
// schemes, and what is in its way.
type fit struct {
	suite   iana.Suite
	is      Truth
	why     []obstacle
	able    []signer // chains that can do it; none: not known or none needed
	groups  common[iana.Group]
	assumed bool
}

func (f *fit) lacks(what obstacle, is Truth) {
	if is == Yes {
		return
	}
	f.why = append(f.why, what)
	f.is = f.is.both(is)
}

// select12 plays the selection of TLS 1.2 and below through: one choice of a
// suite for which certificate, group and scheme are there.
func (n *negotiation) select12(p *path) {
	if chains := n.chains(); n.stack.chainFirst && len(chains) > 1 {
		n = n.preselect(p.version, chains)
	}
	off, acc := n.offers[p.version], n.accepts[p.version]
	suites := both(off.Suites, acc.Suites, any16[iana.Suite])
	if suites.is() != Yes {
		n.lacks(p, noSuite, AxisSuite, not(suites.is()), from(off.Suites), from(acc.Suites))
		return
	}
	var good []fit
	var bad []fit
	for _, s := range n.stack.orderedOr(n, p.version, suites.ids) {
		f := n.fit(p.version, s)
		if f.is == Yes {
			good = append(good, f)
		} else {
			bad = append(bad, f)
		}
	}
	if len(good) == 0 {
		n.blockSuites(p, bad, suites.open)
		return
	}
	unsure := suites.open || slices.ContainsFunc(bad, func(f fit) bool { return f.is == Unknown })
	if unsure {
		p.assume()
	}
	// The order decides only if it is known, and nothing unknown comes before.
	if !unsure && n.stack.orderSuites(n, p.version, suites.ids) != nil {
		good = good[:1]
	}
	n.settle(p, good)
}

// preselect leaves the certificate that a stack takes which selects it before
// the suite: the first that the hello suits in every respect, else the first.
func (n *negotiation) preselect(v iana.Version, chains []Chain) *negotiation {
	strict := *n.stack
	strict.schemeLate, strict.looksAtLeaf = false, true
	one := *n
	for _, c := range chains {
		one.server.Chains = []Chain{c}
		try := one
		try.stack = &strict
		for _, s := range both(n.offers[v].Suites, n.accepts[v].Suites, any16[iana.Suite]).ids {
			if try.fit(v, s).is == Yes {
				return &one
			}
		}
	}
	one.server.Chains = chains[:1]
	return &one
}

// blockSuites records why none of the common suites can be used.
func (n *negotiation) blockSuites(p *path, bad []fit, open bool) {
	certain := Yes
	if open || slices.ContainsFunc(bad, func(f fit) bool { return f.is == Unknown }) {
		certain = Unknown
	}
	var told []obstacle
	for _, f := range bad {
		for _, what := range f.why {
			if slices.Contains(told, what) {
				continue
			}
			told = append(told, what)
			n.lacks(p, what, obstacleFacts[what].axis, certain, from(n.offers[p.version].Suites), from(n.accepts[p.version].Suites))
		}
	}
}

// fit checks one common suite. What the server was seen to select with what
// this hello offers is not doubted.
func (n *negotiation) fit(v iana.Version, s iana.Suite) fit {
	f := fit{suite: s, is: Yes}
	i, _ := s.Info()
	n.fitKey(&f, v, i)
	n.fitGroup(&f, v, i)
	if n.seen(func(g Good) bool { return g.Version == v && g.Suite == s }) {
		f.is, f.why = Yes, nil
	}
	return f
}

func (n *negotiation) fitGroup(f *fit, v iana.Version, i iana.SuiteInfo) {
	off, acc := n.offers[v].Groups, n.accepts[v].Groups
	switch i.Kx {
	case iana.KxECDHE, iana.KxECDHAnon, iana.KxECDHEPSK:
		elliptic := func(g iana.Group) bool { return !isFFDHE(g) }
		if n.groupFree(v) {
			f.groups = common[iana.Group]{ids: acc.Yes(), open: acc.Complete != Yes}
			f.lacks(noGroup, n.stack.groupless)
			return
		}
		f.groups = both(off, acc, elliptic)
		if is := f.groups.is(); is != No || !n.stack.forcesGroup {
			f.lacks(noGroup, is)
		}
	case iana.KxDHE, iana.KxDHAnon, iana.KxDHEPSK:
		if !n.stack.ffdhe || n.groupFree(v) || !slices.ContainsFunc(off.Yes(), isFFDHE) {
			return
		}
		// RFC 7919, Section 4: without a common one of them, no DHE.
		f.groups = both(off, acc, isFFDHE)
		f.lacks(noGroup, f.groups.is())
	}
}

func isFFDHE(g iana.Group) bool {
	i, _ := g.Info()
	return i.Kind == iana.GroupFFDHE
}

// fitKey looks for certificates whose key the suite can use.
func (n *negotiation) fitKey(f *fit, v iana.Version, i iana.SuiteInfo) {
	signs := i.Kx == iana.KxDHE || i.Kx == iana.KxECDHE
	switch i.Auth {
	case iana.AuthRSA, iana.AuthECDSA, iana.AuthDSS:
	case iana.AuthAnon:
		return
	default: // needs a secret that nothing here tells of
		f.lacks(noSuite, Unknown)
		return
	}
	chains := n.chains()
	if len(chains) == 0 {
		f.assumed = true
		if signs && v == iana.TLS12 {
			f.lacks(noScheme, n.schemeFor(i.Auth))
		}
		return
	}
	why, best := noKeyForSuite, No
	for _, c := range chains {
		if !keyServes(c.Key, i) {
			continue
		}
		if c.Key == iana.KeyECDSA && !n.leafGroup(c, v) {
			why = noGroupForLeaf
			continue
		}
		if v < iana.TLS12 || !signs && !n.stack.schemeAlways {
			f.able, best = append(f.able, signer{chain: c, is: Yes}), Yes
			continue
		}
		s := n.signer(c, v)
		switch {
		case s.is == Yes || n.stack.schemeLate:
			f.able, best = append(f.able, s), Yes
		case s.is == Unknown && best == No:
			why, best = noScheme, Unknown
		case best == No:
			why = noScheme
		}
	}
	f.lacks(why, best)
}

// keyServes reports whether a key can authenticate a suite. Keys that only
// sign cannot decrypt (RFC 8446, Section 4.2.3); Ed25519 counts as ECDSA
// (RFC 8422, Section 2).
func keyServes(k iana.KeyType, i iana.SuiteInfo) bool {
	switch i.Auth {
	case iana.AuthRSA:
		return k == iana.KeyRSA || k == iana.KeyRSAPSS && i.Kx != iana.KxRSA
	case iana.AuthECDSA:
		return k == iana.KeyECDSA || (k == iana.KeyEd25519 || k == iana.KeyEd448) && i.Kx == iana.KxECDHE
	case iana.AuthDSS:
		return k == iana.KeyDSA
	}
	return false
}

// leafGroup reports whether the client offers the group of an ECDSA leaf, for
// stacks that look (RFC 8422, Section 5.3).
func (n *negotiation) leafGroup(c Chain, v iana.Version) bool {
	if c.Group == 0 || n.groupFree(v) || !n.stack.looksAtLeaf {
		return true
	}
	return n.offers[v].Groups.Has(c.Group) != No
}

// schemeFor is whether the client offers a scheme for a key of a kind, where
// the certificates are not known.
func (n *negotiation) schemeFor(a iana.Auth) Truth {
	off, acc := n.offers[iana.TLS12].Schemes, n.accepts[iana.TLS12].Schemes
	fits := func(x iana.Scheme) bool {
		i, ok := x.Info()
		switch {
		case !ok:
			return false
		case a == iana.AuthRSA:
			return i.Key == iana.KeyRSA || i.Key == iana.KeyRSAPSS
		case a == iana.AuthECDSA:
			return i.Key == iana.KeyECDSA || i.Key == iana.KeyEd25519 || i.Key == iana.KeyEd448
		}
		return i.Key == iana.KeyDSA
	}
	if both(off, acc, fits).is() == Yes || usualSchemes(off, iana.TLS12) && acc.Complete != Yes {
		return Yes
	}
	return both(off, acc, fits).is()
}

// settle fills in what the selected suite, or each that may be, leads to, and
// checks what the client says to it.
func (n *negotiation) settle(p *path, good []fit) {
	var outs []*path
	for _, f := range good {
		o := &path{version: p.version, choice: p.choice, basis: p.basis}
		n.settleOne(o, f)
		outs = append(outs, o)
	}
	*p = merge(p, outs)
}

func (n *negotiation) settleOne(p *path, f fit) {
	p.choice.Suite = f.suite
	i, _ := f.suite.Info()
	if f.assumed {
		p.assume()
	}
	switch i.Kx {
	case iana.KxECDHE, iana.KxECDHAnon:
		p.choice.Group = n.pickGroup12(p, f.groups)
		if f.groups.is() == No && n.stack.forcesGroup {
			p.hit(groupNotOffered, Yes, from(n.offers[p.version].Groups), from(n.accepts[p.version].Groups))
		}
	case iana.KxDHE, iana.KxDHAnon:
		n.prime(p, f)
	}
	if i.Auth == iana.AuthAnon {
		return
	}
	if len(f.able) == 0 {
		switch i.Auth {
		case iana.AuthRSA:
			p.key = iana.KeyRSA
		case iana.AuthECDSA:
			p.key = iana.KeyECDSA
		}
		return
	}
	if p.version == iana.TLS12 && i.Kx != iana.KxRSA {
		able := slices.DeleteFunc(slices.Clone(f.able), func(s signer) bool { return s.is != Yes })
		if len(able) == 0 {
			p.hit(noScheme, not(f.able[0].is), from(n.offers[p.version].Schemes), f.able[0].chain.From)
			return
		}
		n.sign(p, able)
		n.leaf(p, f.able)
		return
	}
	p.key = f.able[0].chain.Key
	n.leaf(p, f.able)
}

// leaf checks what the client says to an ECDSA leaf whose group it did not
// offer (RFC 8422, Section 5.4).
func (n *negotiation) leaf(p *path, able []signer) {
	offers := n.offers[p.version].Groups
	for _, s := range able {
		g := s.chain.Group
		if s.chain.Key != iana.KeyECDSA || p.key != iana.KeyECDSA || g == 0 || n.groupFree(p.version) || offers.Has(g) != No {
			continue
		}
		client, known := stackByName[n.client.Stack]
		switch {
		case !known:
			p.hit(leafNotOffered, Unknown, from(offers), s.chain.From)
		case client.refusesLeaf:
			p.hit(leafNotOffered, Yes, from(offers), s.chain.From)
		}
		return
	}
}

// pickGroup12 selects the group of an ECDHE suite.
func (n *negotiation) pickGroup12(p *path, c common[iana.Group]) iana.Group {
	ids := slices.DeleteFunc(slices.Clone(c.ids), isFFDHE)
	switch {
	case len(ids) == 1 && !c.open:
		return ids[0]
	case n.stack.group12 != nil && !c.open && len(ids) > 0:
		return n.stack.group12(n, p.version, ids)
	}
	p.assume()
	return 0
}

// prime checks the size of the server's Diffie-Hellman prime.
func (n *negotiation) prime(p *path, f fit) {
	theirs, ours := n.accepts[p.version].DHBits, n.client.DHBits
	if len(f.groups.ids) > 0 { // a negotiated group takes the place of the server's own
		ids := f.groups.ids
		if n.stack.group12 != nil {
			ids = []iana.Group{n.stack.group12(n, p.version, ids)}
		}
		i, _ := ids[0].Info()
		theirs = [2]int{i.Bits, i.Bits}
	}
	if theirs[0] != 0 && theirs[0] == theirs[1] {
		p.choice.DHBits = theirs[0]
	}
	check := func(what obstacle, all, some bool) {
		switch {
		case all:
			p.hit(what, Yes, n.client.From, n.accepts[p.version].Accepted.From)
		case some:
			p.hit(what, Unknown, n.client.From, n.accepts[p.version].Accepted.From)
		}
	}
	if ours[0] != 0 && theirs[0] != 0 {
		check(primeTooSmall, theirs[1] != 0 && theirs[1] < ours[0], theirs[0] < ours[0])
	}
	if ours[1] != 0 && theirs[1] != 0 {
		check(primeTooLarge, theirs[0] > ours[1], theirs[1] > ours[1])
	}
}

// merge says of several possible paths what holds for all of them.
func merge(p *path, outs []*path) path {
	m := *outs[0]
	m.hits = append(slices.Clone(p.hits), m.hits...)
	m.needs = append(slices.Clone(p.needs), m.needs...)
	for _, o := range outs[1:] {
		m.basis = BasisAssumed
		a, b := &m.choice, o.choice
		if a.Suite != b.Suite {
			a.Suite = 0
		}
		if a.Group != b.Group {
			a.Group = 0
		}
		if a.Scheme != b.Scheme {
			a.Scheme = 0
		}
		if a.DHBits != b.DHBits {
			a.DHBits = 0
		}
		if m.key != o.key {
			m.key = 0
		}
		m.hits = append(m.hits, o.hits...)
	}
	if len(outs) == 1 {
		return m
	}
	// An obstacle is certain only if every path meets it.
	var hits []hit
	for _, h := range m.hits[len(p.hits):] {
		all := true
		for _, o := range outs {
			all = all && slices.ContainsFunc(o.hits, func(x hit) bool { return x.what == h.what && x.certain == Yes })
		}
		if !all {
			h.certain = Unknown
		}
		if !slices.ContainsFunc(hits, func(x hit) bool { return x.what == h.what }) {
			hits = append(hits, h)
		}
	}
	m.hits = append(slices.Clone(p.hits), hits...)
	return m
}
