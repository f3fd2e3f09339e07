package pkix_test

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// strict is a client of today that tries every path.
var strict = parley.Verification{
	When: parley.InHandshake, Names: parley.Yes, CommonName: parley.No, SHA1: parley.No, MD5: parley.No, LeafRSABits: 2048, CARSABits: 2048,
	ECDSA: parley.Yes, Ed25519: parley.Yes, Ed448: parley.No, RSAPSS: parley.Yes, PartialChain: parley.Yes, TrustedLeaf: parley.Yes,
	SentFirst: parley.No, ExpiredRoot: parley.No, Reorders: parley.Yes, MustStaple: parley.Yes, UnknownCritical: parley.No, KeyUsage: parley.Yes,
	SigningUsage: parley.Yes, CAExtKeyUsage: parley.Yes, TwiceExtension: parley.No, CommonNameBesideSAN: parley.No, TopWildcards: parley.No,
	CALeaf: parley.No, NegativeSerial: parley.No, LaxEncoding: parley.No, PartialWildcards: parley.No, AnyExtKeyUsage: parley.Yes,
}

func asked(root *issued, sent ...*issued) pkix.Question {
	q := pkix.Question{Name: host, Now: now, Rules: strict, Staple: parley.No, Purpose: pkix.ForServer}
	if root != nil {
		q.Roots = []*pkix.Pool{pkix.NewPool("test", root.der)}
	}
	for _, s := range sent {
		q.Sent = append(q.Sent, s.der)
	}
	return q
}

func TestAGoodChainHasNoProblems(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	mid := issue(t, ca("Intermediate"), root, nil)
	end := issue(t, leaf(), mid, nil)
	v := pkix.Verify(asked(root, end, mid))
	if v.Accepts != parley.Yes || len(v.Problems) != 0 || len(v.Path) != 3 || v.Path[2].Pool != "test" {
		t.Errorf("got %v, %v, path of %d", v.Accepts, v.Problems, len(v.Path))
	}
}

func TestAMissingIntermediateIsNamedAndCompletesOnceItIsHad(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	mid := issue(t, ca("Intermediate"), root, nil)
	template := leaf()
	template.IssuingCertificateURL = []string{"http://ca.parley.test/mid.crt"}
	end := issue(t, template, mid, nil)
	q := asked(root, end)
	v := pkix.Verify(q)
	p, ok := v.Has(pkix.NoPath)
	if !ok || p.Why != pkix.IssuerMissing || p.Issuer != "CN=Intermediate" || len(p.URLs) != 1 || p.URLs[0] != "http://ca.parley.test/mid.crt" {
		t.Errorf("got %+v, want the issuer missing", v.Problems)
	}
	used, ok := pkix.Completes(q, [][]byte{root.der, mid.der})
	if !ok || len(used) != 1 || used[0].Subject.CN != "Intermediate" {
		t.Errorf("completes: got %v %v", used, ok)
	}
}

func TestAnExpiredLeafIsSaid(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	template := leaf()
	template.NotBefore, template.NotAfter = now.Add(-48*time.Hour), now.Add(-24*time.Hour)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	v := pkix.Verify(asked(root, issue(t, template, root, nil)))
	if p, ok := v.Has(pkix.Expired); !ok || p.Role != pkix.Leaf || p.Value != "2026-11-21T12:00:00Z" || v.Accepts != parley.No {
		t.Errorf("got %+v", v.Problems)
	}
}
