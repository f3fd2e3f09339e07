package lab

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"sync"
)

// interceptor is a product that ends TLS in the servers' place: for each name that
// is asked for it makes a certificate of a CA of its own, once.
type interceptor struct {
	pki *pki
	mu  sync.Mutex
	has map[string]*tls.Certificate
}

func newInterceptor() (*interceptor, error) {
	p, err := newPKI("Office Inspection")
	return &interceptor{pki: p, has: map[string]*tls.Certificate{}}, err
}

// config answers every name.
func (i *interceptor) config() *tls.Config {
	return &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		name := h.ServerName
		if name == "" {
			name = loopback.String()
		}
		return i.certificate(name)
	}}
}

func (i *interceptor) certificate(name string) (*tls.Certificate, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if c := i.has[name]; c != nil {
		return c, nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("lab: make a key: %w", err)
	}
	der, err := i.pki.root.issue(i.pki.leaf(func(c *x509.Certificate) {
		c.Subject.CommonName, c.DNSNames, c.IPAddresses = name, []string{name}, nil
		c.NotBefore = i.pki.now
	}), key)
	if err != nil {
		return nil, err
	}
	i.has[name] = &tls.Certificate{Certificate: [][]byte{der, i.pki.root.cert.Raw}, PrivateKey: key}
	return i.has[name], nil
}

// opened answers CONNECT and then the handshake, as if it were the server.
func (i *interceptor) opened(ctx context.Context, c *net.TCPConn, _ string) {
	fmt.Fprint(c, "HTTP/1.1 200 Connection established\r\n\r\n")
	serveTLS(i.config())(ctx, c)
}
