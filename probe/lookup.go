package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
)

// lookupTimeout bounds a lookup: the two attempts that resolvers make by default
// take 5 s each.
const lookupTimeout = 5 * time.Second

// Lookup asks for every address of host, of both families. An address as host
// is its own answer.
func (p *Prober) Lookup(ctx context.Context, host string) parley.Lookup {
	l := parley.Lookup{Name: host}
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")); err == nil {
		l.Addrs = []netip.Addr{a.Unmap()}
		return l
	}
	resolver := p.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	addrs, err := resolver.LookupNetIP(ctx, "ip", host)
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		l.End, l.Detail = parley.EndNameNotFound, dns.Err
	case errors.As(err, &dns) && dns.IsTimeout, ctx.Err() != nil:
		l.End, l.Detail = parley.EndNameError, "no answer from the resolver"
	case err != nil:
		l.End, l.Detail = parley.EndNameError, err.Error()
		if dns != nil {
			l.Detail = dns.Err
		}
	}
	for _, a := range addrs {
		if a = a.Unmap(); !slices.Contains(l.Addrs, a) {
			l.Addrs = append(l.Addrs, a)
		}
	}
	if len(l.Addrs) == 0 && l.End == parley.EndUnknown {
		l.End, l.Detail = parley.EndNameNotFound, "no addresses"
	}
	return l
}
