package lab

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// authority is a certificate authority of the lab.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// pki is a root, an intermediate that it issued, and the time they were made. A
// fault has one of its own.
type pki struct {
	now                time.Time
	root, intermediate *authority
}

// presented is what a server sends as its chain, leaf first, and the key that it
// signs with. CA is the root that a client is given to trust, in PEM.
type presented struct {
	chain  [][]byte
	key    crypto.Signer
	ca     string
	staple []byte // an OCSP response; nil: none
}

// newPKI makes authorities whose names end in name.
func newPKI(name string) (*pki, error) {
	p := &pki{now: time.Now()}
	var err error
	if p.root, err = p.authority(name+" root", nil); err != nil {
		return nil, err
	}
	p.intermediate, err = p.authority(name+" intermediate", p.root)
	return p, err
}

// authority makes one that issuer issued; nil: it issues itself. Each change is
// made to the certificate before it is signed.
func (p *pki) authority(name string, issuer *authority, changes ...func(*x509.Certificate)) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("lab: make a key: %w", err)
	}
	return p.authorityFor(key, name, issuer, changes...)
}

// authorityFor is authority with a key of another kind.
func (p *pki) authorityFor(key crypto.Signer, name string, issuer *authority, changes ...func(*x509.Certificate)) (*authority, error) {
	c := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{Organization: []string{"parley lab"}, CommonName: name},
		NotBefore:             p.now.AddDate(-2, 0, 0),
		NotAfter:              p.now.AddDate(2, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	for _, change := range changes {
		change(c)
	}
	a := &authority{cert: c, key: key}
	if issuer == nil {
		issuer = a
	}
	der, err := issuer.issue(c, key)
	if err != nil {
		return nil, err
	}
	a.cert, err = x509.ParseCertificate(der)
	return a, err
}

// issue signs a certificate for a key.
func (a *authority) issue(c *x509.Certificate, key crypto.Signer) ([]byte, error) {
	der, err := x509.CreateCertificate(rand.Reader, c, a.cert, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("lab: sign a certificate: %w", err)
	}
	return der, nil
}

// leaf is a certificate for the lab's names, before it is signed.
func (p *pki) leaf(changes ...func(*x509.Certificate)) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{Organization: []string{"parley lab"}, CommonName: Name},
		NotBefore:    p.now.AddDate(0, 0, -30),
		NotAfter:     p.now.AddDate(0, 0, 60),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{Name, "*.parley.test", "localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(127, 0, 0, 2)},
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

// signed is the usual chain, leaf and intermediate, with a leaf as changed.
func (p *pki) signed(changes ...func(*x509.Certificate)) (presented, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return presented{}, fmt.Errorf("lab: make a key: %w", err)
	}
	der, err := p.intermediate.issue(p.leaf(changes...), key)
	return presented{chain: [][]byte{der, p.intermediate.cert.Raw}, key: key, ca: inPEM(p.root.cert.Raw)}, err
}

func serial() *big.Int { return new(big.Int).SetBytes(append([]byte{1}, random(15)...)) }

func inPEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// config is a server of today that presents s.
func (s presented) config() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{{Certificate: s.chain, PrivateKey: s.key, OCSPStaple: s.staple}},
	}
}

// serveChain starts a server of today that sends the chain which build makes.
func serveChain(build func(p *pki) (presented, error)) func(ctx context.Context, l *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		p, err := newPKI("practice")
		if err != nil {
			return Target{}, err
		}
		s, err := build(p)
		if err != nil {
			return Target{}, err
		}
		addr, err := l.serve(ctx, serveTLS(s.config()))
		if err != nil {
			return Target{}, err
		}
		return Target{Address: addr.String(), SNI: Name, CA: s.ca}, nil
	}
}
