package pkix

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
)

// judgeConstraints asks whether the name constraints of a CA let the leaf's
// names through (RFC 5280, Section 4.2.1.10).
func (q *Question) judgeConstraints(l link, leaf *Certificate) {
	if l.Constraints == nil {
		return
	}
	stops := parley.Yes
	if l.role == Root {
		stops = parley.Unknown
	}
	for _, name := range subjects(leaf) {
		if by, ok := l.Constraints.forbid(name); ok {
			l.add(Problem{Kind: Constrained, Value: name, Want: by, Stops: stops})
			return
		}
	}
	if l.Constraints.Critical && l.Constraints.Permitted.Others+l.Constraints.Excluded.Others > 0 {
		l.add(Problem{Kind: Constrained, Value: "a kind of name that is not read here", Stops: parley.Unknown})
	}
}

// subjects are the names that constraints are about: those of subjectAltName,
// or else the common name where it looks like a host's.
func subjects(leaf *Certificate) []string {
	if leaf.Names != nil {
		return leaf.Covers()
	}
	if cn := leaf.Subject.CN; strings.Contains(cn, ".") && !strings.ContainsAny(cn, " /@") {
		return []string{cn}
	}
	return nil
}

// forbid returns the constraint that a name breaks.
func (c *Constraints) forbid(name string) (by string, forbidden bool) {
	if ip, ok := address(name); ok {
		if i := slices.IndexFunc(c.Excluded.IPs, func(p netip.Prefix) bool { return holds(p, ip) }); i >= 0 {
			return "not " + c.Excluded.IPs[i].String(), true
		}
		if len(c.Permitted.IPs) > 0 && !slices.ContainsFunc(c.Permitted.IPs, func(p netip.Prefix) bool { return holds(p, ip) }) {
			return c.Permitted.IPs[0].String(), true
		}
		return "", false
	}
	host := folded(name)
	if i := slices.IndexFunc(c.Excluded.DNS, func(d string) bool { return within(host, d) || overlaps(host, d) }); i >= 0 {
		return "not " + c.Excluded.DNS[i], true
	}
	if len(c.Permitted.DNS) > 0 && !slices.ContainsFunc(c.Permitted.DNS, func(d string) bool { return within(host, d) }) {
		return c.Permitted.DNS[0], true
	}
	return "", false
}

func holds(p netip.Prefix, ip netip.Addr) bool { return p.Contains(ip) || p.Contains(ip.Unmap()) }

// within says whether a host, or a wildcard, lies in the domain of a
// constraint; the empty one holds all. A dot before it, which the RFC gives to
// addresses of URIs alone, leaves out the domain itself.
func within(host, domain string) bool {
	domain = folded(domain)
	switch {
	case domain == "" || domain == ".":
		return true
	case strings.HasPrefix(domain, "."):
		return strings.HasSuffix(host, domain)
	}
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// overlaps says whether a wildcard covers a name of an excluded domain.
func overlaps(pattern, domain string) bool {
	rest, ok := strings.CutPrefix(pattern, "*.")
	if !ok {
		return false
	}
	_, parent, dotted := strings.Cut(strings.TrimPrefix(folded(domain), "."), ".")
	return dotted && parent == rest
}
