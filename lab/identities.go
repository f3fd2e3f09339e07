package lab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"

	"github.com/parley-tls/parley/iana"
)

// identities are the lab's root and the two certificates it signed.
type identities struct {
	rootPEM string
	rsa     tls.Certificate // RSA, 2,048 bits
	ecdsa   tls.Certificate // ECDSA, secp256r1
}

// of returns the certificate whose key is of kind k; none for any other kind.
func (ids *identities) of(k iana.KeyType) (tls.Certificate, bool) {
	switch k {
	case iana.KeyRSA:
		return ids.rsa, true
	case iana.KeyECDSA:
		return ids.ecdsa, true
	}
	return tls.Certificate{}, false
}

func newIdentities() (*identities, error) {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("lab: make a key: %w", err)
	}
	now := time.Now()
	root := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{Organization: []string{"parley lab"}, CommonName: "practice root"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.AddDate(0, 0, 30),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey)
	if err != nil {
		return nil, fmt.Errorf("lab: sign the root: %w", err)
	}
	ids := &identities{rootPEM: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("lab: make a key: %w", err)
	}
	ecdsaKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("lab: make a key: %w", err)
	}
	if ids.rsa, err = leaf(root, rootKey, 2, rsaKey); err != nil {
		return nil, err
	}
	if ids.ecdsa, err = leaf(root, rootKey, 3, ecdsaKey); err != nil {
		return nil, err
	}
	return ids, nil
}

func leaf(root *x509.Certificate, rootKey crypto.Signer, serial int64, key crypto.Signer) (tls.Certificate, error) {
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{Organization: []string{"parley lab"}, CommonName: Name},
		NotBefore:    root.NotBefore,
		NotAfter:     root.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{Name, "*.parley.test", "localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(127, 0, 0, 2)},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, root, key.Public(), rootKey)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("lab: sign a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
