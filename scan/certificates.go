package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/dns"
	"github.com/parley-tls/parley/fetch"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/pkix"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/trust"
	"github.com/parley-tls/parley/wire"
)

// Credentials are the settings for what is said of certificates.
type Credentials struct {
	// Stores has the programmes to judge by, and is asked once there is a chain; nil: none.
	Stores func() []parley.Store
	// Own are roots that the target's clients trust besides, such as a company's.
	Own []parley.Store
	// FetchIssuers gets missing intermediates from where certificates say they are.
	FetchIssuers bool
	// Revocation asks the places that certificates name for OCSP responses and CRLs.
	Revocation bool
	DNS        *dns.Resolver
	// Fetched keeps what was fetched for the scans that share it: most chains have
	// the same few issuers. Nil: every scan fetches for itself.
	Fetched *Fetched
	// WhyNoDNS says why they cannot be, where they would be; empty: nobody wants them.
	WhyNoDNS string
}

// The bounds of what is fetched for one scan.
const (
	maxIssuers  = 4
	maxChains   = 4
	maxAsked    = 3 // certificates of a path whose revocation is asked for
	maxOCSP     = 64 << 10
	dnsPatience = time.Second
)

// certificates judges every chain that came in a scope.
func (o *Options) certificates(ctx context.Context, p *probe.Prober, e *parley.Evidence, s *parley.Server, records func() *certificates.DNS) []certificates.Report {
	get := &fetch.Getter{Dialer: o.Dialer, Resolver: p.Resolver, Proxies: o.Proxies, Logins: p.Logins}
	var out []certificates.Report
	var stores []parley.Store
	if len(s.Chains) > 0 && o.Certs.Stores != nil {
		stores = o.Certs.Stores()
	}
	stores = slices.Concat(o.Certs.Own, stores)
	for _, ch := range s.Chains[:min(len(s.Chains), maxChains)] {
		if len(ch.Raw) == 0 {
			continue
		}
		g := certificates.Given{
			Sent: ch.Raw, Name: e.Target.Name, Port: e.Target.Port, Now: o.Now, Stores: stores, From: ch.From, DNS: records(),
		}
		if g.Name == "" {
			g.Name = e.Target.Host
		}
		came(&g, e, s)
		if o.Certs.FetchIssuers {
			o.fetchIssuers(ctx, get, &g)
		}
		r := certificates.Judge(g)
		if o.Certs.Revocation {
			g.Answers = o.askRevocation(ctx, get, &r)
			r = certificates.Judge(g)
		}
		out = append(out, r)
	}
	return out
}

// came collects what came beside a chain: responses and timestamps.
func came(g *certificates.Given, e *parley.Evidence, s *parley.Server) {
	for _, r := range e.Replies {
		a := e.Attempts[r.Attempt]
		if a.Scope != s.Scope || a.Hello == nil {
			continue
		}
		var cert *wire.Certificate
		var staple []byte
		for _, ev := range r.Events {
			if ev.From != parley.ServerSide {
				continue
			}
			switch m := ev.Item.Message.(type) {
			case *wire.Certificate:
				if cert == nil {
					cert = m
				}
			case *wire.CertificateStatus:
				if len(m.Responses) > 0 {
					staple = m.Responses[0]
				}
			}
		}
		if cert == nil || len(cert.Raw) == 0 || !bytes.Equal(cert.Raw[0], g.Sent[0]) {
			continue
		}
		var timestamps []byte
		if cert.TLS13 && len(cert.Extensions) > 0 {
			for _, x := range cert.Extensions[0] {
				switch x.Type {
				case iana.ExtSCT:
					timestamps = x.Data
				case iana.ExtStatusRequest:
					if m, err := wire.ParseCertificateStatus(x.Data); err == nil && len(m.Responses) > 0 {
						staple = m.Responses[0]
					}
				}
			}
		} else if sh := r.ServerHello(); sh != nil {
			if x, has := sh.Extension(iana.ExtSCT); has {
				timestamps = x
			}
		}
		if _, asked := a.Hello.Extension(iana.ExtStatusRequest); asked && (staple != nil || g.Staple == nil) {
			g.Staple, g.StapleAsked = staple, parley.Yes
		}
		if _, asked := a.Hello.Extension(iana.ExtSCT); asked && (timestamps != nil || g.Timestamps == nil) {
			g.Timestamps, g.TimestampsAsked = timestamps, parley.Yes
		}
	}
}

// fetchIssuers gets the issuers that were not sent, one above the other, until a
// path leads to a root or nothing new is said.
func (o *Options) fetchIssuers(ctx context.Context, get *fetch.Getter, g *certificates.Given) {
	for range maxIssuers {
		r := certificates.Judge(*g)
		if r.Known() || len(r.Path) == 0 {
			return
		}
		top := r.Path[len(r.Path)-1]
		at := slices.IndexFunc(top.IssuerURLs, func(u string) bool {
			return fetch.Is(u) && !slices.ContainsFunc(g.Fetched, func(i parley.Issuer) bool { return i.URL == u })
		})
		if at < 0 || top.SelfIssued() || ctx.Err() != nil {
			return
		}
		u := top.IssuerURLs[at]
		body, err := o.Certs.Fetched.get(ctx, get, u, trust.MaxIssuers)
		var certs [][]byte
		if err == nil {
			certs, err = trust.Issuers(body)
		}
		if err != nil {
			g.Fetched = append(g.Fetched, parley.Issuer{URL: u, Err: err.Error()})
		}
		for _, der := range certs {
			g.Fetched = append(g.Fetched, parley.Issuer{URL: u, DER: der})
		}
	}
}

// askRevocation asks, for the certificates of a path below its root, the first
// responder and the first list that each names, all at once.
func (o *Options) askRevocation(ctx context.Context, get *fetch.Getter, r *certificates.Report) []certificates.Answer {
	var out []certificates.Answer
	for i, c := range r.Path[:min(len(r.Path), maxAsked)] {
		if c.SelfIssued() && c.IsCA() {
			continue
		}
		if at := slices.IndexFunc(c.OCSP, fetch.Is); at >= 0 {
			out = append(out, certificates.Answer{Kind: certificates.ByOCSP, URL: c.OCSP[at], About: i})
		}
		if at := slices.IndexFunc(c.CRLs, fetch.Is); at >= 0 {
			out = append(out, certificates.Answer{Kind: certificates.ByCRL, URL: c.CRLs[at], About: i})
		}
	}
	var wg sync.WaitGroup
	for i := range out {
		a := &out[i]
		wg.Go(func() {
			var err error
			switch {
			case a.Kind == certificates.ByCRL:
				a.Body, err = o.Certs.Fetched.get(ctx, get, a.URL, pkix.MaxCRL)
			case a.About+1 >= len(r.Path):
				err = errors.New("the issuer is not at hand")
			default:
				a.Body, err = get.Post(ctx, a.URL, "application/ocsp-request", pkix.OCSPRequest(r.Path[a.About], r.Path[a.About+1]), maxOCSP)
			}
			if err != nil {
				a.Body, a.Err = nil, err.Error()
			} else if a.Body == nil {
				a.Body = []byte{}
			}
		})
	}
	wg.Wait()
	return out
}

// records begins to ask the DNS, beside all the rest, and returns what waits for
// the answer.
func (o *Options) records(ctx context.Context, t parley.Target) func() *certificates.DNS {
	name := t.Name
	if name == "" {
		name = t.Host
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil || name == "" || o.Certs.DNS == nil && o.Certs.WhyNoDNS == "" {
		return func() *certificates.DNS { return nil }
	}
	if why := o.Certs.WhyNoDNS; o.Certs.DNS == nil {
		d := &certificates.DNS{CAA: certificates.CAA{Err: why}, TLSA: certificates.TLSA{Name: serviceName(t, name), Err: why}}
		return func() *certificates.DNS { return d }
	}
	ctx, cancel := context.WithTimeout(ctx, dnsPatience)
	done := make(chan struct{})
	d := &certificates.DNS{}
	go func() {
		defer close(done)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { d.CAA = lookupCAA(ctx, o.Certs.DNS, name) })
		wg.Go(func() { d.TLSA = lookupTLSA(ctx, o.Certs.DNS, serviceName(t, name)) })
		wg.Wait()
	}()
	return func() *certificates.DNS { <-done; return d }
}

// lookupCAA asks for the records of a name and of all above it at once: those of
// the lowest that has some hold (RFC 8659, Section 3).
func lookupCAA(ctx context.Context, r *dns.Resolver, name string) certificates.CAA {
	out := certificates.CAA{Asked: true}
	var domains []string
	for d := name; d != "" && len(domains) < 16; _, d, _ = strings.Cut(d, ".") {
		domains = append(domains, d)
	}
	answers, errs := make([]dns.Answer, len(domains)), make([]error, len(domains))
	var wg sync.WaitGroup
	for i, d := range domains {
		wg.Go(func() { answers[i], errs[i] = r.Lookup(ctx, d, dns.TypeCAA) })
	}
	wg.Wait()
	for i, d := range domains {
		if errs[i] != nil {
			out.Err = fmt.Sprintf("%s: %v", d, errs[i])
			return out
		}
		for _, b := range answers[i].Records {
			if rec, ok := certificates.ReadCAA(b); ok {
				out.Records = append(out.Records, rec)
			}
		}
		if len(answers[i].Records) > 0 {
			out.Domain, out.Authentic = d, authentic(answers[i])
			return out
		}
	}
	return out
}

func lookupTLSA(ctx context.Context, r *dns.Resolver, name string) certificates.TLSA {
	out := certificates.TLSA{Name: name, Asked: true}
	a, err := r.Lookup(ctx, name, dns.TypeTLSA)
	if err != nil {
		out.Err = err.Error()
		return out
	}
	for _, b := range a.Records {
		if rec, ok := certificates.ReadTLSA(b); ok {
			out.Records = append(out.Records, rec)
		}
	}
	if len(out.Records) > 0 {
		out.Authentic = authentic(a)
	}
	return out
}

func authentic(a dns.Answer) parley.Truth {
	if a.Authentic {
		return parley.Yes
	}
	return parley.No
}

// serviceName is where the TLSA records of a port are (RFC 6698, Section 3).
func serviceName(t parley.Target, name string) string {
	network := "tcp"
	if t.Transport == parley.TransportDTLS {
		network = "udp"
	}
	return fmt.Sprintf("_%d._%s.%s", t.Port, network, name)
}
