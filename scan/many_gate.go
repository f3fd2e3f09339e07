package scan

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/probe"
)

// gates keep the connections to each address few, and their rate low. An
// address has a gate as long as something is open, waits, or is too soon.
type gates struct {
	m      *many
	mu     sync.Mutex
	free   *sync.Cond // signalled as parked falls
	of     map[netip.Addr]*gate
	parked int
}

type gate struct {
	open    int
	soon    bool // the rate allows no connection yet
	waiting []job
}

func (g *gates) init(m *many) {
	g.m, g.of = m, map[netip.Addr]*gate{}
	g.free = sync.NewCond(&g.mu)
}

// room waits until not too much waits for its address; false if the scan ended.
func (g *gates) room() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.parked >= maxParked && g.m.ctx.Err() == nil {
		g.free.Wait()
	}
	return g.m.ctx.Err() == nil
}

// wake lets what waits in room see that the scan ended, and everything that is
// parked with it.
func (g *gates) wake() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.free.Broadcast()
	for _, of := range g.of {
		for _, j := range of.waiting {
			j.rec.broken.Store(true)
			g.parked--
			go g.m.done(j.rec)
		}
		of.waiting = nil
	}
}

// enter takes a place at an address for j. If there is none, j is parked, and
// comes out of leave, or goes to a worker of its own.
func (g *gates) enter(at netip.Addr, j job) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	of := g.of[at]
	if of == nil {
		of = &gate{}
		g.of[at] = of
	}
	if of.open >= g.m.o.PerAddress || of.soon {
		if g.m.ctx.Err() != nil {
			j.rec.broken.Store(true)
			go g.m.done(j.rec)
			return false
		}
		of.waiting = append(of.waiting, j)
		g.parked++
		return false
	}
	g.start(at, of)
	return true
}

// start counts a connection that begins; its mutex is held.
func (g *gates) start(at netip.Addr, of *gate) {
	of.open++
	if rate := g.m.o.Rate; rate > 0 {
		of.soon = true
		time.AfterFunc(time.Duration(float64(time.Second)/rate), func() { g.due(at) })
	}
}

// due says that the rate allows the next connection to an address.
func (g *gates) due(at netip.Addr) {
	g.mu.Lock()
	of := g.of[at]
	of.soon = false
	j, more := g.next(at, of)
	g.mu.Unlock()
	if more {
		g.m.hand(j)
	}
}

// leave gives a place back, and returns what may begin in it.
func (g *gates) leave(at netip.Addr) (job, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	of := g.of[at]
	of.open--
	return g.next(at, of)
}

// next takes a parked job out and starts it, if it may begin.
func (g *gates) next(at netip.Addr, of *gate) (job, bool) {
	switch {
	case len(of.waiting) > 0 && !of.soon && of.open < g.m.o.PerAddress:
		j := of.waiting[0]
		of.waiting[0] = job{}
		of.waiting = of.waiting[1:]
		g.parked--
		g.free.Signal()
		j.entered = true
		g.start(at, of)
		return j, true
	case len(of.waiting) == 0 && of.open == 0 && !of.soon:
		delete(g.of, at)
	}
	return job{}, false
}

// pace keeps the rate of the whole.
type pace struct {
	rate float64
	mu   sync.Mutex
	next time.Time
}

// wait waits for the next moment that the rate allows; false if ctx ended.
func (p *pace) wait(ctx context.Context) bool {
	if p.rate <= 0 {
		return true
	}
	p.mu.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	d := p.next.Sub(now)
	p.next = p.next.Add(time.Duration(float64(time.Second) / p.rate))
	p.mu.Unlock()
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// paced is a dialer that keeps a rate.
type paced struct {
	with probe.Dialer
	pace *pace
}

// DialContext waits for the rate, and dials.
func (d paced) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if !d.pace.wait(ctx) {
		return nil, ctx.Err()
	}
	if d.with == nil {
		return (&net.Dialer{FallbackDelay: -1}).DialContext(ctx, network, address)
	}
	return d.with.DialContext(ctx, network, address)
}

// names looks names up, a bounded number at once, and remembers as many.
type names struct {
	ask   func(context.Context, string) parley.Lookup
	slots chan struct{}
	mu    sync.Mutex
	known map[string]*lookup
}

type lookup struct {
	done   chan struct{}
	result parley.Lookup
}

func (n *names) init(ask func(context.Context, string) parley.Lookup) {
	n.ask, n.slots, n.known = ask, make(chan struct{}, maxLookups), map[string]*lookup{}
	if ask == nil {
		n.ask = new(probe.Prober).Lookup
	}
}

// lookup resolves a name, once for all that ask for it.
func (n *names) lookup(ctx context.Context, host string) parley.Lookup {
	if a, err := netip.ParseAddr(host); err == nil {
		return parley.Lookup{Name: host, Addrs: []netip.Addr{a.Unmap()}}
	}
	n.mu.Lock()
	l, known := n.known[host]
	if !known {
		if len(n.known) >= maxNames {
			clear(n.known) // who waits for a lookup holds it
		}
		l = &lookup{done: make(chan struct{})}
		n.known[host] = l
	}
	n.mu.Unlock()
	if !known {
		n.slots <- struct{}{}
		l.result = n.ask(ctx, host)
		<-n.slots
		close(l.done)
	}
	<-l.done
	return l.result
}
