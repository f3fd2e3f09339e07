package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/parley-tls/parley"
)

// connect opens the connection of the attempt: to its address, or through its
// proxy.
func (x *run) connect(ctx context.Context) *end {
	via := x.a.Scope.Via
	if via == "" {
		return x.dial(ctx, x.a.Scope.Addr.String())
	}
	u, err := url.Parse(via)
	if err != nil || u.Hostname() == "" {
		return &end{kind: parley.EndLocal, detail: "the proxy is not given as a URL with a host"}
	}
	if u.User == nil {
		u.User = x.p.Logins[u.Host]
	}
	tunnel, ok := tunnels[u.Scheme]
	if !ok {
		return &end{kind: parley.EndLocal, detail: "unknown kind of proxy: " + u.Scheme}
	}
	port := u.Port()
	if port == "" {
		port = tunnel.port
	}
	address := net.JoinHostPort(u.Hostname(), port)
	if e := x.dial(ctx, address); e != nil {
		e.detail = strings.TrimSuffix("the proxy "+address+": "+e.detail, ": ")
		return e
	}
	return tunnel.open(x, u)
}

// dial opens a TCP connection and measures how long it took.
func (x *run) dial(ctx context.Context, address string) *end {
	p := x.p
	d := p.Dialer
	if d == nil {
		d = &net.Dialer{FallbackDelay: -1, KeepAlive: -1, Resolver: p.Resolver} // an attempt is over before it would be kept alive
	}
	limited, cancel := context.WithTimeout(ctx, orDefault(p.ConnectTimeout, DefaultConnectTimeout))
	defer cancel()
	limited, d, told := x.controlled(limited, d)
	began := time.Now()
	conn, err := d.DialContext(limited, "tcp", address)
	if err != nil {
		return notConnected(ctx, err)
	}
	if e := told(); e != nil {
		conn.Close()
		return e
	}
	x.r.Connect = time.Since(began)
	p.mu.Lock()
	defer p.mu.Unlock()
	silence := min(x.gate.silence, orDefault(x.a.Patience, x.gate.silence))
	x.link = newLink(ctx, conn, silence, orDefault(p.MaxBytes, DefaultMaxBytes))
	if x.a.Scope.Via == "" {
		x.gate.waiting[x.link] = struct{}{}
	}
	return nil
}

// notConnected tells apart the ways in which a connection does not come about.
func notConnected(ctx context.Context, err error) *end {
	e := &end{kind: parley.EndLocal, detail: err.Error()}
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		return &end{kind: parley.EndInterrupted}
	case errors.As(err, &dns) && dns.IsNotFound:
		e.kind = parley.EndNameNotFound
	case errors.As(err, &dns):
		e.kind = parley.EndNameError
	case errors.Is(err, syscall.ECONNREFUSED):
		e.kind, e.detail = parley.EndConnectRefused, ""
	case errors.Is(err, syscall.ECONNRESET):
		e.kind, e.detail = parley.EndRST, "" // the SYN was answered, and the reset came before the hello
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH),
		errors.Is(err, syscall.EHOSTDOWN), errors.Is(err, syscall.ENETDOWN), errors.Is(err, syscall.ENOPROTOOPT):
		e.kind, e.detail = parley.EndUnreachable, errno(err)
	case errors.Is(err, syscall.ETIMEDOUT), errors.Is(err, context.DeadlineExceeded),
		errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.kind, e.detail = parley.EndConnectTimeout, ""
	}
	return e
}

// NotConnected is the reply of an attempt whose connection did not come about,
// for who dials without a Prober.
func NotConnected(ctx context.Context, err error) parley.Reply {
	e := notConnected(ctx, err)
	return parley.Reply{End: e.kind, Detail: e.detail}
}

// errno returns the words of the system's error alone.
func errno(err error) string {
	var no syscall.Errno
	if errors.As(err, &no) {
		return no.Error()
	}
	return err.Error()
}

// endpoints returns the addresses of both ends of the connection.
func (l *link) endpoints() (local, remote netip.AddrPort) {
	return addrPort(l.conn.LocalAddr()), addrPort(l.conn.RemoteAddr())
}

func addrPort(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	ap := t.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
