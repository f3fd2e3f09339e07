// Package verify answers the question "is it so": it learns the terms of a
// target, to the depth that the demands need, holds them against policies, and
// lets clients connect; and it can wait until all of that holds.
package verify

import (
	"context"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/scan"
	"github.com/parley-tls/parley/target"
)

// Options say what to verify and how.
type Options struct {
	target.Question
	// Policies are those that every address must meet.
	Policies []*policies.Policy
	// Clients must all connect, to every address.
	Clients []Client
	// Check is how clients are checked: certificates, roots, ALPN. Its target and
	// its client are set here.
	Check check.Options
	// Prober makes the prober of one check or survey; nil: with the system's dialer
	// and resolver.
	Prober  func() *probe.Prober
	Timeout time.Duration // of one look at the target; 0: DefaultTimeout
	// Wait is for how long a look is repeated until everything is met; 0: one look.
	Wait time.Duration
	Now  time.Time
	// Learn learns the terms; nil: a survey of the target.
	Learn func(context.Context, *Options, policies.Depth) (*Terms, error)
	// Progress is called when an attempt ends, from several goroutines.
	Progress func(parley.Reply)
}

// Client is a client that must connect.
type Client struct {
	Name    string         // as --as has it; empty: today's clients
	Client  *parley.Client // nil: Panel
	Panel   []*parley.Client
	OwnName bool // its hello asks for a name of its own, which stays
}

// The times of Options, and how long to pause between two looks.
const (
	DefaultTimeout = time.Minute
	firstPause     = 500 * time.Millisecond
	longestPause   = 5 * time.Second
)

// Terms are what was learnt of a target.
type Terms struct {
	Target    parley.Target
	Endpoints []Endpoint
	// Why says why nothing was asked: "the name has no address"; empty: it was.
	Why         string
	Connections int
	Notes       []string
}

// Endpoint is one address of the target, and the way to it.
type Endpoint struct {
	Server parley.Server
	Why    string // what stands in the way, where nothing was learnt
}

// Answer is what a verification comes to.
type Answer struct {
	Terms    *Terms // nil: only clients were asked for
	Target   parley.Target
	Policies []Judged
	Clients  []Connected
	// Met is Yes if all is met, No if anything is not.
	Met         parley.Truth
	Looks       int
	Connections int // of all looks
	Elapsed     time.Duration
}

// Judged is what became of one policy.
type Judged struct {
	Policy  *policies.Policy
	Met     parley.Truth
	Demands []Result
}

// Result is what became of one demand, over all addresses.
type Result struct {
	Demand *policies.Demand
	Met    parley.Truth
	Why    string
	At     []At // one for each endpoint
}

// At is what became of a demand at one endpoint.
type At struct {
	Scope parley.Scope
	policies.Result
}

// Connected is what became of one client.
type Connected struct {
	Client Client
	Met    parley.Truth
	Why    string // "completes with 1.2", or the cause in words
	Answer *check.Answer
}

// Run verifies a target. An error is a target that cannot be read; that it
// cannot be reached is an answer.
func Run(ctx context.Context, o Options) (*Answer, error) {
	began := time.Now()
	if o.Prober == nil {
		o.Prober = func() *probe.Prober { return &probe.Prober{} }
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Learn == nil {
		o.Learn = learn
	}
	total := 0
	for looks, pause := 1, firstPause; ; looks++ {
		a, err := look(ctx, &o)
		if err != nil {
			return nil, err
		}
		total += a.Connections
		a.Looks, a.Connections, a.Elapsed = looks, total, time.Since(began)
		if a.Met == parley.Yes || a.Elapsed+pause > o.Wait || !rest(ctx, pause) {
			return a, nil
		}
		pause = min(2*pause, longestPause)
	}
}

// rest waits, and says whether there is a point in going on.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// look learns and judges once.
func look(ctx context.Context, o *Options) (*Answer, error) {
	a := &Answer{Met: parley.Yes}
	t, err := o.Target()
	if err != nil {
		return nil, err
	}
	a.Target = t
	// User and password go to those who ask, and into no answer.
	a.Target.Proxies = target.KeepLogins(&probe.Prober{}, t.Proxies)
	if len(o.Policies) > 0 {
		within, cancel := context.WithTimeout(ctx, o.Timeout)
		defer cancel()
		if a.Terms, err = o.Learn(within, o, policies.DepthOf(o.Policies...)); err != nil {
			return nil, err
		}
		a.Connections += a.Terms.Connections
	}
	for _, p := range o.Policies {
		j := Judge(p, a.Terms)
		a.Policies = append(a.Policies, j)
		a.Met = both(a.Met, j.Met)
	}
	for _, c := range o.Clients {
		got, err := connect(ctx, o, c)
		if err != nil {
			return nil, err
		}
		a.Clients = append(a.Clients, got)
		a.Connections += got.Answer.Connections
		a.Met = both(a.Met, got.Met)
	}
	return a, nil
}

// both is what two demands come to: No if either is not met, else Unknown if
// either is not known.
func both(t, u parley.Truth) parley.Truth {
	switch {
	case t == parley.No || u == parley.No:
		return parley.No
	case t == parley.Yes && u == parley.Yes:
		return parley.Yes
	}
	return parley.Unknown
}

// Judge holds the terms of every endpoint against a policy: a demand is met
// where all of them meet it.
func Judge(p *policies.Policy, t *Terms) Judged {
	j := Judged{Policy: p, Met: parley.Yes, Demands: make([]Result, len(p.Demands))}
	for i := range p.Demands {
		j.Demands[i] = Result{Demand: &p.Demands[i], Met: parley.Yes}
		if len(t.Endpoints) == 0 {
			j.Demands[i].Met, j.Demands[i].Why = parley.Unknown, t.Why
		}
	}
	for k := range t.Endpoints {
		end := &t.Endpoints[k]
		for i, r := range policies.Judge(p, &end.Server, scan.CertificatesOf(&end.Server)) {
			if r.Met == parley.Unknown && end.Why != "" {
				r.Why = end.Why
			}
			d := &j.Demands[i]
			d.At = append(d.At, At{Scope: end.Server.Scope, Result: r})
			d.Met = both(d.Met, r.Met)
		}
	}
	for i := range j.Demands {
		d := &j.Demands[i]
		if d.Met != parley.Yes && d.Why == "" {
			d.Why = d.reason(len(t.Endpoints))
		}
		if !d.Demand.Advice {
			j.Met = both(j.Met, d.Met)
		}
	}
	return j
}

// reason says what is the matter, and at which endpoints where it is not at all.
func (r *Result) reason(endpoints int) string {
	var order []string
	at := map[string][]string{}
	for _, a := range r.At {
		if a.Met != r.Met {
			continue
		}
		if at[a.Why] == nil {
			order = append(order, a.Why)
		}
		at[a.Why] = append(at[a.Why], place(a.Scope))
	}
	var out []string
	for _, why := range order {
		if len(at[why]) < endpoints {
			why += " at " + strings.Join(at[why], " and ")
		}
		out = append(out, why)
	}
	return strings.Join(out, "; ")
}

func place(s parley.Scope) string {
	if s.Via != "" {
		return s.Addr.String() + " through " + s.Via
	}
	return s.Addr.String()
}

// connect checks whether a client connects.
func connect(ctx context.Context, o *Options, c Client) (Connected, error) {
	q := o.Check
	q.Target, q.SNI, q.NoSNI, q.Connect, q.Compare, q.Addrs, q.Family = o.Text, o.SNI, o.NoSNI, o.Connect, o.Compare, o.Addrs, o.Family
	q.StartTLS, q.Proxies, q.Local, q.Now, q.Progress = o.StartTLS, o.Proxies, o.Local, o.Now, o.Progress
	q.Client, q.Panel, q.OwnName, q.Prober = c.Client, c.Panel, c.OwnName, o.Prober()
	a, err := check.Run(ctx, q)
	if err != nil {
		return Connected{}, err
	}
	out := Connected{Client: c, Answer: a}
	switch a.Result.Verdict {
	case parley.VerdictOK:
		out.Met = parley.Yes
	case parley.VerdictProblem:
		out.Met = parley.No
		if len(a.Result.Findings) > 0 {
			out.Why = string(a.Result.Findings[0].Cause)
		}
	default:
		_, out.Why = a.Layer()
	}
	return out, nil
}

// Exit is the exit status: 0 everything is met, 1 something is not, 3 it could
// not be told.
func (a *Answer) Exit() int {
	switch a.Met {
	case parley.Yes:
		return 0
	case parley.No:
		return 1
	}
	return 3
}

// String says a client as --as has it.
func (c Client) String() string {
	if c.Name == "" {
		return "today's clients"
	}
	return c.Name
}
