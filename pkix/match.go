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
	p := Problem{Kind: NameMismatch, Value: q.Name, Names: l.Covers(), Stops: same(q.Rules.Names)}
	if ip, ok := address(q.Name); ok {
		q.judgeAddress(l, p, ip)
		return
	}
	host := folded(q.Name)
	if l.Names != nil && len(l.Names.DNS) > 0 {
		switch bestMatch(l.Names.DNS, host, &q.Rules) {
		case parley.Yes:
			return
		case parley.Unknown:
			p.Stops = both(p.Stops, parley.Unknown)
		}
		l.add(p)
		return
	}
	if match(l.Subject.CN, host, &q.Rules) == parley.No {
		if l.Subject.CN != "" {
			p.Names = append([]string{l.Subject.CN}, p.Names...)
		}
		l.add(p)
		return
	}
	p.Kind, p.Names = NoSAN, append([]string{l.Subject.CN}, p.Names...)
	takes := q.Rules.CommonName
	if l.Names != nil && takes != parley.No {
		takes = q.Rules.CommonNameBesideSAN
	}
	p.Stops = both(p.Stops, unless(takes))
	l.add(p)
}

// judgeAddress compares the leaf with an address, which stands in iPAddress and
// nowhere else (RFC 9110, Section 4.3.5).
func (q *Question) judgeAddress(l link, p Problem, ip netip.Addr) {
	if l.Names != nil && slices.Contains(l.Names.IPs, ip) {
		return
	}
	p.Kind = IPNotNamed
	if cn, ok := address(l.Subject.CN); ok && cn == ip && l.Names == nil {
		p.Names = []string{l.Subject.CN}
		if q.Rules.AddressInCommonName == parley.Yes {
			p.Stops = parley.No
		}
	}
	l.add(p)
}

// both answers "stops?" where two things must come together for it.
func both(a, b parley.Truth) parley.Truth {
	switch {
	case a == parley.No || b == parley.No:
		return parley.No
	case a == parley.Yes && b == parley.Yes:
		return parley.Yes
	}
	return parley.Unknown
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
	return bestMatch(c.Names.DNS, folded(host), &parley.Verification{}) == parley.Yes
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

func bestMatch(patterns []string, host string, rules *parley.Verification) parley.Truth {
	best := parley.No
	for _, p := range patterns {
		switch match(p, host, rules) {
		case parley.Yes:
			return parley.Yes
		case parley.Unknown:
			best = parley.Unknown
		}
	}
	return best
}

// match compares a name of a certificate with a host. "*" stands for the whole
// left-most label and for that alone (RFC 6125, Section 6.4.3); some clients take
// more. Unknown: the rules do not say.
func match(pattern, host string, rules *parley.Verification) parley.Truth {
	pattern = folded(pattern)
	if !strings.Contains(pattern, "*") {
		return truth(pattern == host && host != "")
	}
	labels, hosts := strings.Split(pattern, "."), strings.Split(host, ".")
	if len(labels) != len(hosts) || len(labels) < 2 || strings.Count(pattern, "*") != 1 {
		return parley.No
	}
	takes := parley.Yes
	if len(labels) == 2 {
		takes = rules.TopWildcards
	}
	for i, l := range labels {
		before, after, star := strings.Cut(l, "*")
		switch {
		case !star && l != hosts[i], hosts[i] == "":
			return parley.No
		case !star:
			continue
		case i > 0 && rules.InnerWildcards != parley.Yes:
			return parley.No
		case l == "*":
			continue
		case len(hosts[i]) < len(before)+len(after) || !strings.HasPrefix(hosts[i], before) || !strings.HasSuffix(hosts[i], after),
			strings.HasPrefix(l, "xn--"), strings.HasPrefix(hosts[i], "xn--"):
			return parley.No
		}
		takes = both(takes, rules.PartialWildcards)
	}
	return takes
}
