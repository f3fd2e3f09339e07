package peers

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"
)

// connectThrough completes a handshake with host through a proxy.
func connectThrough(t *testing.T, proxy *Interceptor, host string, config *tls.Config) (*tls.Conn, error) {
	t.Helper()
	conn, err := net.Dial("tcp", proxy.Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", host, host)
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("CONNECT: %v, %v", response, err)
	}
	c := tls.Client(conn, config)
	return c, c.Handshake()
}

func TestAnInterceptingProxyAnswersWithItsOwnCertificate(t *testing.T) {
	proxy := Intercept(t)
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(proxy.CA) {
		t.Fatal("the proxy has no CA")
	}
	for _, stack := range []Stack{Go, Nginx} {
		origin := Start(t, stack, Config{})
		for _, host := range []string{origin.Addr.String(), fmt.Sprintf("%s:%d", Name, origin.Addr.Port())} {
			c, err := connectThrough(t, proxy, host, &tls.Config{ServerName: Name, RootCAs: pool})
			if err != nil {
				t.Errorf("%s, %s: %v\n%s", stack, host, err, proxy.Log())
				continue
			}
			if leaf := c.ConnectionState().PeerCertificates[0]; leaf.Issuer.CommonName != interceptorName {
				t.Errorf("%s, %s: the leaf is issued by %s; want %s", stack, host, leaf.Issuer, interceptorName)
			}
			if _, err := connectThrough(t, proxy, host, &tls.Config{ServerName: Name, RootCAs: testRoots(t)}); err == nil {
				t.Errorf("%s, %s: a client with the origin's roots verifies what the proxy presents", stack, host)
			}
		}
	}
}

func TestAnInterceptingProxyHidesWhatIsWrongWithAChain(t *testing.T) {
	proxy := Intercept(t)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(proxy.CA)
	for name, want := range map[string]int{"": http.StatusOK, "self-signed": http.StatusServiceUnavailable} {
		origin := Start(t, Go, Config{Chain: name})
		host := fmt.Sprintf("%s:%d", Name, origin.Addr.Port())
		c, err := connectThrough(t, proxy, host, &tls.Config{ServerName: Name, RootCAs: pool})
		if err != nil {
			t.Errorf("%q: %v; want the proxy's certificate", name, err)
			continue
		}
		fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", host)
		response, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil || response.StatusCode != want {
			t.Errorf("%q: %v, %v; want status %d", name, response, err, want)
		}
	}
}
