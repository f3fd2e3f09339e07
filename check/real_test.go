package check_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
)

// loopbackOnly refuses every address that is not on this machine.
type loopbackOnly struct{ net.Dialer }

func (d *loopbackOnly) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	if a, err := netip.ParseAddr(host); err != nil || !a.IsLoopback() {
		return nil, fmt.Errorf("a test dialled %s", address)
	}
	return d.Dialer.DialContext(ctx, network, address)
}

func options(t *testing.T, p pair, addr netip.AddrPort) check.Options {
	t.Helper()
	o := check.Options{
		Target: addr.String(), SNI: peers.Name, ALPN: p.alpn, Now: time.Now(),
		Prober: &probe.Prober{Dialer: &loopbackOnly{}},
	}
	if p.sni != "" {
		o.SNI = p.sni
	}
	if p.byIP {
		o.SNI = ""
	}
	if p.want.cause != "plaintext.starttls-required" {
		o.StartTLS = p.config.StartTLS
	}
	var err error
	switch {
	case p.hello != nil:
		o.Client, err = clients.FromBytes(p.hello)
		if h := o.Client.Hellos[0].Message; h != nil && p.want.cause != "sni.missing" {
			h.SetServerName(o.SNI)
		}
	case p.as != "":
		o.Client, err = clients.Get(string(p.as))
	default:
		o.Panel = clients.Panel()
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestARealServerGetsItsOneCauseAndNoOther(t *testing.T) {
	for _, p := range pairs {
		t.Run(string(p.stack)+": "+p.fault, func(t *testing.T) {
			t.Parallel()
			peers.Need(t, p.stack)
			s := peers.Start(t, p.stack, p.config)
			o := options(t, p, s.Addr)
			p.around(t, s, &o)
			a, err := check.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := answer(a), p.want.String(); got != want {
				t.Errorf("got  %s\nwant %s\n%s%s", got, want, trail(a), s.Version)
			}
			if a.Connections > check.Connections*max(1, len(o.Addrs)) || a.Peak > probe.DefaultMaxOpen {
				t.Errorf("%d connections, %d at once; at most %d and %d", a.Connections, a.Peak, check.Connections, probe.DefaultMaxOpen)
			}
			samePairs(t, a)
		})
	}
}

// around sets up what stands beside or before the server of a pair.
func (p pair) around(t *testing.T, s *peers.Server, o *check.Options) {
	t.Helper()
	if p.lost != nil {
		routes := map[string]netip.AddrPort{"": s.Addr}
		for _, version := range p.lost {
			routes[version] = netip.AddrPort{}
		}
		o.Target = peers.Balance(t, routes).Addr.String()
	}
	if p.through != "" {
		peers.Need(t, p.through)
		o.Proxies = []string{p.scheme + "://" + peers.Start(t, p.through, p.throughConfig).Addr.String()}
	}
	if p.beside != nil {
		other := netip.AddrPortFrom(s.Addr.Addr().Next(), s.Addr.Port())
		peers.StartAt(t, other, p.stack, *p.beside)
		o.Target = net.JoinHostPort(peers.Name, strconv.Itoa(int(s.Addr.Port())))
		o.Addrs = []netip.Addr{s.Addr.Addr(), other.Addr()}
	}
	if p.stopped {
		if err := s.Halt(); err != nil {
			t.Fatal(err)
		}
	}
}

func (w want) String() string {
	if w.cause == "" {
		return "ok, exit 0"
	}
	return fmt.Sprintf("%s, side %s, %s, exit %d", w.cause, w.side, w.certainty, w.exit)
}

func answer(a *check.Answer) string {
	var out []string
	for _, f := range a.Result.Findings {
		out = append(out, fmt.Sprintf("%s, side %s, %s", f.Cause, f.Side, f.Certainty))
	}
	if len(out) == 0 {
		out = append(out, a.Result.Verdict.String())
	}
	return strings.Join(out, "; ") + fmt.Sprintf(", exit %d", a.Exit())
}

// trail tells what was tried, for a failing test.
func trail(a *check.Answer) string {
	var b strings.Builder
	for _, r := range a.Evidence.Replies {
		at := a.Evidence.Attempts[r.Attempt]
		ans := r.AnswerTo(at)
		fmt.Fprintf(&b, "  %-9v %-22s %v -> %s %v %.40q %s\n", at.Role, at.Name, at.Changed, ans.Words(), ans.Choice, r.Plain, r.Detail)
	}
	return b.String()
}

// oneStack is the cause that only one server software can be made to have:
// JSSE takes any set of versions; OpenSSL, GnuTLS, NSS and Go take a range, and
// give up what lies beyond a hole.
const oneStack = "version.gap"

func TestThePairsAreManyAndSpread(t *testing.T) {
	perStack := map[peers.Stack]int{}
	stacksOf := map[parley.CauseID][]peers.Stack{}
	faults := 0
	for _, p := range pairs {
		if p.want.cause == "" {
			continue
		}
		faults++
		perStack[p.stack]++
		if !slices.Contains(stacksOf[p.want.cause], p.stack) {
			stacksOf[p.want.cause] = append(stacksOf[p.want.cause], p.stack)
		}
	}
	if faults < 60 {
		t.Errorf("%d pairs of server and fault, want at least 60", faults)
	}
	for s, n := range perStack {
		if n > 15 {
			t.Errorf("%s has %d pairs, want at most 15", s, n)
		}
	}
	for c, s := range stacksOf {
		if len(s) < 2 && !strings.HasPrefix(string(c), "proxy.") && c != oneStack {
			t.Errorf("%s is met on %v alone, want two stacks", c, s)
		}
	}
	if len(stacksOf) < 25 {
		t.Errorf("%d causes, want at least 25", len(stacksOf))
	}
}
