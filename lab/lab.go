package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// Name is the server name that the lab's certificates are for, besides other
// names under parley.test and the loopback addresses.
const Name = "shop.parley.test"

var errClosed = errors.New("lab: closed")

// Lab runs faults and holds what they share: a root and certificates, made
// once, when the first fault needs them.
type Lab struct {
	identities func() (*identities, error)

	done chan struct{}
	wg   sync.WaitGroup

	mu     sync.Mutex // guards closed, and wg.Add against wg.Wait
	closed bool
}

// New returns a Lab in which nothing runs yet. Close it.
func New() *Lab {
	return &Lab{done: make(chan struct{}), identities: sync.OnceValues(newIdentities)}
}

// Close ends all that was started and waits until it has ended.
func (l *Lab) Close() {
	l.mu.Lock()
	if !l.closed {
		l.closed = true
		close(l.done)
	}
	l.mu.Unlock()
	l.wg.Wait()
}

// spawn runs f in a goroutine that Close waits for.
func (l *Lab) spawn(f func()) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	l.wg.Go(f)
	return nil
}

// handler serves one connection, which is closed when it returns and when ctx
// ends: it may block on c, and on nothing else but ctx.
type handler func(ctx context.Context, c *net.TCPConn)

// serve listens on a free port of 127.0.0.1 and serves each connection in a
// goroutine of its own.
func (l *Lab) serve(ctx context.Context, h handler) (netip.AddrPort, error) {
	return l.serveAt(ctx, netip.AddrPortFrom(loopback, 0), h)
}

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

func (l *Lab) serveAt(ctx context.Context, at netip.AddrPort, h handler) (netip.AddrPort, error) {
	ln, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(at))
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("lab: listen: %w", err)
	}
	s := &server{lab: l, listener: ln, handler: h, open: map[*net.TCPConn]struct{}{}}
	if err := l.until(ctx, s.run, s.close); err != nil {
		ln.Close()
		return netip.AddrPort{}, err
	}
	return ln.Addr().(*net.TCPAddr).AddrPort(), nil
}

// until runs run, and calls stop when ctx or the lab ends; run must return soon
// after. The context that run gets ends as well.
func (l *Lab) until(ctx context.Context, run func(context.Context), stop func()) error {
	ctx, cancel := context.WithCancel(ctx)
	err := l.spawn(func() {
		select {
		case <-ctx.Done():
		case <-l.done:
		}
		cancel()
		stop()
	})
	if err == nil {
		err = l.spawn(func() { run(ctx) })
	}
	if err != nil {
		cancel()
	}
	return err
}

// server is one listener and its open connections.
type server struct {
	lab      *Lab
	listener *net.TCPListener
	handler  handler

	mu   sync.Mutex
	open map[*net.TCPConn]struct{} // nil once closed
}

func (s *server) run(ctx context.Context) {
	for {
		c, err := s.listener.AcceptTCP()
		if err != nil {
			return
		}
		if !s.add(c) || s.lab.spawn(func() { defer s.remove(c); s.handler(ctx, c) }) != nil {
			c.Close()
		}
	}
}

func (s *server) add(c *net.TCPConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		return false
	}
	s.open[c] = struct{}{}
	return true
}

func (s *server) remove(c *net.TCPConn) {
	c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}

func (s *server) close() {
	s.listener.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.Close()
	}
	s.open = nil
}
