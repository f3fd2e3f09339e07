// Package probe runs attempts on the wire. One Attempt goes in, one Reply comes
// out; what the reply means is decided elsewhere.
//
// Rules of the package:
//
//   - The ClientHello is the attempt's, byte for byte, except for what must be
//     new on every connection: random, session ID, key shares.
//   - Every way of failing is an End. Nothing is retried.
//   - Time, bytes and items that a peer may take are bounded, and a cancelled
//     context ends an attempt at once, with its socket closed and no goroutine
//     left behind.
package probe

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// The defaults of a Prober's limits.
const (
	DefaultMaxOpen        = 4
	DefaultConnectTimeout = 3 * time.Second
	DefaultSilence        = 3 * time.Second
	DefaultMaxBytes       = 256 << 10
)

// Dialer opens connections; a *net.Dialer is one.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// Prober runs attempts. The zero Prober is ready to use; its fields must not
// change once it runs. It is safe for concurrent use.
type Prober struct {
	Dialer   Dialer        // nil: a net.Dialer that races nothing
	Resolver *net.Resolver // nil: the system's
	Rand     io.Reader     // nil: crypto/rand; must be safe for concurrent use
	// Logins are user and password for proxies, by the host[:port] of their URL.
	// What an attempt says of its proxy goes into answers and cases; this does not.
	Logins  map[string]*url.Userinfo
	MaxOpen int     // connections open at once to one address; 0: DefaultMaxOpen
	Rate    float64 // new connections a second to one address; 0: no limit

	ConnectTimeout time.Duration // 0: DefaultConnectTimeout
	Silence        time.Duration // how long a peer may say nothing; 0: DefaultSilence. See Answered.
	MaxBytes       int           // bytes read of one attempt; 0: DefaultMaxBytes

	// Abrupt closes a connection as soon as the answer is there, without waiting
	// for what the peer still sends.
	Abrupt bool

	Started time.Time          // the zero of Reply.At; if it is zero, At stays zero
	Trace   func(parley.Reply) // called as each reply ends, from the goroutine of its Do

	mu    sync.Mutex
	gates map[string]*gate
	// sessions are those of which the last connection of each attempt was given a
	// ticket. Their keys go into no reply.
	sessions map[parley.AttemptID]session
}

// Answered tells that addr answered a control after a round trip of rtt: from
// now on silence there is max(1 s, 8 × rtt), and never more than p.Silence. It
// holds for attempts under way as well, unless they go through a proxy.
func (p *Prober) Answered(addr netip.AddrPort, rtt time.Duration) {
	g := p.gate(addr.String())
	p.mu.Lock()
	defer p.mu.Unlock()
	g.silence = min(p.silence(), max(time.Second, 8*rtt))
	for l := range g.waiting {
		l.hasten(g.silence)
	}
}

// Connections says how many connections were opened to addr so far, and how
// many were open at once.
func (p *Prober) Connections(addr netip.AddrPort) (total, peak int) {
	g := p.gate(addr.String())
	p.mu.Lock()
	defer p.mu.Unlock()
	return g.total, g.peak
}

// Do runs one attempt. It returns when the answer is known, the peer or the
// context ended it, or a limit was reached.
func (p *Prober) Do(ctx context.Context, a parley.Attempt) parley.Reply {
	x := &run{p: p, a: a, r: parley.Reply{Attempt: a.ID}}
	x.finish(x.do(ctx))
	p.keepSession(x)
	if p.Trace != nil {
		p.Trace(x.r)
	}
	x.close()
	return x.r
}

func (p *Prober) silence() time.Duration { return orDefault(p.Silence, DefaultSilence) }

func (p *Prober) rand() io.Reader {
	if p.Rand != nil {
		return p.Rand
	}
	return rand.Reader
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// end is how an attempt ended.
type end struct {
	kind   parley.EndKind
	alert  wire.Alert
	detail string
	plain  []byte
}

// run is one attempt under way.
type run struct {
	p      *Prober
	a      parley.Attempt
	r      parley.Reply
	gate   *gate
	link   *link
	by     time.Time     // when the steps before the hello must be through
	origin time.Time     // when the hello, or the last byte of the prologue, was written
	shares []*keys.Share // of the hello that was sent last
	dtls   *dtls         // over DTLS
	// resumes is the session that the hello offers; gave is what the server gave keys
	// for in 1.3, by the ticket that came last, and when.
	resumes session
	gave    session
	inner   *wire.ClientHello // what the hello carries encrypted; nil: nothing
	quic    *quicConn         // nil: another transport
}

func (x *run) do(ctx context.Context) *end {
	gate, others, e := x.p.enter(ctx, x.key())
	if e != nil {
		return e
	}
	x.gate, x.r.Others = gate, others
	if !x.p.Started.IsZero() {
		x.r.At = time.Since(x.p.Started)
	}
	switch t := x.a.Scope.Transport; t {
	case parley.TransportTCP:
	case parley.TransportDTLS:
		return x.handshakeDTLS(ctx)
	case parley.TransportQUIC:
		return x.carried(ctx)
	default:
		return &end{kind: parley.EndLocal, detail: "parley does not ask over " + strings.ToUpper(t.String()) + " yet"}
	}
	if e := x.connect(ctx); e != nil {
		return e
	}
	if e := x.prologue(); e != nil {
		return e
	}
	if x.a.TTL.Asked() {
		return x.watch(ctx)
	}
	return x.handshake()
}

// key names what the budget of connections is counted for: the address, or the
// server name if a proxy resolves it.
func (x *run) key() string {
	if s := x.a.Scope; !s.Addr.Addr().IsValid() {
		return s.Name
	}
	return x.a.Scope.Addr.String()
}

func (x *run) finish(e *end) {
	r := &x.r
	r.End, r.Alert, r.Detail = e.kind, e.alert, e.detail
	if len(e.plain) > 0 {
		r.Plain = e.plain[:min(len(e.plain), keep)]
	}
	if !x.origin.IsZero() {
		r.Took = time.Since(x.origin)
	}
}

// close ends the connection, quietly if it was parley that had heard enough,
// and frees its place.
func (x *run) close() {
	if x.link != nil {
		x.p.mu.Lock()
		delete(x.gate.waiting, x.link)
		x.p.mu.Unlock()
		if x.r.End == parley.EndStopped && !x.p.Abrupt && x.dtls == nil && x.quic == nil {
			x.link.drain(x.r.Connect)
		}
		x.link.close()
	}
	if x.gate != nil {
		x.p.leave(x.gate)
	}
}
