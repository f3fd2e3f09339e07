package probe

import (
	"context"
	"time"

	"github.com/parley-tls/parley"
)

// gate keeps the budget of one address. Its fields are guarded by Prober.mu.
type gate struct {
	slots             chan struct{}
	open, peak, total int
	next              time.Time // when Rate allows the next connection
	silence           time.Duration
	flights           int                // of DTLS that came
	slowest           time.Duration      // from a hello to the first message of such a flight
	waiting           map[*link]struct{} // links under way, but those through a proxy
}

func (p *Prober) gate(key string) *gate {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.gates[key]
	if g == nil {
		if p.gates == nil {
			p.gates = map[string]*gate{}
		}
		g = &gate{slots: make(chan struct{}, orDefault(p.MaxOpen, DefaultMaxOpen)), silence: p.silence(), waiting: map[*link]struct{}{}}
		p.gates[key] = g
	}
	return g
}

// enter waits for a place among the connections to key and for the rate. It
// returns how many others are open.
func (p *Prober) enter(ctx context.Context, key string) (*gate, int, *end) {
	if ctx.Err() != nil {
		return nil, 0, &end{kind: parley.EndInterrupted}
	}
	g := p.gate(key)
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, 0, &end{kind: parley.EndInterrupted}
	}
	if !sleep(ctx, p.delay(g)) {
		<-g.slots
		return nil, 0, &end{kind: parley.EndInterrupted}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	others := g.open
	g.open++
	g.total++
	g.peak = max(g.peak, g.open)
	return g, others, nil
}

func (p *Prober) leave(g *gate) {
	p.mu.Lock()
	g.open--
	p.mu.Unlock()
	<-g.slots
}

// delay reserves the next moment that Rate allows, and says how far off it is.
func (p *Prober) delay(g *gate) time.Duration {
	if p.Rate <= 0 {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	at := g.next
	if at.Before(now) {
		at = now
	}
	g.next = at.Add(time.Duration(float64(time.Second) / p.Rate))
	return at.Sub(now)
}

// sleep waits for d and reports whether ctx let it.
func sleep(ctx context.Context, d time.Duration) bool {
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
