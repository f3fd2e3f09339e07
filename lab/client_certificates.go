package lab

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"
)

// clientCA signs the certificates of clients; the servers of the lab trust the
// one that they are told to.
type clientCA struct {
	root *x509.Certificate
	key  *ecdsa.PrivateKey
}

// newClientCA makes a CA for clients. Its name is what a server's request lists.
func newClientCA(name string) (*clientCA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("lab: make a key: %w", err)
	}
	now := time.Now()
	root := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.AddDate(-1, 0, 0),
		NotAfter:              now.AddDate(0, 0, 30),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("lab: sign a CA for clients: %w", err)
	}
	if root, err = x509.ParseCertificate(der); err != nil {
		return nil, fmt.Errorf("lab: read a CA for clients: %w", err)
	}
	return &clientCA{root: root, key: key}, nil
}

// issue makes a certificate for a client and its key, both in PEM. It is valid
// until the time given.
func (ca *clientCA) issue(until time.Time) (cert, key string, err error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", fmt.Errorf("lab: make a key: %w", err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "client of the lab"},
		NotBefore:    ca.root.NotBefore,
		NotAfter:     until,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, ca.root, k.Public(), ca.key)
	if err != nil {
		return "", "", fmt.Errorf("lab: sign a client certificate: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return "", "", fmt.Errorf("lab: write a key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})), nil
}

func (ca *clientCA) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(ca.root)
	return p
}

// asking is the Start of a server of crypto/tls that treats client certificates
// as auth says and trusts a CA of the lab's for them. change, if any, is made to
// its configuration, and client gives the target the client's own certificate.
func asking(auth tls.ClientAuthType, change func(*tls.Config), client func(*clientCA, *Target) error) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		ca, err := newClientCA("Lab clients CA 1")
		if err != nil {
			return Target{}, err
		}
		t, err := l.tlsTarget(ctx, func(ids *identities) *tls.Config {
			c := rsaConfig(ids)
			c.ClientAuth, c.ClientCAs = auth, ca.pool()
			if change != nil {
				change(c)
			}
			return c
		})
		if err == nil && client != nil {
			err = client(ca, &t)
		}
		return t, err
	}
}

// stopAt12 keeps a server to 1.2.
func stopAt12(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }

// ofAnotherCA gives the client a certificate of a CA that the server does not know.
func ofAnotherCA(_ *clientCA, t *Target) error {
	other, err := newClientCA("Other clients CA")
	if err != nil {
		return err
	}
	t.ClientCert, t.ClientKey, err = other.issue(time.Now().AddDate(0, 0, 7))
	return err
}

// expired gives the client a certificate of the right CA that has run out.
func expired(ca *clientCA, t *Target) (err error) {
	t.ClientCert, t.ClientKey, err = ca.issue(time.Now().AddDate(0, 0, -7))
	return err
}

// valid gives the client a certificate that the server accepts.
func valid(ca *clientCA, t *Target) (err error) {
	t.ClientCert, t.ClientKey, err = ca.issue(time.Now().AddDate(0, 0, 7))
	return err
}
