package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
)

// maxHeader bounds a proxy's answer, in bytes.
const maxHeader = 16 << 10

// connectHTTP asks for a tunnel by CONNECT (RFC 9110, Section 9.3.6). What
// comes after the header belongs to the tunnel.
func (x *run) connectHTTP(u *url.URL) *end {
	to := proxied{Scope: x.a.Scope, byName: true}
	host := net.JoinHostPort(to.host(), strconv.Itoa(int(to.Addr.Port())))
	request := "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n"
	if u.User != nil {
		password, _ := u.User.Password()
		basic := base64.StdEncoding.EncodeToString([]byte(u.User.Username() + ":" + password))
		request += "Proxy-Authorization: Basic " + basic + "\r\n"
	}
	if e := x.link.write([]byte(request + "\r\n")); e != nil {
		return e
	}
	head, e := x.header()
	if e != nil {
		return e
	}
	line, _, _ := strings.Cut(string(head), "\n")
	line = strings.TrimRight(line, "\r")
	if fields := strings.Fields(line); len(fields) < 2 || len(fields[1]) != 3 || fields[1][0] != '2' {
		return refusedBy(head, "%s", line[:min(len(line), 200)])
	}
	return nil
}

// header reads the proxy's status line and header. It gives up as soon as the
// bytes are not those of HTTP.
func (x *run) header() ([]byte, *end) {
	l := x.link
	// A proxy answers once it is connected itself.
	defer func(d time.Duration) { l.silence = d }(l.silence)
	l.silence = max(l.silence, orDefault(x.p.ConnectTimeout, DefaultConnectTimeout))
	deadline := time.Now().Add(2 * l.silence)
	for {
		if n := min(len(l.in), 5); string(l.in[:n]) != "HTTP/"[:n] {
			plain := l.banner(l.take())
			return nil, refusedBy(plain, "not HTTP: %s", identify(plain))
		}
		for _, mark := range []string{"\r\n\r\n", "\n\n"} {
			if i := bytes.Index(l.in, []byte(mark)); i >= 0 {
				head := l.in[:i+len(mark)]
				l.in = l.in[i+len(mark):]
				return head, nil
			}
		}
		if len(l.in) > maxHeader {
			return nil, refusedBy(l.take(), "a header of more than %d bytes", maxHeader)
		}
		if e := l.fill(deadline); e != nil {
			return nil, x.noTunnel(e)
		}
	}
}

// connectHTTPS speaks TLS to the proxy, and CONNECT inside. The outer layer is
// not the one under examination: it is left to crypto/tls, and not verified.
func (x *run) connectHTTPS(u *url.URL) *end {
	l := x.link
	first := &recorder{Conn: l.conn}
	outer := tls.Client(first, &tls.Config{ServerName: u.Hostname(), InsecureSkipVerify: true})
	l.conn.SetDeadline(time.Now().Add(l.silence))
	if l.ctx.Err() != nil {
		return &end{kind: parley.EndInterrupted}
	}
	err := outer.HandshakeContext(context.WithoutCancel(l.ctx)) // the link's deadline ends it
	switch {
	case err == nil:
		l.conn = outer
		return x.connectHTTP(u)
	case l.ctx.Err() != nil:
		return &end{kind: parley.EndInterrupted}
	case len(first.b) > 0 && (first.b[0] < 0x14 || first.b[0] > 0x18):
		return refusedBy(l.banner(first.b), "plaintext")
	}
	if e := l.failed(err); e.kind != parley.EndLocal {
		return refusedBy(nil, "handshake with the proxy: %s", x.instead(e))
	}
	return refusedBy(nil, "handshake with the proxy: %v", err)
}

// recorder keeps the first bytes read from a connection.
type recorder struct {
	net.Conn
	b []byte
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	r.b = append(r.b, p[:min(n, keep-len(r.b))]...)
	return n, err
}
