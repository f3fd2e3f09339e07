package probe

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/parley-tls/parley"
)

// How TTLs are learned without root: the kernel is told to drop segments with a
// TTL below a bound (IP_MINTTL, in IPv6 IPV6_MINHOPCOUNT), and what still
// arrives has a higher one. Of the peer's acknowledgements a byte each shows it;
// of a reset, which comes once, whether it arrives above the peer's TTL, and if
// not, whether the next one does at it.

// errNotHere says that this system, or this way to the peer, tells no TTLs.
var errNotHere = errors.New("TTLs cannot be watched here")

// settled is the slowest acknowledgement that counts as one: systems hold back
// that of a small segment for up to 200 ms (RFC 9293, Section 3.8.6.3).
const settled = 250 * time.Millisecond

// setting is what a socket is told before it connects; its address is the
// value in the context of the dial.
type setting struct {
	mss  int
	done bool
}

type settingKey struct{}

// Control is the ControlContext of a net.Dialer that is a Prober's Dialer: it
// tells a socket what the attempt asks of it before it connects. Without a
// Dialer, and with a *net.Dialer, the Prober sees to it itself.
func Control(ctx context.Context, _, _ string, c syscall.RawConn) error {
	s, ok := ctx.Value(settingKey{}).(*setting)
	if !ok {
		return nil
	}
	err := setMSS(c, s.mss)
	s.done = err == nil
	return err
}

// controlled is the dialer and the context for an attempt that asks something
// of its socket, and a check afterwards that it was told.
func (x *run) controlled(ctx context.Context, d Dialer) (context.Context, Dialer, func() *end) {
	if x.a.MSS == 0 {
		return ctx, d, func() *end { return nil }
	}
	if n, ok := d.(*net.Dialer); ok && n.Control == nil && n.ControlContext == nil {
		own := *n
		own.ControlContext = Control
		d = &own
	}
	s := &setting{mss: x.a.MSS}
	return context.WithValue(ctx, settingKey{}, s), d, func() *end {
		if !s.done {
			return &end{kind: parley.EndLocal, detail: "the size of segments cannot be set here"}
		}
		return nil
	}
}

// watched is the socket whose TTLs are asked for.
func (x *run) watched() (syscall.RawConn, error) {
	c, ok := x.link.conn.(syscall.Conn)
	if !ok || x.a.Scope.Via != "" || x.a.Hello == nil {
		return nil, errNotHere
	}
	return c.SyscallConn()
}

// watch runs an attempt that is about TTLs.
func (x *run) watch(ctx context.Context) *end {
	c, err := x.watched()
	if err == nil {
		v6 := x.a.Scope.Addr.Addr().Is6()
		if x.a.TTL.Peer {
			err = x.measure(ctx, c, v6)
		} else {
			e, failed := x.compare(c, v6)
			if failed == nil {
				return e
			}
			err = failed
		}
	}
	if err != nil {
		return notConnected(ctx, err) // a peer may have reset it by now
	}
	return &end{kind: parley.EndStopped}
}

// opening are the first bytes of a record with a hello in it: a peer waits for
// the rest.
var opening = append([]byte{22, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3}, make([]byte, 64)...)

// measure finds the highest bound above which acknowledgements stay away.
func (x *run) measure(ctx context.Context, c syscall.RawConn, v6 bool) error {
	left := opening
	wait := max(3*x.r.Connect, 20*time.Millisecond)
	var failed error
	arrives := func(bound int, wait time.Duration) bool {
		if failed != nil || len(left) == 0 {
			return false
		}
		if failed = setFloor(c, v6, bound); failed != nil {
			return false
		}
		if x.link.write(left[:1]) != nil {
			failed = context.Cause(ctx)
			return false
		}
		left = left[1:]
		var ok bool
		ok, failed = acknowledged(ctx, c, wait, x.r.Connect)
		return ok
	}
	if !arrives(1, settled+wait) && failed == nil {
		failed = errors.New("the peer acknowledges nothing")
	}
	low, steady := 1, false
	for _, wait := range []time.Duration{wait, wait + 80*time.Millisecond, settled + wait} {
		low = highest(func(bound int) bool { return arrives(bound, wait) })
		// An acknowledgement that was held back looks like one that was dropped.
		if steady = (low == 255 || !arrives(low+1, settled+wait)) && arrives(low, settled+wait); steady || failed != nil {
			break
		}
	}
	if failed == nil && !steady {
		failed = errors.New("the TTLs of the peer are not steady")
	}
	if err := setFloor(c, v6, 0); failed == nil {
		failed = err
	}
	if failed == nil {
		x.r.TTL.Peer = low
	}
	return failed
}

// highest is the highest bound at which something arrives; at 1 it does.
func highest(arrives func(bound int) bool) int {
	low, high := 1, 256 // it arrives at low, and not at high
	for _, b := range []int{65, 129} {
		if b > low && b < high {
			if arrives(b) {
				low = b
			} else {
				high = b
			}
		}
	}
	for high-low > 1 {
		b := (low + high) / 2
		if high-low > 32 {
			b = high - 16 // few peers are further away
		}
		if arrives(b) {
			low = b
		} else {
			high = b
		}
	}
	return low
}

// acknowledged waits until everything that was sent is acknowledged.
func acknowledged(ctx context.Context, c syscall.RawConn, wait, rtt time.Duration) (bool, error) {
	step := min(max(rtt/8, 200*time.Microsecond), 5*time.Millisecond)
	for until := time.Now().Add(wait); ; {
		open, err := unacknowledged(c)
		if err != nil || open == 0 {
			return err == nil, err
		}
		if time.Now().After(until) {
			return false, nil
		}
		if !sleep(ctx, step) {
			return false, context.Cause(ctx)
		}
	}
}

// compare sends the hello and lets the bound down in steps: above the peer's
// TTL, at it, and away. A reset that was dropped comes again, in answer to the
// hello that the kernel sends again.
func (x *run) compare(c syscall.RawConn, v6 bool) (*end, error) {
	again := 300*time.Millisecond + 3*x.r.Connect // the kernel's first repetition is over by then
	steps := []struct {
		bound int
		wait  time.Duration
		order parley.TTLOrder
	}{
		{bound: x.a.TTL.End + 1, wait: max(3*x.r.Connect, 100*time.Millisecond), order: parley.TTLHigher},
		{bound: x.a.TTL.End, wait: again, order: parley.TTLSame},
		{bound: 0, wait: 2 * again, order: parley.TTLLower},
	}
	if x.a.TTL.End == 255 {
		steps = steps[1:] // no TTL is higher
	}
	if err := setFloor(c, v6, steps[0].bound); err != nil {
		return nil, err
	}
	if _, e := x.sendHello(); e != nil {
		return e, nil
	}
	for i, s := range steps {
		if i > 0 {
			if err := setFloor(c, v6, s.bound); err != nil {
				return nil, err
			}
		}
		e := x.link.fill(time.Now().Add(s.wait))
		if e == nil {
			x.r.First = max(time.Since(x.origin), 1)
			e = &end{kind: parley.EndStopped} // it says something: that is no end
		}
		if e.kind == parley.EndSilence {
			continue
		}
		if e.kind == parley.EndRST || e.kind == parley.EndFIN {
			x.r.TTL.End = s.order
		}
		return e, nil
	}
	return &end{kind: parley.EndSilence}, nil
}
