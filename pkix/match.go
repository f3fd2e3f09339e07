package pkix

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
)

// judgeName compares the leaf with the name asked for (RFC 6125, Section 6.4;
// RFC 9525, Section 6).
func (q *Question) judgeName(l link) {
	if q.Name == "" || q.Purpose == ForClient {
		return
	}
	covered := l.Covers()
	p := Problem{Kind: NameMismatch, Value: q.Name, Names: covered, Stops: same(q.Rules.Names)}
	if ip, ok := address(q.Name); ok {
		if l.Names == nil || !slices.Contains(l.Names.IPs, ip) {
			p.Kind = IPNotNamed
			l.add(p)
		}
		return
	}
	host := folded(q.Name)
	if l.Names != nil && len(l.Names.DNS) > 0 {
		switch best := bestMatch(l.Names.DNS, host, q.Rules.PartialWildcards); best {
		case parley.Yes:
		case parley.No:
			l.add(p)
		default:
			if p.Stops == parley.Yes {
				p.Stops = parley.Unknown
			}
			l.add(p)
		}
		return
	}
	p.Names = nil
	if match(l.Subject.CN, host, q.Rules.PartialWildcards) == parley.No {
		if l.Subject.CN != "" {
			p.Names = []string{l.Subject.CN}
		}
		l.add(p)
		return
	}
	p.Kind, p.Names = NoSAN, []string{l.Subject.CN}
	if p.Stops == parley.Yes {
		p.Stops = unless(q.Rules.CommonName)
	}
	l.add(p)
}

// Covers lists what a certificate names in subjectAltName: DNS names, then
// addresses.
func (c *Certificate) Covers() []string {
	if c.Names == nil {
		return nil
	}
	names := slices.Clone(c.Names.DNS)
	for _, ip := range c.Names.IPs {
		names = append(names, ip.Unmap().String())
	}
	return names
}

// Matches says whether a certificate names host, a DNS name or an address, in
// subjectAltName.
func (c *Certificate) Matches(host string) bool {
	if c.Names == nil {
		return false
	}
	if ip, ok := address(host); ok {
		return slices.Contains(c.Names.IPs, ip)
	}
	return bestMatch(c.Names.DNS, folded(host), parley.No) == parley.Yes
}

// address reads an IP literal, with the brackets of a URL or without.
func address(name string) (netip.Addr, bool) {
	if inner, ok := strings.CutPrefix(name, "["); ok {
		name = strings.TrimSuffix(inner, "]")
	}
	ip, err := netip.ParseAddr(name)
	return ip.WithZone("").Unmap(), err == nil
}

// folded makes two spellings of a DNS name one: letter case and the dot of
// the root at the end.
func folded(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func bestMatch(patterns []string, host string, partial parley.Truth) parley.Truth {
	best := parley.No
	for _, p := range patterns {
		switch match(p, host, partial) {
		case parley.Yes:
			return parley.Yes
		case parley.Unknown:
			best = parley.Unknown
		}
	}
	return best
}

// match compares a name of a certificate with a host. "*" stands for the whole
// left-most label and for that alone (RFC 6125, Section 6.4.3); for a part of it
// with clients that take that. Unknown: clients differ.
func match(pattern, host string, partial parley.Truth) parley.Truth {
	pattern = folded(pattern)
	if pattern == host && host != "" && !strings.Contains(pattern, "*") {
		return parley.Yes
	}
	first, rest, dotted := strings.Cut(pattern, ".")
	label, domain, _ := strings.Cut(host, ".")
	if !dotted || rest == "" || rest != domain || label == "" || strings.Count(pattern, "*") != 1 || !strings.Contains(first, "*") {
		return parley.No
	}
	prefix, suffix, _ := strings.Cut(first, "*")
	switch {
	case first == "*" && !strings.Contains(rest, "."):
		// "*.com": some stacks count the labels, some know the public suffixes.
		return parley.Unknown
	case first == "*":
		return parley.Yes
	case len(label) < len(prefix)+len(suffix) || !strings.HasPrefix(label, prefix) || !strings.HasSuffix(label, suffix),
		strings.HasPrefix(first, "xn--"), strings.HasPrefix(label, "xn--"):
		return parley.No
	}
	return same(partial)
}
