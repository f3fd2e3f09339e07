package check

import (
	"context"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/fetch"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/trust"
	"github.com/parley-tls/parley/wire"
)

// maxFetches bounds what is fetched: certificates say where their issuer is, and
// anybody can write a certificate.
const maxFetches = 4

// fetchIssuers gets the issuers that servers did not send, from where the
// certificates say that they are (RFC 5280, Section 4.2.2.1), until a path leads
// to a root or nothing new is said.
func (o *Options) fetchIssuers(ctx context.Context, e *parley.Evidence) {
	if !o.FetchIssuers || len(e.Trust) == 0 {
		return
	}
	for range maxFetches {
		urls := wanted(e)
		if len(urls) == 0 || ctx.Err() != nil {
			return
		}
		e.Issuers = append(e.Issuers, o.fetch(ctx, urls[0])...)
	}
}

// wanted are the places that were not asked yet of the issuers that are missing.
func wanted(e *parley.Evidence) []string {
	var pools []*pkix.Pool
	for _, s := range e.Trust {
		pools = append(pools, pkix.PoolOf(s))
	}
	q := pkix.Question{Now: e.Now, Roots: pools}
	for _, i := range e.Issuers {
		q.Extra = append(q.Extra, i.DER)
	}
	var out []string
	for _, r := range e.Replies {
		if e.Attempts[r.Attempt].Role != parley.RoleBase {
			continue
		}
		for _, ev := range r.Events {
			m, ok := ev.Item.Message.(*wire.Certificate)
			if !ok || ev.From != parley.ServerSide {
				continue
			}
			q.Sent = m.Raw
			v := pkix.Verify(q)
			if p, no := v.Has(pkix.NoPath); no && p.Why == pkix.IssuerMissing {
				for _, u := range p.URLs {
					asked := slices.ContainsFunc(e.Issuers, func(i parley.Issuer) bool { return i.URL == u })
					if !asked && !slices.Contains(out, u) && fetch.Is(u) {
						out = append(out, u)
					}
				}
			}
		}
	}
	return out
}

// fetch gets what is at a URL. What comes of it is never nothing: an error is
// evidence too.
func (o *Options) fetch(ctx context.Context, at string) []parley.Issuer {
	body, err := o.get(ctx, at)
	var certs [][]byte
	if err == nil {
		certs, err = trust.Issuers(body)
	}
	if err != nil {
		return []parley.Issuer{{URL: at, Err: err.Error()}}
	}
	var out []parley.Issuer
	for _, der := range certs {
		out = append(out, parley.Issuer{URL: at, DER: der})
	}
	return out
}

func (o *Options) get(ctx context.Context, at string) ([]byte, error) {
	g := fetch.Getter{Dialer: o.Prober.Dialer, Resolver: o.Prober.Resolver, Proxies: o.Proxies, Logins: o.Prober.Logins}
	return g.Get(ctx, at, trust.MaxIssuers)
}
