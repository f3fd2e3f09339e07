package parley

import (
	"maps"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// negotiation is one client's hello before one server.
type negotiation struct {
	client  Client
	hello   *wire.ClientHello // nil: not known, only the columns are
	offers  map[iana.Version]Column
	server  Server
	accepts map[iana.Version]Column // with what Good adds
	stack   *stack                  // how the server chooses
}

func newNegotiation(c Client, s Server) *negotiation {
	n := &negotiation{client: c, server: s, offers: c.Offers, stack: stackOf(s.Chooses)}
	if len(c.Hellos) > 0 {
		n.hello = c.Hellos[0].Message
	}
	if n.offers == nil && n.hello != nil {
		n.offers = OffersOf(n.hello)
	}
	n.accepts = make(map[iana.Version]Column, len(AllVersions))
	for _, v := range AllVersions {
		n.accepts[v] = s.Accepts[v]
	}
	for _, g := range s.Good {
		n.accepts[g.Version] = g.into(n.accepts[g.Version])
	}
	n.overlook()
	return n
}

// overlook fills in what the hello holds for versions it does not offer and
// the server takes nevertheless, because it does not read supported_versions.
func (n *negotiation) overlook() {
	if n.hello == nil || n.readsSupportedVersions() {
		return
	}
	n.offers = maps.Clone(n.offers)
	for _, v := range AllVersions {
		c := n.offers[v]
		if c.Accepted.Is == No && n.sees(v) == Yes {
			c.Suites = stated(n.hello.Suites, func(s iana.Suite) bool { return s.UsableAt(v) })
			c.Groups, c.Schemes = groupsAt(n.hello, v), schemesAt(n.hello, v)
			n.offers[v] = c
		}
	}
}

// into adds to a column what a choice really made says, where nothing else does.
func (g Good) into(c Column) Column {
	if c.Accepted.Is == Unknown {
		c.Accepted.Is = Yes
	}
	c.Suites = alsoHas(c.Suites, g.Suite)
	if g.Group != 0 {
		c.Groups = alsoHas(c.Groups, g.Group)
	}
	if g.Scheme != 0 {
		c.Schemes = alsoHas(c.Schemes, g.Scheme)
	}
	return c
}

func alsoHas[T ~uint16](l List[T], id T) List[T] {
	for _, it := range l.Items {
		if it.ID == id && it.Is != Unknown {
			return l
		}
	}
	l.Items = append(slices.Clip(l.Items), Item[T]{ID: id, Fact: Fact{Is: Yes}})
	return l
}

// sees says whether the server may take v from the hello.
func (n *negotiation) sees(v iana.Version) Truth {
	is := n.offers[v].Accepted.Is
	if n.hello == nil {
		return is
	}
	_, stated := n.hello.Extension(iana.ExtSupportedVersions)
	if stated && n.readsSupportedVersions() || v < iana.SSL3 {
		return is
	}
	if v <= min(n.hello.LegacyVersion, iana.TLS12) {
		return Yes
	}
	return No
}

// readsSupportedVersions is false for a stack from before TLS 1.3 only: it
// takes legacy_version for the highest version (RFC 8446, Section 4.2.1).
func (n *negotiation) readsSupportedVersions() bool {
	if n.stack.readsVersions == nil {
		return true
	}
	best := iana.Version(0)
	for _, v := range AllVersions {
		if n.accepts[v].Accepted.Is != No {
			best = v
		}
	}
	return n.stack.readsVersions(best)
}

// has reports whether the hello has an extension; Unknown without a hello.
func (n *negotiation) has(t iana.ExtensionType) Truth {
	if n.hello == nil {
		return Unknown
	}
	_, ok := n.hello.Extension(t)
	return truth(ok)
}

// chains returns the certificate chains the server may select under the name
// of the hello; none: not known.
func (n *negotiation) chains() []Chain {
	name := ""
	if n.hello != nil {
		name, _ = n.hello.ServerName()
	}
	var named, any, known []Chain
	for _, c := range n.server.Chains {
		if c.Key == 0 {
			continue
		}
		known = append(known, c)
		switch {
		case c.Names == nil:
			any = append(any, c)
		case slices.Contains(c.Names, name):
			named = append(named, c)
		}
	}
	switch {
	case len(known) < len(n.server.Chains):
		return nil // one of them could be of any kind
	case len(named) > 0:
		return named
	case len(any) > 0:
		return any
	}
	return known
}

// seen reports whether the server really made a choice that the hello allows.
func (n *negotiation) seen(match func(Good) bool) bool {
	return slices.ContainsFunc(n.server.Good, func(g Good) bool {
		c := n.offers[g.Version]
		return match(g) && c.Suites.Has(g.Suite) == Yes && (g.Group == 0 || n.groupFree(g.Version) || c.Groups.Has(g.Group) == Yes) &&
			(g.Scheme == 0 || g.Version < iana.TLS12 || c.Schemes.Has(g.Scheme) == Yes)
	})
}

// groupFree reports whether the hello leaves the group of v to the server.
func (n *negotiation) groupFree(v iana.Version) bool {
	return v < iana.TLS13 && n.has(iana.ExtSupportedGroups) == No
}

// common is what two lists share.
type common[T ~uint16] struct {
	ids  []T  // known on both sides, in the order of the first list
	open bool // there may be more
}

// is the truth of there being a common value: No only if the lists rule every
// value out.
func (c common[T]) is() Truth {
	switch {
	case len(c.ids) > 0:
		return Yes
	case c.open:
		return Unknown
	}
	return No
}

func both[T ~uint16](a, b List[T], keep func(T) bool) (c common[T]) {
	c.open = a.Complete != Yes && b.Complete != Yes
	for _, it := range a.Items {
		if !keep(it.ID) {
			continue
		}
		switch it.Is.both(b.Has(it.ID)) {
		case Yes:
			c.ids = append(c.ids, it.ID)
		case Unknown:
			c.open = true
		}
	}
	for _, it := range b.Items {
		if keep(it.ID) && it.Is.both(a.Has(it.ID)) == Unknown {
			c.open = true
		}
	}
	return c
}

// both is the truth of two things being so together; what is Mixed may be so.
func (t Truth) both(u Truth) Truth {
	switch {
	case t == No || u == No:
		return No
	case t == Yes && u == Yes:
		return Yes
	}
	return Unknown
}
