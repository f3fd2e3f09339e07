package pkix_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// now is the day of every test.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const host = "tls.parley.test"

// issued is a certificate with its key.
type issued struct {
	der      []byte
	template *x509.Certificate
	key      crypto.Signer
}

func ecKey(t testing.TB) crypto.Signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// ca and leaf are templates that a change makes the fault of a test.
func ca(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

func leaf() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host, "localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(0, 2, 0),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

// issue signs template with by; nil: with itself. key nil: a new one on P-256.
func issue(t testing.TB, template *x509.Certificate, by *issued, key crypto.Signer) *issued {
	t.Helper()
	if key == nil {
		key = ecKey(t)
	}
	i := &issued{template: template, key: key}
	if by == nil {
		by = i
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.template, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	i.der = der
	if i.template, err = x509.ParseCertificate(der); err != nil {
		i.template = template
	}
	return i
}
