package parley

import (
	"cmp"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

// The limits of the search for change sets: members of a set, sets, and hellos
// tried. They keep a hostile pair of lists from taking seconds; no real pair
// measured comes near them.
const (
	maxMembers = 4
	maxSets    = 64
	maxTries   = 1500
)

// unblock searches the minimal change sets to the hello that complete, by
// size. Every step removes an obstacle that is left, by something the server
// is known to accept, so that few of all possible sets are tried.
func (n *negotiation) unblock(out Outcome) [][]Change {
	if n.hello == nil {
		return nil
	}
	s := search{n: n, tried: map[string]Truth{}}
	front := []step{{out: out}}
	for size := 1; size <= maxMembers && len(front) > 0; size++ {
		var next []step
		for _, st := range front {
			for _, c := range n.moves(st, size) {
				set := inOrder(append(slices.Clone(st.set), c))
				if s.known(set) || s.holds(set) {
					continue
				}
				o, ok := s.try(set)
				if !ok {
					return s.found
				}
				if o.Completes == Yes {
					s.keep(set)
				} else {
					next = append(next, step{set: set, out: o})
				}
			}
		}
		front = next
	}
	slices.SortStableFunc(s.found, func(a, b []Change) int { return cmp.Compare(len(a), len(b)) })
	return s.found[:min(len(s.found), maxSets)]
}

type step struct {
	set []Change
	out Outcome
}

type search struct {
	n     *negotiation
	tried map[string]Truth
	tries int
	found [][]Change
}

// keyOf is the same for sets of equal members.
func keyOf(set []Change) string {
	words := make([]string, len(set))
	for i, c := range set {
		b := []byte{byte(c.Axis), byte(c.Op)}
		for _, v := range c.Values {
			b = append(b, byte(v>>8), byte(v))
		}
		words[i] = string(b) + c.Text
	}
	slices.Sort(words)
	return strings.Join(words, "\n")
}

// inOrder sorts the members of a set by axis: a set is tried, told and applied
// in one order, as a hello may differ by the order of its changes.
func inOrder(set []Change) []Change {
	slices.SortStableFunc(set, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Axis, b.Axis), cmp.Compare(a.Op, b.Op), slices.Compare(a.Values, b.Values), cmp.Compare(a.Text, b.Text))
	})
	return set
}

// same compares what two changes do; Brings only says it at length.
func same(a, b Change) bool {
	return a.Axis == b.Axis && a.Op == b.Op && a.Text == b.Text && slices.Equal(a.Values, b.Values)
}

func (s *search) known(set []Change) bool {
	_, ok := s.tried[keyOf(set)]
	return ok
}

// try negotiates with the changes; false: enough was tried.
func (s *search) try(set []Change) (Outcome, bool) {
	if s.tries++; s.tries > maxTries {
		return Outcome{}, false
	}
	o := s.n.with(set...).outcome()
	s.tried[keyOf(set)] = o.Completes
	return o, true
}

// completes is what comes of a set, tried once.
func (s *search) completes(set []Change) Truth {
	if is, ok := s.tried[keyOf(set)]; ok {
		return is
	}
	is := s.n.with(set...).outcome().Completes
	s.tried[keyOf(set)] = is
	return is
}

// holds reports whether set contains one that was found.
func (s *search) holds(set []Change) bool {
	return slices.ContainsFunc(s.found, func(f []Change) bool { return contains(set, f) })
}

func contains(set, part []Change) bool {
	for _, c := range part {
		if !slices.ContainsFunc(set, func(x Change) bool { return same(x, c) }) {
			return false
		}
	}
	return true
}

// keep records a set that completes, less the members it does not need.
func (s *search) keep(set []Change) {
	for i := 0; i < len(set); {
		less := slices.Delete(slices.Clone(set), i, i+1)
		if len(less) > 0 && s.completes(less) == Yes {
			set, i = less, 0
		} else {
			i++
		}
	}
	if s.holds(set) {
		return
	}
	s.found = slices.DeleteFunc(s.found, func(f []Change) bool { return contains(f, set) })
	s.found = append(s.found, set)
}

// moves are the changes that could remove an obstacle of st. Deeper in the
// search only the server's favourites of each kind are taken.
func (n *negotiation) moves(st step, size int) []Change {
	m := n.with(st.set...)
	var all []Change
	add := func(cs ...Change) {
		for _, c := range cs {
			if !slices.ContainsFunc(all, func(x Change) bool { return same(x, c) }) {
				all = append(all, c)
			}
		}
	}
	add(m.versionMoves()...)
	for _, b := range st.out.Blocks {
		switch b.Axis {
		case AxisSuite, AxisCertificate, AxisDH:
			add(m.suiteMoves(b, size)...)
		case AxisGroup:
			add(m.groupMoves(b)...)
			add(m.suiteMoves(b, size)...)
		case AxisScheme:
			add(m.schemeMoves(b)...)
			add(m.suiteMoves(b, size)...)
		case AxisServerName:
			add(m.nameMoves()...)
		case AxisALPN:
			add(m.protocolMoves()...)
		case AxisFallback:
			add(Change{Axis: AxisFallback, Op: Remove, Values: []uint16{uint16(iana.SCSVFallback)}})
		case AxisExtension:
			if b.Side == ServerSide {
				add(Change{Axis: AxisExtension, Op: Add, Values: []uint16{uint16(iana.ExtExtendedMasterSecret)}})
			}
		}
	}
	return all
}

// versionMoves offers a version more that the server is known to accept.
func (n *negotiation) versionMoves() (all []Change) {
	for _, v := range slices.Backward(AllVersions) {
		if v >= iana.SSL3 && n.accepts[v].Accepted.Is == Yes && n.offers[v].Accepted.Is != Yes && n.client.Completes[v] != No {
			all = append(all, AddVersion(v))
		}
	}
	return all
}

// suiteMoves offers a suite more that the server is known to accept under the
// version of the block, or leaves out those of a prime that does not suit.
func (n *negotiation) suiteMoves(b Block, size int) (all []Change) {
	perKind := map[[2]uint8]int{}
	for _, s := range n.accepts[b.Version].Suites.Yes() {
		i, _ := s.Info()
		kind := [2]uint8{uint8(i.Kx), uint8(i.Auth)}
		if n.hello.HasSuite(s) || b.Axis == AxisDH && i.Kx == iana.KxDHE {
			continue
		}
		if perKind[kind]++; size > 1 && perKind[kind] > 3 {
			continue
		}
		all = append(all, AddSuite(s))
	}
	if b.Axis == AxisDH {
		var dhe []uint16
		for _, s := range n.hello.Suites {
			if i, _ := s.Info(); i.Kx == iana.KxDHE {
				dhe = append(dhe, uint16(s))
			}
		}
		if len(dhe) > 0 && len(dhe) < len(n.hello.Suites) {
			all = append(all, Change{Axis: AxisSuite, Op: Remove, Values: dhe})
		}
	}
	return all
}

func (n *negotiation) groupMoves(b Block) (all []Change) {
	for _, g := range n.accepts[b.Version].Groups.Yes() {
		if n.offers[b.Version].Groups.Has(g) != Yes {
			all = append(all, AddGroup(g))
		}
	}
	for _, c := range n.chains() {
		if b.Version < iana.TLS13 && c.Key == iana.KeyECDSA && c.Group != 0 && n.offers[b.Version].Groups.Has(c.Group) == No {
			all = append(all, AddGroup(c.Group))
		}
	}
	if b.Version == iana.TLS13 && n.has(iana.ExtKeyShare) == No {
		for _, g := range TodayGroups {
			all = append(all, AddGroup(g))
		}
	}
	return all
}

func (n *negotiation) schemeMoves(b Block) (all []Change) {
	offered := n.offers[b.Version].Schemes
	if n.has(iana.ExtSignatureAlgorithms) == No {
		return []Change{{Axis: AxisExtension, Op: Add, Values: []uint16{uint16(iana.ExtSignatureAlgorithms)}}}
	}
	accepted := n.accepts[b.Version].Schemes
	schemes := accepted.Yes()
	if len(schemes) == 0 && accepted.Complete != Yes {
		schemes = TodaySchemes
	}
	chains := n.chains()
	for _, x := range schemes {
		fits := len(chains) == 0 || slices.ContainsFunc(chains, func(c Chain) bool { return schemeFits(x, c, b.Version) })
		if fits && offered.Has(x) != Yes {
			all = append(all, AddScheme(x))
		}
	}
	return all
}

// nameMoves asks for a name that the server was seen to accept.
func (n *negotiation) nameMoves() (all []Change) {
	sent, has := n.hello.ServerName()
	names := n.server.Names.Others
	if n.server.Scope.Name != "" && n.server.Names.Rejects.Is != Yes {
		names = append([]string{n.server.Scope.Name}, names...)
	}
	for _, name := range names {
		switch {
		case name == "" && has:
			all = append(all, Change{Axis: AxisServerName, Op: Remove})
		case name != "" && name != sent:
			all = append(all, Change{Axis: AxisServerName, Op: Replace, Text: name})
		}
	}
	return all
}

func (n *negotiation) protocolMoves() (all []Change) {
	for _, p := range n.server.ALPN.Protocols {
		all = append(all, Change{Axis: AxisALPN, Op: Add, Text: p})
	}
	return append(all, Change{Axis: AxisALPN, Op: Remove})
}
