package lab

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestAnInterceptorHasACertificateForEveryName(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"intercept-at-the-proxy", "intercept-on-the-path"} {
		target := start(t, fault)
		for _, name := range []string{Name, "nowhere.invalid"} {
			to := target.Address
			if target.Proxy != "" {
				to = strings.TrimPrefix(target.Proxy, "http://")
			}
			c, err := net.Dial("tcp", to)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if target.Proxy != "" {
				fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target.Address, target.Address)
				if r, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || r.StatusCode != http.StatusOK {
					t.Fatalf("%s: CONNECT: %v, %v", fault, r, err)
				}
			}
			conn := tls.Client(c, &tls.Config{ServerName: name, InsecureSkipVerify: true})
			if err := conn.Handshake(); err != nil {
				t.Fatalf("%s, %s: %v", fault, name, err)
			}
			leaf := conn.ConnectionState().PeerCertificates[0]
			if err := leaf.VerifyHostname(name); err != nil || leaf.Issuer.CommonName != "Office Inspection root" {
				t.Errorf("%s, %s: %v, issued by %s", fault, name, err, leaf.Issuer)
			}
		}
	}
}
