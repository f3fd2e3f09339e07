package verify

import (
	"context"
	"net/netip"
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/scan"
	"github.com/parley-tls/parley/survey"
)

// learn surveys the target, to the depth that the policies need: where only
// versions matter it takes few connections.
func learn(ctx context.Context, o *Options, d policies.Depth) (*Terms, error) {
	p := o.Prober()
	r, err := scan.Run(ctx, scan.Options{
		Question: o.Question, Depth: depthOf(d), Timeout: o.Timeout, Rate: p.Rate, Now: o.Now, Dialer: p.Dialer, Progress: o.Progress,
	})
	if err != nil {
		return nil, err
	}
	return TermsOf(r), nil
}

// TermsOf are the terms that a scan came to, to be judged.
func TermsOf(r *scan.Result) *Terms {
	t := &Terms{Target: r.Evidence.Target, Connections: r.Connections}
	for i := range r.Endpoints {
		e := &r.Endpoints[i]
		end := Endpoint{Server: e.Server}
		if !e.Learned() {
			end.Why = obstacle(e)
		}
		t.Endpoints = append(t.Endpoints, end)
	}
	if len(t.Endpoints) == 0 {
		t.Why = "the name has no address"
		if l := r.Evidence.Lookup; l.Detail != "" {
			t.Why += ": " + l.Detail
		}
	}
	if r.Evidence.Local.NoIPv6 && slices.ContainsFunc(r.Evidence.Lookup.Addrs, func(a netip.Addr) bool { return a.Is6() && !a.Is4In6() && a.IsGlobalUnicast() }) {
		t.Notes = append(t.Notes, "this machine has no route for IPv6: that side of the target was not judged")
	}
	return t
}

// DepthFor is the depth of a scan that learns what policies ask about.
func DepthFor(ps ...*policies.Policy) survey.Depth { return depthOf(policies.DepthOf(ps...)) }

func depthOf(d policies.Depth) survey.Depth {
	switch {
	case d.Groups || d.Schemes || d.DH || d.Certs || len(d.Features) > 0:
		return survey.DepthFull
	case d.Suites:
		return survey.DepthSuites
	}
	return survey.DepthVersions
}

// obstacle says what stands in the way of an endpoint of which nothing was learnt.
func obstacle(e *scan.Endpoint) string {
	if e.Answer.End == parley.EndUnknown {
		return "nothing was asked"
	}
	return e.Answer.Stands()
}
