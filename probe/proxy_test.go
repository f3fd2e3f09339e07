package probe

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// splice joins two connections until both are done.
func splice(a, b io.ReadWriter) {
	done := make(chan struct{})
	go func() { io.Copy(a, b); close(done) }()
	io.Copy(b, a)
	if c, ok := b.(*net.TCPConn); ok {
		c.CloseWrite()
	}
	<-done
}

// proxyHTTP opens tunnels to backend for those who ask for want with auth.
func proxyHTTP(c net.Conn, backend netip.AddrPort, want, auth string) {
	in := bufio.NewReader(c)
	r, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	switch {
	case r.Method != http.MethodConnect || r.RequestURI != want || r.Host != want:
		fmt.Fprintf(c, "HTTP/1.1 400 Bad Request for %s\r\n\r\n", r.RequestURI)
		return
	case r.Header.Get("Proxy-Authorization") != auth:
		io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")
		return
	}
	up, err := net.Dial("tcp", backend.String())
	if err != nil {
		return
	}
	defer up.Close()
	io.WriteString(c, "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
	splice(struct {
		io.Reader
		io.Writer
	}{in, c}, up)
}

func through(via string, addr netip.AddrPort) parley.Attempt {
	a := attempt(addr, modern("probe.example"))
	a.Scope.Via = via
	return a.Identify()
}

func TestHTTPProxiesOpenTunnels(t *testing.T) {
	t.Parallel()
	backend := goServer(t, &tls.Config{})
	want := fmt.Sprintf("probe.example:%d", backend.Port())
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("me:secret"))
	for name, tc := range map[string]struct{ scheme, auth string }{
		"plain":         {scheme: "http://"},
		"with password": {scheme: "http://me:secret@", auth: basic},
		"over TLS":      {scheme: "https://"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := serve(t, func(c *net.TCPConn) {
				if tc.scheme != "https://" {
					proxyHTTP(c, backend, want, tc.auth)
					return
				}
				proxyHTTP(tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate()}}), backend, want, tc.auth)
			})
			p := prober()
			a := through(tc.scheme+proxy.String(), backend)
			r := p.Do(t.Context(), a)
			if got := r.AnswerTo(a); r.End != parley.EndStopped || got.Choice.Version != iana.TLS13 {
				t.Errorf("got %s, %+v", summary(r), got)
			}
			if total, _ := p.Connections(backend); total != 1 {
				t.Errorf("connections counted for the address: got %d, want 1", total)
			}
		})
	}
}

func TestAProxyThatOpensNoTunnelIsQuoted(t *testing.T) {
	says := func(s string) func(*net.TCPConn) {
		return func(c *net.TCPConn) {
			c.Read(make([]byte, 4096))
			io.WriteString(c, s)
			untilClosed(c)
		}
	}
	target := netip.MustParseAddrPort("127.0.0.1:443")
	for _, tc := range []struct {
		name, scheme string
		proxy        func(*net.TCPConn)
		want, plain  string
	}{
		{name: "needs a password", scheme: "http", proxy: func(c *net.TCPConn) { proxyHTTP(c, target, "probe.example:443", "x") },
			want: "proxy-refused: HTTP/1.1 407 Proxy Authentication Required", plain: "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"},
		{name: "forbids", scheme: "http", proxy: says("HTTP/1.1 403 Forbidden\r\n\r\n"), want: "proxy-refused: HTTP/1.1 403 Forbidden", plain: "HTTP/1.1 403 Forbidden\r\n\r\n"},
		{name: "is no proxy of HTTP", scheme: "http", proxy: says("SSH-2.0-x\r\n"), want: "proxy-refused: not HTTP: SSH: SSH-2.0-x", plain: "SSH-2.0-x\r\n"},
		{name: "speaks TLS", scheme: "http", proxy: says("\x15\x03\x01\x00\x02\x02\x0a"), want: "proxy-refused: not HTTP: TLS", plain: "\x15\x03\x01\x00\x02\x02\x0a"},
		{name: "closes", scheme: "http", proxy: func(c *net.TCPConn) { c.Read(make([]byte, 4096)) }, want: "proxy-refused: closed without an answer"},
		{name: "is plain", scheme: "https", proxy: says("HTTP/1.1 400 Bad Request\r\n\r\n"), want: "proxy-refused: plaintext", plain: "HTTP/1.1 400 Bad Request\r\n\r\n"},
		{name: "refuses the outer hello", scheme: "https", proxy: answer(iana.ContentAlert, 2, 40), want: "proxy-refused: handshake with the proxy: remote error: tls: handshake failure"},
		{name: "is silent", scheme: "https", proxy: untilClosed, want: "proxy-refused: handshake with the proxy: no answer in 300ms"},
		{name: "is no SOCKS", scheme: "socks5", proxy: says("HTTP/1.1 400 Bad Request\r\n\r\n"), want: "proxy-refused: not SOCKS5: HTTP: HTTP/1.1 400 Bad Request", plain: "HTTP/1.1 400 Bad Request\r\n\r\n"},
		{name: "SOCKS without our way in", scheme: "socks5", proxy: says("\x05\xff"), want: "proxy-refused: no acceptable way to authenticate (0xff)"},
		{name: "SOCKS to a closed port", scheme: "socks5", proxy: says("\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"), want: "proxy-refused: connection refused"},
		{name: "SOCKS by its rules", scheme: "socks5h", proxy: says("\x05\x00\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"), want: "proxy-refused: not allowed by the ruleset"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := prober().Do(t.Context(), through(tc.scheme+"://"+serve(t, tc.proxy).String(), target))
			if got := summary(r); got != tc.want || string(r.Plain) != tc.plain {
				t.Errorf("got  %s\nwant %s\nplain: %q", got, tc.want, r.Plain)
			}
		})
	}
}

func TestAProxyThatIsNotThereIsToldFromTheTarget(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	r := prober().Do(t.Context(), through("http://"+l.Addr().String(), netip.MustParseAddrPort("127.0.0.1:443")))
	if got, want := summary(r), "refused: the proxy "+l.Addr().String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// proxySOCKS5 speaks RFC 1928, and RFC 1929 if a password is wanted.
func proxySOCKS5(c net.Conn, backend netip.AddrPort, password, want string) {
	b := make([]byte, 512)
	io.ReadFull(c, b[:2])
	io.ReadFull(c, b[2:2+b[1]])
	if password != "" {
		c.Write([]byte{5, 2})
		io.ReadFull(c, b[:len(password)])
		if string(b[:len(password)]) != password {
			c.Write([]byte{1, 1})
			return
		}
		c.Write([]byte{1, 0})
	} else {
		c.Write([]byte{5, 0})
	}
	if io.ReadFull(c, b[:len(want)]); string(b[:len(want)]) != want {
		c.Write([]byte{5, 1, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	up, err := net.Dial("tcp", backend.String())
	if err != nil {
		return
	}
	defer up.Close()
	c.Write([]byte{5, 0, 0, 3, 3, 'a', 'b', 'c', 0, 80})
	splice(c, up)
}

func TestSOCKSProxiesOpenTunnels(t *testing.T) {
	t.Parallel()
	backend := goServer(t, &tls.Config{})
	port := string([]byte{byte(backend.Port() >> 8), byte(backend.Port())})
	for name, tc := range map[string]struct{ scheme, password, want string }{
		"by address":    {scheme: "socks5://", want: "\x05\x01\x00\x01\x7f\x00\x00\x01" + port},
		"by name":       {scheme: "socks5h://", want: "\x05\x01\x00\x03\x0dprobe.example" + port},
		"with password": {scheme: "socks5://me:secret@", password: "\x01\x02me\x06secret", want: "\x05\x01\x00\x01\x7f\x00\x00\x01" + port},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := serve(t, func(c *net.TCPConn) { proxySOCKS5(c, backend, tc.password, tc.want) })
			r := prober().Do(t.Context(), through(tc.scheme+proxy.String(), backend))
			if r.End != parley.EndStopped {
				t.Errorf("got %s", summary(r))
			}
		})
	}
	t.Run("the prober's own login", func(t *testing.T) {
		t.Parallel()
		proxy := serve(t, func(c *net.TCPConn) { proxySOCKS5(c, backend, "\x01\x02me\x06secret", "") })
		p := prober()
		p.Logins = map[string]*url.Userinfo{proxy.String(): url.UserPassword("me", "guess2")}
		r := p.Do(t.Context(), through("socks5://"+proxy.String(), backend))
		if got, want := summary(r), "proxy-refused: the user name or password is refused (0x01)"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("wrong password", func(t *testing.T) {
		t.Parallel()
		proxy := serve(t, func(c *net.TCPConn) { proxySOCKS5(c, backend, "\x01\x02me\x06secret", "") })
		r := prober().Do(t.Context(), through("socks5://me:guess1@"+proxy.String(), backend))
		if got, want := summary(r), "proxy-refused: the user name or password is refused (0x01)"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}
