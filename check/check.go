package check

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/survey"
)

// Answer is what a check comes to.
type Answer struct {
	Evidence *parley.Evidence
	Result   diagnose.Result
	Elapsed  time.Duration
	// Connections is the number opened in all, Peak the largest number open at
	// once to one address.
	Connections, Peak int
	// Rounds is how often the check waited for answers, one after the other: of
	// the address and way where it was most.
	Rounds int
}

// Run checks a target. An error is a target that cannot be read; everything
// that happens on the way to the target is part of the answer.
func Run(ctx context.Context, o Options) (*Answer, error) {
	if o.Prober == nil {
		o.Prober = &probe.Prober{}
	}
	o.keepLogins()
	t, err := o.target()
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	o.broke = new(atomic.Pointer[string])
	began := time.Now()
	if o.Prober.Started.IsZero() {
		o.Prober.Started = began
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	if o.Client != nil {
		o.Panel = nil
	}
	e := &parley.Evidence{Now: o.Now, Local: o.Local, Target: t, Client: o.Client, Panel: o.Panel, Trust: o.Trust, NotRun: map[parley.AttemptID]string{}}
	if e.Local.Unusable = o.Unusable; o.Unusable != "" {
		return &Answer{Evidence: e, Result: diagnose.Step(e), Elapsed: time.Since(began)}, nil
	}
	addrs, err := o.addresses(ctx, e)
	if err != nil {
		return nil, err
	}
	a := &Answer{Evidence: e}
	var wg sync.WaitGroup
	parts := make([]*parley.Evidence, len(addrs)*len(t.Proxies))
	rounds := make([]int, len(parts))
	for i, addr := range addrs {
		for j, via := range t.Proxies {
			part := *e
			part.Attempts, part.NotRun = nil, map[parley.AttemptID]string{}
			parts[i*len(t.Proxies)+j] = &part
			wg.Go(func() {
				defer o.caught()
				rounds[i*len(t.Proxies)+j] = o.scope(ctx, &part, scopeOf(e.Target, addr, via))
			})
		}
	}
	wg.Wait()
	if text := o.broke.Load(); text != nil {
		panic(*text)
	}
	for i, p := range parts {
		join(e, p)
		a.Rounds = max(a.Rounds, rounds[i])
	}
	o.fetchIssuers(ctx, e)
	for _, addr := range addrs {
		total, peak := o.Prober.Connections(addr)
		a.Connections += total
		a.Peak = max(a.Peak, peak)
	}
	a.Result = diagnose.Step(e)
	a.Elapsed = time.Since(began)
	return a, nil
}

// caught keeps a panic of one of the goroutines of a check, for Run to meet in
// the caller's. It is deferred.
func (o *Options) caught() {
	if p := recover(); p != nil {
		text := fmt.Sprintf("%v\n%s", p, debug.Stack())
		o.broke.CompareAndSwap(nil, &text)
	}
}

// attempt runs one attempt.
func (o *Options) attempt(ctx context.Context, a parley.Attempt) (r parley.Reply) {
	r = parley.Reply{Attempt: a.ID, End: parley.EndLocal, Detail: "parley broke off"}
	defer o.caught()
	return o.Prober.Do(ctx, a)
}

func scopeOf(t parley.Target, addr netip.AddrPort, via string) parley.Scope {
	s := parley.Scope{Addr: addr, Name: t.Name, Via: via}
	if via != "" {
		s.Host = net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port)))
		if t.IsOrigin(s) {
			s.Host = addr.String() // the proxy knows the name as the edge's
		}
	}
	return s
}

// addresses resolves the target, or takes what --connect says: with --compare
// both, the target's first.
func (o *Options) addresses(ctx context.Context, e *parley.Evidence) ([]netip.AddrPort, error) {
	if o.Connect == "" {
		return o.resolve(ctx, e, e.Target.Host, e.Target.Port, o.Addrs), nil
	}
	c, err := readEndpoint(o.Connect)
	if err != nil {
		return nil, fmt.Errorf("--connect: %w", err)
	}
	given := o.Addrs
	if o.Compare {
		given = nil
	}
	origin := o.resolve(ctx, e, c.host, cmp.Or(c.port, e.Target.Port), given)
	if !o.Compare || len(origin) == 0 {
		return origin, nil
	}
	e.Target.Origin = origin
	edge := o.resolve(ctx, e, e.Target.Host, e.Target.Port, o.Addrs)
	if len(edge) == 0 {
		return nil, nil
	}
	edge = slices.DeleteFunc(edge, func(a netip.AddrPort) bool { return slices.Contains(origin, a) })
	return append(edge, origin...), nil
}

// resolve finds the addresses of a host, or takes those given, and keeps what
// the resolver said as the evidence's lookup.
func (o *Options) resolve(ctx context.Context, e *parley.Evidence, host string, port uint16, given []netip.Addr) []netip.AddrPort {
	e.Lookup = parley.Lookup{Name: host, Addrs: given}
	if len(given) == 0 {
		e.Lookup = o.Prober.Lookup(ctx, host)
	}
	var out []netip.AddrPort
	for _, a := range e.Lookup.Addrs {
		if o.Family == 4 && !a.Is4() || o.Family == 6 && !a.Is6() || o.unroutable(a, e.Lookup.Addrs) {
			continue
		}
		out = append(out, netip.AddrPortFrom(a, port))
	}
	if len(out) == 0 && len(e.Lookup.Addrs) > 0 {
		e.Lookup.End, e.Lookup.Addrs = parley.EndNameNotFound, nil
		e.Lookup.Detail = fmt.Sprintf("it has no IPv%d address", o.Family)
	}
	return out
}

// unroutable says of an IPv6 address of several that this machine has no route
// to it: that is no matter of the target, whose other addresses are asked.
func (o *Options) unroutable(a netip.Addr, all []netip.Addr) bool {
	return o.Local.NoIPv6 && o.Family == 0 && a.Is6() && a.IsGlobalUnicast() && !a.IsPrivate() &&
		slices.ContainsFunc(all, netip.Addr.Is4)
}

// scope runs the loop of one scope: attempts, diagnosis, the attempts that it
// asks for, until nothing new is asked or the budget or the time is used up. It
// returns how often it waited.
func (o *Options) scope(ctx context.Context, e *parley.Evidence, s parley.Scope) (rounds int) {
	q := survey.Question{Scope: s, Client: o.Client, Panel: o.Panel, ALPN: o.ALPN, Cert: o.Cert, OwnName: o.OwnName && o.SNI == "", Resume: o.Resume}
	if e.Target.StartTLS != "" {
		q.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: e.Target.StartTLS}}
	}
	r := runner{o: o, e: e}
	r.first(ctx, survey.First(q))
	for ctx.Err() == nil {
		res := diagnose.Step(e)
		if r.waits() {
			res.Asks = alongside(res.Asks, survey.Next(q, e))
		}
		asks := r.affordable(res.Asks)
		if len(asks) == 0 {
			asks = r.affordable(survey.Next(q, e))
		}
		if len(asks) == 0 {
			r.inARow(ctx, res)
			break
		}
		r.run(ctx, asks)
	}
	return r.rounds
}

// join adds the evidence of one scope to the whole.
func join(e, part *parley.Evidence) {
	for _, id := range part.Order {
		e.Add(part.Attempts[id])
	}
	e.Replies = append(e.Replies, part.Replies...)
	for id, why := range part.NotRun {
		e.NotRun[id] = why
	}
}

// Exit is the exit status of the answer: 0 fine, 1 a problem was found, 3
// could not tell.
func (a *Answer) Exit() int {
	switch a.Result.Verdict {
	case parley.VerdictOK:
		return 0
	case parley.VerdictProblem:
		return 1
	}
	return 3
}
