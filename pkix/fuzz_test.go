package pkix_test

import (
	"crypto/x509"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// FuzzRead holds that the reader survives any bytes, and that what crypto/x509
// reads as well has the same names and times.
func FuzzRead(f *testing.F) {
	root := issue(f, ca("Root"), nil, nil)
	f.Add(root.der)
	f.Add(issue(f, leaf(), root, nil).der)
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := pkix.Read(der)
		theirs, theirErr := x509.ParseCertificate(der)
		if theirErr != nil {
			return
		}
		switch {
		case err != nil:
			t.Fatalf("crypto/x509 reads it, and this reader does not: %v", err)
		case c.Serial.Cmp(theirs.SerialNumber) != 0 || c.Version != theirs.Version && len(c.Faults) == 0:
			t.Errorf("serial %v, version %d; want %v, %d", c.Serial, c.Version, theirs.SerialNumber, theirs.Version)
		case !c.NotAfter.Equal(theirs.NotAfter) || !c.NotBefore.Equal(theirs.NotBefore):
			t.Errorf("valid %v to %v; want %v to %v", c.NotBefore, c.NotAfter, theirs.NotBefore, theirs.NotAfter)
		case c.Names != nil && len(c.Names.DNS) != len(theirs.DNSNames) && len(c.Faults) == 0:
			t.Errorf("names %v, want %v", c.Names.DNS, theirs.DNSNames)
		case theirs.BasicConstraintsValid && c.IsCA() != theirs.IsCA:
			t.Errorf("CA %v, want %v", c.IsCA(), theirs.IsCA)
		}
	})
}

// FuzzVerify holds that no chain makes it fail or run away, and that it has an
// answer with a reason.
func FuzzVerify(f *testing.F) {
	root := issue(f, ca("Root"), nil, nil)
	mid := issue(f, ca("Intermediate"), root, nil)
	f.Add(issue(f, leaf(), mid, nil).der, mid.der, host)
	f.Add(root.der, root.der, "[::1]")
	f.Fuzz(func(t *testing.T, first, second []byte, name string) {
		q := pkix.Question{
			Sent: [][]byte{first, second, first, second}, Extra: [][]byte{second}, Name: name, Now: now, Rules: strict,
			Roots: []*pkix.Pool{pkix.NewPool("test", root.der, second)},
		}
		v := pkix.Verify(q)
		if v.Accepts != parley.Yes && len(v.Stops()) == 0 {
			t.Errorf("accepts %v and says no reason", v.Accepts)
		}
		if v.Accepts == parley.Yes && v.Path == nil {
			t.Error("accepts without a path")
		}
	})
}
