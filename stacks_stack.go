package parley

import (
	"cmp"
	"slices"

	"github.com/parley-tls/parley/iana"
)

// stack is how one TLS implementation selects among what both sides have, and
// how it refuses. Each stands in a file of its own with what it was measured
// on; the measurements are those of internal/pairs.
type stack struct {
	name     string
	measured string // software and month
	// readsVersions says, by the highest version it accepts, whether the stack
	// reads supported_versions; nil: always.
	readsVersions func(best iana.Version) bool
	// readsFallback: it refuses TLS_FALLBACK_SCSV below its best version.
	readsFallback Truth
	// groupless: it selects ECDHE for a hello without supported_groups.
	groupless Truth
	// ffdhe: a client's FFDHE groups rule the selection of DHE (RFC 7919).
	ffdhe bool
	// looksAtLeaf: below 1.3 it uses an ECDSA certificate only if the client
	// offers the group of its key.
	looksAtLeaf bool
	// schemeLate: below 1.3 it selects the suite without a look at schemes.
	schemeLate bool
	// schemeAlways: in 1.2 a certificate counts only if the client has a scheme
	// for its key, also where nothing is signed (RSA key exchange).
	schemeAlways bool
	// bindsGroup: a scheme binds the group of an ECDSA key in 1.2 too.
	bindsGroup bool
	// forcesGroup: below 1.3 without a common group it selects one of its own.
	forcesGroup bool
	// chainFirst: below 1.3 it selects the certificate before the suite.
	chainFirst bool
	// suites puts common suites in the order of selection; nil: not known.
	suites func(n *negotiation, v iana.Version, ids []iana.Suite) []iana.Suite
	// group13 selects a group of TLS 1.3 among common ones, which stand in the
	// client's order.
	group13 func(n *negotiation, ids, shares []iana.Group) iana.Group
	// group12 selects the group of ECDHE among common ones.
	group12 func(n *negotiation, v iana.Version, ids []iana.Group) iana.Group
	// pickSigner selects a certificate among several.
	pickSigner func(n *negotiation, v iana.Version, able []signer) signer
	// orderSchemes puts the schemes of s, which stand in the client's order, in
	// the order of selection.
	orderSchemes func(n *negotiation, v iana.Version, s signer) []iana.Scheme
	// lets reports whether a server that insists on ALPN lets a client pass that
	// offers none of its protocols; nil: never.
	lets func(server, client []string) bool
	// As a client: it refuses an ECDSA leaf whose group it did not offer.
	refusesLeaf bool
	// As a client: after TLS_FALLBACK_SCSV it refuses a ServerHello that carries
	// the mark of a higher version (RFC 8446, Section 4.1.3).
	readsMark bool
	// alerts are the alert descriptions by obstacle.
	alerts map[obstacle][]iana.Alert
	// special overrides alerts where an obstacle alone does not decide.
	special func(n *negotiation, h hit) ([]iana.Alert, bool)
}

var (
	stacks       = []*stack{opensslStack, gnutlsStack, goStack, javaStack, nssStack}
	stackByName  = map[string]*stack{}
	unknownStack = &stack{groupless: Yes, looksAtLeaf: true}
)

func init() {
	for _, s := range stacks {
		stackByName[s.name] = s
	}
}

func stackOf(name string) *stack {
	if s, ok := stackByName[name]; ok {
		return s
	}
	return unknownStack
}

// refuses returns the alerts of one obstacle; none: it closes without one, or
// no alert of it is known.
func (s *stack) refuses(n *negotiation, h hit) []iana.Alert {
	if s.special != nil {
		if list, ok := s.special(n, h); ok {
			return list
		}
	}
	return s.alerts[h.what]
}

// orderSuites puts common suites, which stand in the client's order, in the
// order of selection; nil: not known.
func (s *stack) orderSuites(n *negotiation, v iana.Version, ids []iana.Suite) []iana.Suite {
	if s.suites != nil {
		return s.suites(n, v, ids)
	}
	accepted := n.accepts[v].Suites
	switch {
	case n.server.ServerOrder == Yes && accepted.Order == Yes:
		return byServer(ids, accepted)
	case n.server.ServerOrder == No && n.offers[v].Suites.Order == Yes:
		return ids
	}
	return nil
}

func (s *stack) orderedOr(n *negotiation, v iana.Version, ids []iana.Suite) []iana.Suite {
	if order := s.orderSuites(n, v, ids); order != nil {
		return order
	}
	return ids
}

// byServer puts ids in the order of the server's list.
func byServer[T ~uint16](ids []T, accepted List[T]) []T {
	order := accepted.Yes()
	out := slices.Clone(ids)
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(place(order, a), place(order, b)) })
	return out
}

// place is where x stands in order; behind all when it does not.
func place[T comparable](order []T, x T) int {
	if i := slices.Index(order, x); i >= 0 {
		return i
	}
	return len(order)
}

// serverOrder is the order of the server's own list.
func serverOrder(n *negotiation, v iana.Version, ids []iana.Suite) []iana.Suite {
	return byServer(ids, n.accepts[v].Suites)
}

// unlessServer is the client's order unless the server is told otherwise.
func unlessServer(n *negotiation, v iana.Version, ids []iana.Suite) []iana.Suite {
	if n.server.ServerOrder == Yes {
		return serverOrder(n, v, ids)
	}
	return ids
}

// clientSchemes keeps the client's order of schemes.
func clientSchemes(_ *negotiation, _ iana.Version, s signer) []iana.Scheme { return s.schemes }

// firstShared returns the first group that has a share, else the first.
func firstShared(ids, shares []iana.Group) iana.Group {
	for _, g := range ids {
		if slices.Contains(shares, g) {
			return g
		}
	}
	return ids[0]
}
