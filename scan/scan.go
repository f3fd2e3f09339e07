// Package scan learns everything that a server accepts: it reads a target, runs
// what an enumeration asks for at each of its addresses, and hands back the
// terms as a value.
package scan

import (
	"context"
	"fmt"
	"net/netip"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// Options say what to scan and how.
type Options struct {
	target.Question
	Depth   survey.Depth  // DepthUnknown: DepthSuites
	Pace    survey.Pace   // PaceUnknown: PaceUsual
	Timeout time.Duration // of the whole scan; 0: DefaultTimeout
	Rate    float64       // new connections a second to one address; 0: no limit
	// Most bounds the connections to one address; 0: DefaultMost.
	Most int
	Now  time.Time
	// Certs is what to say of certificates besides what comes in the handshakes.
	Certs Credentials
	// Dialer opens the connections; nil: the system's.
	Dialer probe.Dialer
	// Progress is called when an attempt ends, from several goroutines.
	Progress func(parley.Reply)
}

// The defaults of Options.
const (
	DefaultTimeout = time.Minute
	DefaultMost    = 2000
)

// Result is what a scan comes to.
type Result struct {
	Evidence *parley.Evidence
	// Endpoints are the addresses of the target and the ways to them, in the order
	// in which the resolver and the options name them.
	Endpoints   []Endpoint
	Depth       survey.Depth
	Elapsed     time.Duration
	Connections int
}

// Endpoint is what was learned in one scope.
type Endpoint struct {
	Server parley.Server
	// Answer is that of the first hello where nothing was learned: what stands in
	// the way.
	Answer parley.Answer
	Detail string
	// Cut says what ended the scan before all was asked.
	Cut Cut
	// Certificates are judged, one for each chain that came.
	Certificates []certificates.Report
	// Connections were opened, Peak of them at once.
	Connections, Peak int
}

// Learned says whether anything was learned of the versions.
func (e *Endpoint) Learned() bool {
	return len(e.Server.Versions(parley.Yes))+len(e.Server.Versions(parley.Mixed)) > 0
}

// Run scans a target. An error is a target that cannot be read; everything
// that happens on the way to the target is part of the result.
func Run(ctx context.Context, o Options) (*Result, error) {
	began, proxies := time.Now(), o.Proxies
	p := &probe.Prober{Dialer: o.Dialer, Rate: o.Rate, MaxOpen: o.pace().AtOnce(), Abrupt: true, Started: began}
	o.Proxies = target.KeepLogins(p, o.Proxies)
	t, err := o.Target()
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	e := &parley.Evidence{Now: o.Now, Local: o.Local, Target: t, NotRun: map[parley.AttemptID]string{}}
	addrs, err := o.Addresses(ctx, p, e)
	if err != nil {
		return nil, err
	}
	if len(addrs) > 0 {
		o.Guess(ctx, p, &e.Target, target.ScopeOf(t, addrs[0], t.Proxies[0]))
		t.StartTLS, t.Guess = e.Target.StartTLS, e.Target.Guess
	}
	r := &Result{Evidence: e, Depth: o.depth()}
	var scopes []parley.Scope
	for _, addr := range addrs {
		for _, via := range t.Proxies {
			scopes = append(scopes, target.ScopeOf(t, addr, via))
		}
	}
	records := o.records(ctx, t)
	r.Endpoints = make([]Endpoint, len(scopes))
	parts := make([]*parley.Evidence, len(scopes))
	var wg sync.WaitGroup
	var broke atomic.Pointer[string]
	for i, s := range scopes {
		parts[i] = &parley.Evidence{Now: e.Now, Local: e.Local, Target: t}
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					text := fmt.Sprintf("%v\n%s", p, debug.Stack())
					broke.CompareAndSwap(nil, &text)
				}
			}()
			r.Endpoints[i] = o.scope(ctx, p, parts[i], s)
			r.Endpoints[i].Certificates = o.certificates(ctx, p, parts[i], &r.Endpoints[i].Server, records)
		})
	}
	wg.Wait()
	if text := broke.Load(); text != nil {
		panic(*text)
	}
	r.join(p, addrs, parts)
	spoken := r.Evidence.Target
	if o.GuessSpoken(&spoken, r.Evidence.Replies); !r.Learned() && spoken.Guess != "" {
		o.StartTLS, o.Proxies = spoken.StartTLS, proxies
		if again, err := Run(ctx, o); err == nil && again.Learned() {
			again.Evidence.Target.Guess = spoken.Guess
			again.Connections += r.Connections
			r = again
		}
	}
	r.Elapsed = time.Since(began)
	return r, nil
}

func (r *Result) join(p *probe.Prober, addrs []netip.AddrPort, parts []*parley.Evidence) {
	for _, part := range parts {
		for _, id := range part.Order {
			r.Evidence.Add(part.Attempts[id])
		}
		r.Evidence.Replies = append(r.Evidence.Replies, part.Replies...)
	}
	for _, addr := range addrs {
		total, _ := p.Connections(addr)
		r.Connections += total
	}
}

func (o *Options) depth() survey.Depth {
	if o.Depth == survey.DepthUnknown {
		return survey.DepthSuites
	}
	return o.Depth
}

func (o *Options) pace() survey.Pace {
	if o.Pace == survey.PaceUnknown {
		return survey.PaceUsual
	}
	return o.Pace
}

// scope runs the enumeration of one scope.
func (o *Options) scope(ctx context.Context, p *probe.Prober, e *parley.Evidence, s parley.Scope) Endpoint {
	plan := survey.Plan{Scope: s, Depth: o.depth(), Pace: o.pace(), Most: o.Most}
	if s.Transport == parley.TransportDTLS && plan.Pace == survey.PaceUsual {
		plan.Pace = survey.PaceGentle // many a server of DTLS does one handshake after the other, and mixes what comes at once
	}
	if plan.Most == 0 {
		plan.Most = DefaultMost
	}
	if p := target.Protocol(e.Target); p != "" {
		plan.ALPN = []string{p}
	}
	if up := e.Target.StartTLS; up != "" {
		plan.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: up}}
	}
	if s.Transport == parley.TransportQUIC {
		o.run(ctx, p, e, survey.LearnQUIC(plan))
		known := e.Terms(s)
		if plan.QUIC = survey.Spoken(&known); !known.Speaks() {
			return ended(ctx, p, e, known, plan.Most)
		}
	}
	record := func() parley.ECHRecord { return parley.ECHRecord{} }
	if plan.Depth == survey.DepthFull {
		record = o.published(ctx, e.Target)
	}
	first := survey.Enumerate(plan)
	if plan.Depth != survey.DepthFull {
		o.run(ctx, p, e, first)
		return ended(ctx, p, e, e.Terms(s), plan.Most)
	}
	suited := first.Suited
	if s.Transport == parley.TransportDTLS {
		suited = first.Through // one thing after the other
	}
	when := func(ready func() bool, more func(*parley.Server) survey.Planner) survey.Planner {
		return survey.Later(ready, func() survey.Planner {
			known := e.Terms(s)
			if end := (Endpoint{Server: known}); !end.Learned() {
				return survey.Together()
			}
			return more(&known)
		})
	}
	o.run(ctx, p, e, survey.Paced(survey.Together(first, when(suited, func(known *parley.Server) survey.Planner {
		return survey.Together(survey.LearnParameters(plan, known), survey.LearnTolerance(plan, known, first.AtOnce()), survey.LearnCredentials(plan, known), survey.LearnSessions(plan, known))
	}), when(first.Through, func(known *parley.Server) survey.Planner { // the groups are known
		if e.ECH = record(); len(e.ECH.Configs) > 0 {
			plan.ECH = &e.ECH.Configs[0]
		}
		return survey.LearnDetails(plan, known)
	})), plan.Pace.AtOnce()))
	return ended(ctx, p, e, e.Terms(s), plan.Most)
}

// ended is what was learned in a scope, and if nothing was, what stands in the way.
func ended(ctx context.Context, p *probe.Prober, e *parley.Evidence, s parley.Server, most int) Endpoint {
	end := Endpoint{Server: s, Cut: cutBy(ctx, e, most)}
	end.Connections, end.Peak = p.Connections(s.Scope.Addr)
	if end.Learned() {
		return end
	}
	spoken := survey.Spoken(&s)
	// In the order in which they were asked for: which answer came first is chance.
	var answers []parley.Answer
	var details []string
	for _, id := range e.Order {
		if a := e.Attempts[id]; a.Role == parley.RoleReference && (spoken == 0 || a.QUIC == spoken) {
			for _, r := range e.RepliesTo(id) {
				answers, details = append(answers, r.AnswerTo(a)), append(details, r.Detail)
			}
		}
	}
	if i := parley.Telling(answers); i >= 0 {
		end.Answer, end.Detail = answers[i], details[i]
	}
	return end
}

// run makes the attempts that a planner asks for, until it asks for none: as many at
// once as there are connections, and those first which later questions wait for.
func (o *Options) run(ctx context.Context, p *probe.Prober, e *parley.Evidence, n survey.Planner) {
	asks, replies := make(chan parley.Attempt), make(chan parley.Reply)
	defer close(asks)
	var waiting []parley.Attempt
	for open, workers := 0, 0; ; {
		for _, a := range n.Next() {
			e.Add(a)
			waiting = append(waiting, a)
		}
		for ; len(waiting) > 0 && open < o.pace().AtOnce(); open++ {
			at := max(0, slices.IndexFunc(waiting, awaited))
			if open == workers {
				workers++
				go func() { // for one attempt after the other, on the stack that the first made grow
					for a := range asks {
						replies <- o.attempt(ctx, p, a)
					}
				}()
			}
			asks <- waiting[at]
			waiting = slices.Delete(waiting, at, at+1)
		}
		if open == 0 {
			break
		}
		r := <-replies
		open--
		e.Replies = append(e.Replies, r)
		if o.Progress != nil {
			o.Progress(r)
		}
		n.Learn(r)
	}
}

// awaited says that what the full depth asks next hangs on the answer.
func awaited(a parley.Attempt) bool {
	return a.Part.Axis == parley.AxisSuite || a.Part.Axis == parley.AxisGroup
}

// attempt runs one attempt; a panic in it is the end of that attempt alone.
func (o *Options) attempt(ctx context.Context, p *probe.Prober, a parley.Attempt) (r parley.Reply) {
	defer func() {
		if broke := recover(); broke != nil {
			r = parley.Reply{Attempt: a.ID, End: parley.EndLocal, Detail: fmt.Sprintf("parley broke off: %v", broke)}
		}
	}()
	return p.Do(ctx, a)
}

// Learned says whether anything was learned at any address.
func (r *Result) Learned() bool {
	for i := range r.Endpoints {
		if r.Endpoints[i].Learned() {
			return true
		}
	}
	return false
}

// Exit is the exit status of a scan: 0 if the terms were learned, 3 if nothing
// was.
func (r *Result) Exit() int {
	if r.Learned() {
		return 0
	}
	return 3
}
