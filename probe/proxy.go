package probe

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"

	"github.com/parley-tls/parley"
)

// tunnel is a kind of proxy: the port that its URL means when it names none,
// and how it is asked for a connection.
type tunnel struct {
	port string
	open func(*run, *url.URL) *end
}

var tunnels = map[string]tunnel{
	"http":    {port: "80", open: (*run).connectHTTP},
	"https":   {port: "443", open: (*run).connectHTTPS},
	"socks5":  {port: "1080", open: (*run).connectSOCKS5},
	"socks5h": {port: "1080", open: (*run).connectSOCKS5},
}

// refusedBy says that the proxy did not open the tunnel, in its words.
func refusedBy(plain []byte, format string, args ...any) *end {
	return &end{kind: parley.EndProxyRefused, detail: fmt.Sprintf(format, args...), plain: plain}
}

// noTunnel makes the end of a connection an end of the talk with the proxy.
func (x *run) noTunnel(e *end) *end {
	if e.kind == parley.EndInterrupted {
		return e
	}
	return refusedBy(nil, "%s", x.instead(e))
}

// instead says in words what came instead of an answer.
func (x *run) instead(e *end) string {
	switch e.kind {
	case parley.EndFIN:
		return "closed without an answer"
	case parley.EndRST:
		return "reset without an answer"
	case parley.EndSilence:
		return fmt.Sprintf("no answer in %v", x.link.silence)
	}
	return e.kind.String() + ": " + e.detail
}

// host returns what the proxy is asked for: where it shall resolve names, the
// host as typed, or else the server name if there is one; otherwise the address.
func (s proxied) host() string {
	if typed, _, err := net.SplitHostPort(s.Host); err == nil && s.byName {
		return typed
	}
	if s.byName && s.Name != "" || !s.Addr.Addr().IsValid() {
		return s.Name
	}
	return s.Addr.Addr().Unmap().String()
}

// proxied is a scope as a proxy is asked for it.
type proxied struct {
	parley.Scope
	byName bool
}

// identify says what answered that should not have.
func identify(b []byte) string {
	if len(b) > 1 && b[0] >= 0x14 && b[0] <= 0x18 && b[1] == 3 {
		return "TLS"
	}
	name, words := parley.IdentifyPlain(b)
	if name == "" {
		return words
	}
	return name + ": " + words
}

// literal writes an address as EHLO takes it (RFC 5321, Section 4.1.3).
func literal(a netip.Addr) string {
	if a.Is6() {
		return "[IPv6:" + a.WithZone("").String() + "]"
	}
	return "[" + a.String() + "]"
}
