package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/probe"
)

// Question is a target as it was typed, and what flags say of it.
type Question struct {
	Text    string // host, host:port, address, or URL
	SNI     string // the server name to ask for, in place of the host
	NoSNI   bool   // ask for none
	Connect string // address[:port] to connect to, in place of what the host resolves to
	// Compare: Connect is the origin behind an edge. What the host resolves to is
	// asked as well.
	Compare bool
	// Addrs are the addresses of the host, in place of a lookup.
	Addrs  []netip.Addr
	Family int // 4 or 6: only these addresses; 0: both
	// StartTLS is the upgrade to speak before the hello; a URL scheme says it too.
	StartTLS string
	Proxies  []string // ways to ask, as URLs; "" is directly; nil: directly
	Local    parley.Local
}

// Target reads the target, and which server name to ask for.
func (q *Question) Target() (parley.Target, error) {
	t, err := Read(q.Text)
	if err != nil {
		return t, err
	}
	if err := q.agree(t); err != nil {
		return t, err
	}
	if q.StartTLS != "" {
		if t.Transport != parley.TransportTCP {
			return t, fmt.Errorf("%s is asked over %s, which no upgrade comes before", t.Text, strings.ToUpper(t.Transport.String()))
		}
		u, ok := parley.UpgradeNamed(q.StartTLS)
		if !ok {
			return t, fmt.Errorf("no upgrade to TLS is known of %q", shortened(q.StartTLS))
		}
		t.StartTLS = u.Name
	}
	if _, err := netip.ParseAddr(t.Host); err != nil {
		t.Name = t.Host
	}
	if q.SNI != "" {
		if t.Name, err = ReadName(q.SNI); err != nil {
			return t, fmt.Errorf("--sni: %w", err)
		}
	}
	if q.NoSNI {
		t.Name = ""
	}
	t.Proxies = q.Proxies
	if len(t.Proxies) == 0 || t.Transport != parley.TransportTCP { // proxies carry TCP
		t.Proxies = []string{""}
	}
	return t, nil
}

// agree looks whether what was said contradicts the target.
func (q *Question) agree(t parley.Target) error {
	where := t.Host
	if q.Compare && q.Connect == "" {
		return errors.New("--compare: --connect has to say where the origin is")
	}
	if q.Connect != "" {
		if strings.Contains(q.Connect, "://") {
			return fmt.Errorf("--connect: %q is a URL, want ADDR or ADDR:PORT", q.Connect)
		}
		c, err := readEndpoint(q.Connect)
		if err != nil {
			return fmt.Errorf("--connect: %w", err)
		}
		where = c.host
	}
	if a, err := netip.ParseAddr(where); err == nil && (q.Family == 4 && !a.Is4() || q.Family == 6 && !a.Is6()) {
		return fmt.Errorf("%s is not an IPv%d address", a, q.Family)
	}
	if u, _ := parley.UpgradeNamed(q.StartTLS); q.StartTLS != "" && t.StartTLS != "" && u.Name != t.StartTLS {
		return fmt.Errorf("the scheme of %s means the upgrade of %s, not of %s", t.Text, t.StartTLS, q.StartTLS)
	}
	return nil
}

// Addresses resolves the target of e, or takes what --connect says: with
// --compare both, the target's first. What the resolver said is kept in e.
func (q *Question) Addresses(ctx context.Context, p *probe.Prober, e *parley.Evidence) ([]netip.AddrPort, error) {
	if q.Connect == "" {
		return q.resolve(ctx, p, e, e.Target.Host, e.Target.Port, q.Addrs), nil
	}
	c, err := readEndpoint(q.Connect)
	if err != nil {
		return nil, fmt.Errorf("--connect: %w", err)
	}
	given := q.Addrs
	if q.Compare {
		given = nil
	}
	origin := q.resolve(ctx, p, e, c.host, cmp.Or(c.port, e.Target.Port), given)
	if !q.Compare || len(origin) == 0 {
		return origin, nil
	}
	e.Target.Origin = origin
	edge := q.resolve(ctx, p, e, e.Target.Host, e.Target.Port, q.Addrs)
	if len(edge) == 0 {
		return nil, nil
	}
	edge = slices.DeleteFunc(edge, func(a netip.AddrPort) bool { return slices.Contains(origin, a) })
	return append(edge, origin...), nil
}

// resolve finds the addresses of a host, or takes those given, and keeps what
// the resolver said as the evidence's lookup.
func (q *Question) resolve(ctx context.Context, p *probe.Prober, e *parley.Evidence, host string, port uint16, given []netip.Addr) []netip.AddrPort {
	e.Lookup = parley.Lookup{Name: host, Addrs: given}
	if len(given) == 0 {
		e.Lookup = p.Lookup(ctx, host)
	}
	var out []netip.AddrPort
	for _, a := range e.Lookup.Addrs {
		if q.Family == 4 && !a.Is4() || q.Family == 6 && !a.Is6() || q.unroutable(a, e.Lookup.Addrs) {
			continue
		}
		out = append(out, netip.AddrPortFrom(a, port))
	}
	if len(out) == 0 && len(e.Lookup.Addrs) > 0 {
		e.Lookup.End, e.Lookup.Addrs = parley.EndNameNotFound, nil
		e.Lookup.Detail = fmt.Sprintf("it has no IPv%d address", q.Family)
	}
	return out
}

// unroutable says of an IPv6 address of several that this machine has no route
// to it: that is no matter of the target, whose other addresses are asked.
func (q *Question) unroutable(a netip.Addr, all []netip.Addr) bool {
	return q.Local.NoIPv6 && q.Family == 0 && a.Is6() && a.IsGlobalUnicast() && !a.IsPrivate() &&
		slices.ContainsFunc(all, netip.Addr.Is4)
}

// ScopeOf is the scope of a target at one of its addresses, by one way.
func ScopeOf(t parley.Target, addr netip.AddrPort, via string) parley.Scope {
	s := parley.Scope{Addr: addr, Name: t.Name, Via: via, Transport: t.Transport}
	if via != "" {
		s.Host = net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
		if t.IsOrigin(s) {
			s.Host = addr.String() // the proxy knows the name as the edge's
		}
	}
	return s
}

// KeepLogins gives user and password of the proxies to the prober, and returns
// the URLs without them: these are evidence, which is shown and saved.
func KeepLogins(p *probe.Prober, proxies []string) []string {
	proxies = slices.Clone(proxies)
	for i, text := range proxies {
		u, err := url.Parse(text)
		if err != nil || u.User == nil {
			continue
		}
		if p.Logins == nil {
			p.Logins = map[string]*url.Userinfo{}
		}
		p.Logins[u.Host] = u.User
		u.User = nil
		proxies[i] = u.String()
	}
	return proxies
}
