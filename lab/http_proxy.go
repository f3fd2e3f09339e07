package lab

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/netip"
)

// httpProxy returns a handler that speaks HTTP in clear. CONNECT is what it
// does with that method: tunnel, or an answer of its own.
func httpProxy(connect func(ctx context.Context, c *net.TCPConn, to string)) handler {
	return func(ctx context.Context, c *net.TCPConn) {
		in := bufio.NewReader(c)
		if first, err := in.Peek(2); err == nil && isTLS(first) {
			readHello(in)
			io.WriteString(c, httpAnswer("400 Bad Request"))
			hangUp(c, nil)
			return
		}
		r, err := http.ReadRequest(in)
		switch {
		case err != nil:
			io.WriteString(c, httpAnswer("400 Bad Request"))
		case r.Method == http.MethodConnect:
			connect(ctx, c, r.Host)
		default:
			io.WriteString(c, httpAnswer("403 Forbidden"))
		}
		hangUp(c, nil)
	}
}

// httpAnswer is a whole answer of HTTP with that status.
func httpAnswer(status string) string {
	return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
}

// tunnel connects c to another address of loopback; it goes nowhere else.
func tunnel(ctx context.Context, c *net.TCPConn, to string) { tunnelFrom(ctx, c, nil, to) }

// tunnelFrom is tunnel from a local address of its own; nil: the system's.
func tunnelFrom(ctx context.Context, c *net.TCPConn, from *net.TCPAddr, to string) {
	addr, err := netip.ParseAddrPort(to)
	if err != nil || !addr.Addr().IsLoopback() {
		io.WriteString(c, httpAnswer("403 Forbidden"))
		return
	}
	up, err := net.DialTCP("tcp", from, net.TCPAddrFromAddrPort(addr))
	if err != nil {
		io.WriteString(c, httpAnswer("502 Bad Gateway"))
		return
	}
	defer up.Close()
	defer context.AfterFunc(ctx, func() { up.Close() })()
	io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(up, c)
		up.CloseWrite()
	}()
	io.Copy(c, up)
	c.CloseWrite()
	<-done
}

// behindProxy starts a server as it should be, and proxy in front of it.
func behindProxy(ctx context.Context, l *Lab, scheme string, proxy handler) (Target, error) {
	t, err := today(ctx, l)
	if err != nil {
		return Target{}, err
	}
	addr, err := l.serve(ctx, proxy)
	t.Proxy = scheme + "://" + addr.String()
	return t, err
}

// proxyV2 begins every PROXY protocol header of version 2.
var proxyV2 = []byte("\r\n\r\n\x00\r\nQUIT\n")

// readProxyHeader consumes a PROXY protocol header of either version, and says
// whether there was one.
func readProxyHeader(in *bufio.Reader) bool {
	first, err := in.Peek(6)
	switch {
	case err != nil:
		return false
	case string(first) == "PROXY ":
		line, err := in.ReadSlice('\n')
		return err == nil && len(line) <= 107 // as long as a header of version 1 gets
	case !bytes.HasPrefix(proxyV2, first):
		return false
	}
	fixed := make([]byte, 16)
	if _, err := io.ReadFull(in, fixed); err != nil || !bytes.HasPrefix(fixed, proxyV2) {
		return false
	}
	_, err = in.Discard(int(fixed[14])<<8 | int(fixed[15]))
	return err == nil
}
