package lab

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"fmt"

	"github.com/parley-tls/parley"
)

// ca is a change that makes a certificate authority last from so many days
// before now until so many after.
func (p *pki) lasting(from, until int) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = p.now.AddDate(0, 0, from), p.now.AddDate(0, 0, until)
	}
}

// signedFor is the usual chain for a key of another kind.
func (p *pki) signedFor(key crypto.Signer, err error, changes ...func(*x509.Certificate)) (presented, error) {
	if err != nil {
		return presented{}, fmt.Errorf("lab: make a key: %w", err)
	}
	der, err := p.intermediate.issue(p.leaf(changes...), key)
	return presented{chain: [][]byte{der, p.intermediate.cert.Raw}, key: key, ca: inPEM(p.root.cert.Raw)}, err
}

// signedBy is a chain of a leaf that the last of by issued, and of by.
func (p *pki) signedBy(by ...*authority) (presented, error) {
	s, err := p.signed()
	if err != nil {
		return s, err
	}
	der, err := by[len(by)-1].issue(p.leaf(), s.key)
	s.chain = [][]byte{der}
	for i := len(by) - 1; i >= 0; i-- {
		s.chain = append(s.chain, by[i].cert.Raw)
	}
	return s, err
}

// cross has issuer certify the key of a under the name of a.
func (a *authority) cross(issuer *authority, changes ...func(*x509.Certificate)) (*authority, error) {
	c := *a.cert
	c.Raw, c.SerialNumber = nil, serial()
	for _, change := range changes {
		change(&c)
	}
	der, err := issuer.issue(&c, a.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert: cert, key: a.key}, err
}

// resigned is a certificate whose content was edited, signed anew by issuer.
func (a *authority) resigned(der []byte, edit func(tbs []byte)) ([]byte, error) {
	var c struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &c); err != nil {
		return nil, fmt.Errorf("lab: read a certificate: %w", err)
	}
	edit(c.TBS.FullBytes)
	digest := sha256.Sum256(c.TBS.FullBytes)
	signature, err := a.key.(*ecdsa.PrivateKey).Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("lab: sign a certificate: %w", err)
	}
	c.Signature = asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}
	return asn1.Marshal(c)
}

func rsaKey(bits int) (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, bits) }

func ed25519Key() (crypto.Signer, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return key, err
}

// judgedBy starts a server as serveChain does, for clients that have the stores
// that build returns with the chain, and no others.
func judgedBy(build func(p *pki) (presented, []parley.Store, error)) func(ctx context.Context, l *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		var stores []parley.Store
		t, err := serveChain(func(p *pki) (s presented, err error) {
			s, stores, err = build(p)
			return s, err
		})(ctx, l)
		t.Trust = stores
		return t, err
	}
}
