package clients_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	stdpkix "crypto/x509/pkix"
	"fmt"
	"maps"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/outcomes"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/pkix"
)

// measuredOn is the day on which the corpus was measured.
var measuredOn = time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)

const measuredName = "tls.parley.test"

// faults are the PKIs that the corpus was measured with, made anew, each as the
// chain that the server sends.
func faults(t *testing.T) (chains map[string][][]byte, root []byte) {
	t.Helper()
	p := pki{t: t}
	rootCert, rootKey := p.sign(p.ca("Parley Test Root"), nil, nil, p.rsa(2048))
	other, otherKey := p.sign(p.ca("Untrusted Root"), nil, nil, p.rsa(2048))
	mid, midKey := p.sign(p.ca("Parley Test Intermediate"), rootCert, rootKey, p.rsa(2048))
	leaf := func(change func(*x509.Certificate), key crypto.Signer) [][]byte {
		c := p.leaf()
		change(c)
		signed, _ := p.sign(c, rootCert, rootKey, key)
		return [][]byte{signed.Raw}
	}

	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	self, _ := p.sign(p.leaf(), nil, nil, p.rsa(2048))
	untrusted, _ := p.sign(p.leaf(), other, otherKey, p.rsa(2048))
	noMid, _ := p.sign(p.leaf(), mid, midKey, p.rsa(2048))
	key := p.rsa(2048)
	return map[string][][]byte{
		"ok":           leaf(as, key),
		"ecdsa-cert":   leaf(as, ec),
		"ed25519-cert": leaf(as, ed),
		"rsa1024-cert": leaf(as, p.rsa(1024)),
		"sha1-cert":    leaf(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA }, key),
		"self-signed":  {self.Raw},
		"expired": leaf(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = date2(2020), date2(2021)
		}, key),
		"not-yet-valid": leaf(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = date2(2040), date2(2041)
		}, key),
		"wrong-host": leaf(func(c *x509.Certificate) {
			c.Subject.CommonName, c.DNSNames, c.IPAddresses = "other.parley.test", []string{"other.parley.test"}, nil
		}, key),
		"cn-only":              leaf(func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil }, key),
		"missing-intermediate": {noMid.Raw},
		"untrusted-root":       {untrusted.Raw},
	}, rootCert.Raw
}

func date2(year int) time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }

// pki makes certificates for a test.
type pki struct {
	t      *testing.T
	serial int64
}

func (p *pki) rsa(bits int) crypto.Signer {
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		p.t.Fatal(err)
	}
	return k
}

func (p *pki) ca(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject: stdpkix.Name{CommonName: name}, NotBefore: measuredOn.AddDate(0, 0, -1), NotAfter: measuredOn.AddDate(9, 0, 0),
		BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

func (p *pki) leaf() *x509.Certificate {
	return &x509.Certificate{
		Subject: stdpkix.Name{CommonName: measuredName}, DNSNames: []string{measuredName, "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: measuredOn.AddDate(0, 0, -1), NotAfter: measuredOn.AddDate(1, 0, 0),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

// sign issues template; without an issuer it signs itself.
func (p *pki) sign(template, issuer *x509.Certificate, by, key crypto.Signer) (*x509.Certificate, crypto.Signer) {
	p.t.Helper()
	p.serial++
	template.SerialNumber = big.NewInt(p.serial)
	if issuer == nil {
		issuer, by = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), by)
	if err != nil {
		p.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		p.t.Fatal(err)
	}
	return c, key
}

// tally counts agreement for one stack.
type tally struct{ agree, of int }

// TestRulesAgreeWithWhatTheClientsDid holds the rules of every measured client
// against what it did with twelve certificates. The certificates are made anew;
// what the client did is the corpus's.
func TestRulesAgreeWithWhatTheClientsDid(t *testing.T) {
	t.Parallel()
	all, err := outcomes.Read(corpus(t))
	if err != nil {
		t.Fatal(err)
	}
	chains, root := faults(t)
	good := map[[3]string]outcomes.Outcome{}
	for _, o := range all {
		if o.Failure == "ok" {
			good[o.Release()] = o
		}
	}
	byStack, total, unsent, covered := map[string]tally{}, tally{}, 0, map[[3]string]bool{}
	for _, o := range all {
		sent, key := chains[o.Failure], o.Release()
		c := o.As(clients.Get)
		switch {
		case sent == nil:
			continue
		case c == nil:
			t.Errorf("%s %s: no client", o.Client, o.Version)
			continue
		case c.Verifies == nil:
			if c.ID != "links" {
				t.Errorf("%s: no rules", c.ID)
			}
			continue
		case o.SentNone():
			unsent++
			continue
		}
		covered[key] = true
		v := pkix.Verify(pkix.Question{
			Sent: sent, Roots: []*pkix.Pool{pkix.NewPool("test", root)}, Name: measuredName, Now: measuredOn,
			Staple: parley.No, Rules: *c.Verifies, Purpose: pkix.ForServer,
		})
		did, n := parley.No, byStack[c.Stack]
		if o.Accepted(good[key]) {
			did = parley.Yes
		}
		n.of, total.of = n.of+1, total.of+1
		if v.Accepts == did {
			n.agree, total.agree = n.agree+1, total.agree+1
		} else {
			t.Logf("%s %s (%s), %s: the rules say %v, it did %v; %v", o.Client, o.Version, c.ID, o.Failure, v.Accepts, did, kinds(v))
		}
		byStack[c.Stack] = n
	}
	for _, stack := range slices.Sorted(maps.Keys(byStack)) {
		t.Logf("%-10s %4d of %4d", stack, byStack[stack].agree, byStack[stack].of)
	}
	t.Logf("all        %4d of %4d, %d clients; in %d more no certificate was sent", total.agree, total.of, len(covered), unsent)
	if total.agree*100 < total.of*98 || len(covered) < 120 {
		t.Errorf("%d of %d agree for %d clients, want 98 of 100 for 120", total.agree, total.of, len(covered))
	}
}

func kinds(v pkix.Verdict) (words []string) {
	for _, p := range v.Problems {
		words = append(words, fmt.Sprintf("%s(%v)", p.Kind, p.Stops))
	}
	return words
}
