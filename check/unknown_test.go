package check_test

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/probe"
)

// TestEveryWayOfNotKnowingSaysWhereItEnded: the verdict is a problem only where
// one is shown, never fine, and the layer is named.
func TestEveryWayOfNotKnowingSaysWhereItEnded(t *testing.T) {
	t.Parallel()
	const healthyServer = "serve-today"
	for _, tc := range []struct {
		name string
		o    func(*testing.T) check.Options
		want string // causes, exit status, layer and what was seen there
	}{
		{"the name is not found", func(t *testing.T) check.Options { return atFault(t, "deny-the-name") },
			"network.name-not-found exit 3 name: no such host"},
		{"the resolver fails", func(t *testing.T) check.Options { return atFault(t, "fail-to-resolve") },
			"network.name-not-found exit 3 name: server misbehaving"},
		{"the resolver is not there", func(t *testing.T) check.Options {
			o := asking(lab.Name)
			o.Prober.Resolver = deadResolver(t)
			return o
		}, "network.name-not-found exit 3 name: read udp ADDR->ADDR: read: connection refused"},
		{"the port is closed", func(t *testing.T) check.Options { return asking(closed(t).String()) },
			"network.refused exit 3 connect"},
		{"--connect to a closed port", func(t *testing.T) check.Options {
			o := asking("shop.parley.test")
			o.Connect = closed(t).String()
			return o
		}, "network.refused exit 3 connect"},
		{"nothing answers the SYN", func(t *testing.T) check.Options {
			o := asking("127.0.0.1:443")
			o.Prober.Dialer = hanging{}
			return o
		}, "network.timeout exit 3 connect"},
		{"no route", func(t *testing.T) check.Options {
			o := asking("127.0.0.1:443")
			o.Prober.Dialer = failing{syscall.EHOSTUNREACH}
			return o
		}, "network.timeout exit 3 connect"},
		{"an IPv6 address only, and no route for IPv6", func(t *testing.T) check.Options {
			o := asking("shop.parley.test")
			o.Addrs, o.Local.NoIPv6 = []netip.Addr{netip.MustParseAddr("2001:db8::1")}, true
			o.Prober.Dialer = failing{syscall.ENETUNREACH}
			return o
		}, "network.timeout exit 3 connect"},
		{"an address without a route beside one that answers", func(t *testing.T) check.Options {
			o := atFault(t, healthyServer)
			_, port, _ := net.SplitHostPort(o.Target)
			o.Target, o.SNI = net.JoinHostPort(lab.Name, port), ""
			o.Addrs, o.Local.NoIPv6 = []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("2001:db8::1")}, true
			o.Prober.Dialer = v4Only{}
			return o
		}, "exit 0"},
		{"-4 and IPv6 addresses only", func(t *testing.T) check.Options {
			o := asking("shop.parley.test")
			o.Addrs, o.Family = []netip.Addr{netip.MustParseAddr("2001:db8::1")}, 4
			return o
		}, "network.name-not-found exit 3 name: it has no IPv4 address"},
		{"accepted and silent", func(t *testing.T) check.Options { return asking(serve(t, stay).String()) },
			"server.no-answer exit 3 hello"},
		{"the time is over before any answer", func(t *testing.T) check.Options {
			o := asking(serve(t, stay).String())
			o.Prober.Silence, o.Timeout = time.Minute, 100*time.Millisecond
			return o
		}, "exit 3 hello: no answer before the time was over"},
		{"the time is over before the connection", func(t *testing.T) check.Options {
			o := asking("127.0.0.1:443")
			o.Prober.Dialer, o.Prober.ConnectTimeout, o.Timeout = hanging{}, time.Minute, 100*time.Millisecond
			return o
		}, "exit 3 connect: no answer before the time was over"},
		{"the rate leaves time for one hello", func(t *testing.T) check.Options {
			o := atFault(t, healthyServer)
			o.Prober.Rate, o.Timeout = 0.001, 300*time.Millisecond
			return o
		}, "exit 3 connect: no answer before the time was over"},
		{"every answer is longer than the limit", func(t *testing.T) check.Options {
			return asking(serve(t, say(repeat(record(iana.ContentAlert, 1, 112), 10_000))).String())
		}, "exit 3 hello: answered with more than the limit: more than 64 records or messages"},
		{"the proxy's port is closed", func(t *testing.T) check.Options {
			o := atFault(t, healthyServer)
			o.Proxies = []string{"", "http://" + closed(t).String()}
			return o
		}, "network.refused exit 3 connect"},
		{"the proxy's port is closed, and only it is asked", func(t *testing.T) check.Options {
			o := atFault(t, healthyServer)
			o.Proxies = []string{"socks5://" + closed(t).String()}
			return o
		}, "network.refused exit 3 connect"},
		{"the proxy has no address", func(t *testing.T) check.Options {
			o := asking(lab.Name)
			denied := atFault(t, "deny-the-name")
			o.Addrs, o.Proxies = []netip.Addr{netip.MustParseAddr("127.0.0.1")}, []string{"http://proxy.parley.test:3128"}
			o.Prober = &probe.Prober{Resolver: denied.Prober.Resolver}
			return o
		}, "network.name-not-found exit 3 name"},
		{"the proxy does not answer the SYN", func(t *testing.T) check.Options {
			o := asking("127.0.0.1:443")
			o.Proxies, o.Prober.Dialer = []string{"http://127.0.0.1:3128"}, hanging{}
			return o
		}, "network.timeout exit 3 connect"},
		{"the proxy accepts and says nothing", func(t *testing.T) check.Options {
			o := atFault(t, healthyServer)
			o.Proxies, o.Prober = []string{"http://" + serve(t, stay).String()}, hasty()
			return o
		}, "proxy.connect-not-supported exit 1"},
		{"the proxy wants authentication", func(t *testing.T) check.Options {
			return throughProxy(t, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")
		}, "proxy.connect-not-supported exit 1"},
		{"the proxy forbids it", func(t *testing.T) check.Options {
			return throughProxy(t, "HTTP/1.1 403 Forbidden\r\n\r\n")
		}, "proxy.connect-not-supported exit 1"},
		{"the greeting before STARTTLS never comes", func(t *testing.T) check.Options {
			o := asking(serve(t, stay).String())
			o.StartTLS = "smtp"
			return o
		}, "server.no-answer exit 3 starttls"},
		{"STARTTLS is put off", func(t *testing.T) check.Options {
			o := asking(serve(t, smtp("454 4.7.0 TLS not available due to temporary reason")).String())
			o.StartTLS = "smtp"
			return o
		}, "exit 3 starttls: no upgrade to TLS: 454 4.7.0 TLS not available due to temporary reason"},
		{"commands stand behind the yes to STARTTLS", func(t *testing.T) check.Options {
			o := asking(serve(t, smtp("220 go ahead\r\n250 2.1.0 Ok")).String())
			o.StartTLS = "smtp"
			return o
		}, "exit 3 starttls: no upgrade to TLS: in clear behind the answer to the upgrade: 250 2.1.0 Ok"},
		{"every hello is refused with 49", func(t *testing.T) check.Options { return refused(t, 49) },
			"exit 3 hello: alert 49 access_denied"},
		{"every hello is refused with 90", func(t *testing.T) check.Options { return refused(t, 90) },
			"exit 3 hello: alert 90 user_canceled"},
		{"every hello is refused with 100", func(t *testing.T) check.Options { return refused(t, 100) },
			"exit 3 hello: alert 100 no_renegotiation"},
		{"every hello is refused with an alert that nobody knows", func(t *testing.T) check.Options { return refused(t, 199) },
			"exit 3 hello: alert 199 0xc7"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a, err := check.Run(t.Context(), tc.o(t))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(a); got != tc.want {
				t.Errorf("got  %s\nwant %s\n%s", got, tc.want, trail(a))
			}
		})
	}
}

// told is what an answer says in short.
func told(a *check.Answer) string {
	s := ""
	for _, f := range a.Result.Findings {
		s += string(f.Cause) + " "
	}
	s += fmt.Sprintf("exit %d", a.Exit())
	if a.Result.Verdict == parley.VerdictUnknown {
		phase, why := a.Layer()
		s += " " + phase.String()
		if why != "" {
			s += ": " + why
		}
	}
	return loopbackAddress.ReplaceAllString(s, "ADDR")
}

// loopbackAddress is what differs from run to run.
var loopbackAddress = regexp.MustCompile(`127\.0\.0\.1:\d+`)

func refused(t *testing.T, alert iana.Alert) check.Options {
	return asking(serve(t, refuse(alert)).String())
}

// throughProxy are the options of a check through a proxy that answers CONNECT
// with a header.
func throughProxy(t *testing.T, header string) check.Options {
	o := atFault(t, "serve-today")
	proxy := serve(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, len("CONNECT ")))
		io.WriteString(c, header)
		stay(c)
	})
	o.Proxies = []string{"http://" + proxy.String()}
	return o
}

// smtp greets, answers EHLO, and STARTTLS with a line.
func smtp(line string) func(net.Conn) {
	return func(c net.Conn) {
		in := make([]byte, 512)
		io.WriteString(c, "220 mail.parley.test ESMTP\r\n")
		c.Read(in)
		io.WriteString(c, "250-mail.parley.test\r\n250 STARTTLS\r\n")
		c.Read(in)
		io.WriteString(c, line+"\r\n")
		stay(c)
	}
}

func repeat(b []byte, n int) []byte {
	var out []byte
	for range n {
		out = append(out, b...)
	}
	return out
}
