package check

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
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
	o.Proxies = target.KeepLogins(o.Prober, o.Proxies)
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
	o.Panel = speaking(o.Panel, t.Transport)
	e := &parley.Evidence{Now: o.Now, Local: o.Local, Target: t, Client: o.Client, Panel: o.Panel, Trust: o.Trust, NotRun: map[parley.AttemptID]string{}}
	if e.Local.Unusable = o.Unusable; o.Unusable != "" {
		return &Answer{Evidence: e, Result: diagnose.Step(e), Elapsed: time.Since(began)}, nil
	}
	addrs, err := o.question().Addresses(ctx, o.Prober, e)
	if err != nil {
		return nil, err
	}
	if o.Guess && len(addrs) > 0 {
		o.question().Guess(ctx, o.Prober, &e.Target, target.ScopeOf(e.Target, addrs[0], t.Proxies[0]))
		o.guessed, _ = o.Prober.Connections(addrs[0])
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
				rounds[i*len(t.Proxies)+j] = o.scope(ctx, &part, target.ScopeOf(e.Target, addr, via))
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

// speaking are the members of a panel that go over a transport by themselves: those
// whose hello is of DTLS over DTLS, over QUIC the browsers; of the others no program
// does that comes with them.
func speaking(panel []*parley.Client, over parley.Transport) []*parley.Client {
	if over != parley.TransportQUIC {
		return slices.DeleteFunc(slices.Clone(panel), func(c *parley.Client) bool {
			return len(c.Hellos) == 0 || (parley.TransportOf(c.Hellos[0].Message) == parley.TransportDTLS) != (over == parley.TransportDTLS)
		})
	}
	return slices.DeleteFunc(slices.Clone(panel), func(c *parley.Client) bool { return c.Family != "chrome" && c.Family != "firefox" })
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

// scope runs the loop of one scope: attempts, diagnosis, the attempts that it
// asks for, until nothing new is asked or the budget or the time is used up. It
// returns how often it waited.
func (o *Options) scope(ctx context.Context, e *parley.Evidence, s parley.Scope) (rounds int) {
	q := survey.Question{Scope: s, Client: o.Client, Panel: o.Panel, ALPN: o.ALPN, Cert: o.Cert, OwnName: o.OwnName && o.SNI == "", Resume: o.Resume}
	if e.Target.StartTLS != "" {
		q.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: e.Target.StartTLS}}
	}
	r := runner{o: o, e: e, used: o.guessed}
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
