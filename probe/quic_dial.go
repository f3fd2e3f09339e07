package probe

import (
	"context"
	"time"

	"github.com/parley-tls/parley"
)

// patience is how long silence is borne now.
func (l *link) patience() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bound > 0 {
		return min(l.silence, l.bound)
	}
	return l.silence
}

// carried runs an attempt over another transport than TCP.
func (x *run) carried(ctx context.Context) *end {
	if x.a.Scope.Via != "" {
		return &end{kind: parley.EndLocal, detail: "a proxy carries TCP alone"}
	}
	if e := x.dialUDP(ctx); e != nil {
		return e
	}
	return x.overQUIC()
}
