package probe

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"slices"
	"sync"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// present chooses what the attempt shows to a server that asks: nothing where
// its key cannot sign in a way that the server takes, as clients do.
func (f *follow) present(v iana.Version, asks *wire.CertificateRequest) (chain [][]byte, key crypto.Signer, scheme iana.Scheme, err error) {
	c := f.a.Cert
	switch {
	case c == nil:
		return nil, nil, 0, nil
	case c.Key == nil && c.Name == parley.ThrowAway.Name:
		return throwAway(v, asks)
	case c.Key == nil:
		return nil, nil, 0, nil
	}
	scheme, ok := keys.PickScheme(c.Key.Public(), v, asks.Schemes)
	if !ok {
		return nil, nil, 0, nil
	}
	return c.Chain, c.Key, scheme, nil
}

// throwAwayKeys are kinds of key, the one that most servers take first. A key is
// made once, and stands for nothing: the certificate is what is thrown away.
var throwAwayKeys = []struct {
	kind iana.ClientCertificateType
	make func() (crypto.Signer, error)
}{
	{iana.ClientCertECDSASign, sync.OnceValues(func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) })},
	{iana.ClientCertRSASign, sync.OnceValues(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, 2048) })},
	{iana.ClientCertECDSASign, sync.OnceValues(func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P384(), rand.Reader) })},
	{iana.ClientCertECDSASign, sync.OnceValues(func() (crypto.Signer, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	})},
}

// throwAway makes a self-signed certificate of a kind that the server takes, and
// none if it takes none that parley can make.
func throwAway(v iana.Version, asks *wire.CertificateRequest) (chain [][]byte, key crypto.Signer, scheme iana.Scheme, err error) {
	for _, k := range throwAwayKeys {
		if v < iana.TLS13 && !slices.Contains(asks.Types, k.kind) {
			continue
		}
		key, err := k.make()
		if err != nil {
			return nil, nil, 0, err
		}
		scheme, ok := keys.PickScheme(key.Public(), v, asks.Schemes)
		if !ok {
			continue
		}
		now := time.Now()
		template := &x509.Certificate{
			SerialNumber: big.NewInt(now.UnixNano()),
			Subject:      pkix.Name{CommonName: "parley, thrown away"},
			NotBefore:    now.Add(-time.Hour),
			NotAfter:     now.Add(24 * time.Hour),
			KeyUsage:     x509.KeyUsageDigitalSignature,
			ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		return [][]byte{der}, key, scheme, err
	}
	return nil, nil, 0, nil
}
