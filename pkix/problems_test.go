package pkix_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	stdpkix "crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// told is a problem as a test names it: kind, and the certificate's place.
type told struct {
	kind  pkix.Kind
	sent  int
	stops parley.Truth
}

func tell(v pkix.Verdict) (all []told) {
	for _, p := range v.Problems {
		all = append(all, told{kind: p.Kind, sent: p.Sent, stops: p.Stops})
	}
	return all
}

func extra(id []int, critical bool, value []byte) stdpkix.Extension {
	return stdpkix.Extension{Id: asn1.ObjectIdentifier(id), Critical: critical, Value: value}
}

// TestEachFaultOfALeafIsItsOwnProblem changes one thing of a good leaf.
func TestEachFaultOfALeafIsItsOwnProblem(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	mid := issue(t, ca("Intermediate"), root, nil)
	tests := []struct {
		name   string
		change func(*x509.Certificate)
		ask    string
		want   []told
	}{
		{name: "not yet valid", change: func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) }, want: []told{{pkix.NotYetValid, 0, parley.Yes}}},
		{name: "another name", ask: "shop.example", want: []told{{pkix.NameMismatch, 0, parley.Yes}}},
		{name: "an address that it lacks", ask: "192.0.2.1", want: []told{{pkix.IPNotNamed, 0, parley.Yes}}},
		{name: "an address that it has, in a URL's brackets", ask: "[::1]", change: func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv6loopback} }},
		{name: "a common name alone", change: func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil }, want: []told{{pkix.NoSAN, 0, parley.Yes}}},
		{name: "for clients", change: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, want: []told{{pkix.WrongExtKeyUsage, 0, parley.Yes}}},
		{name: "a key for CRLs", change: func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign }, want: []told{{pkix.WrongKeyUsage, 0, parley.Yes}}},
		{name: "the CA flag", change: func(c *x509.Certificate) { c.IsCA = true }, want: []told{{pkix.LeafIsCA, 0, parley.Yes}}},
		{name: "an unknown critical extension", change: func(c *x509.Certificate) {
			c.ExtraExtensions = []stdpkix.Extension{extra([]int{2, 25, 7}, true, []byte{5, 0})}
		}, want: []told{{pkix.CriticalUnknown, 0, parley.Yes}}},
		{name: "an unknown extension", change: func(c *x509.Certificate) {
			c.ExtraExtensions = []stdpkix.Extension{extra([]int{2, 25, 7}, false, []byte{5, 0})}
		}},
		{name: "must-staple", change: func(c *x509.Certificate) {
			c.ExtraExtensions = []stdpkix.Extension{extra([]int{1, 3, 6, 1, 5, 5, 7, 1, 24}, false, []byte{0x30, 3, 2, 1, 5})}
		}, want: []told{{pkix.NoStaple, 0, parley.Yes}}},
		{name: "names that cannot be read", change: func(c *x509.Certificate) {
			c.DNSNames, c.IPAddresses = nil, nil
			c.ExtraExtensions = []stdpkix.Extension{extra([]int{2, 5, 29, 17}, false, []byte{0x30, 9, 0x82, 9, 'a'})}
		}, want: []told{{pkix.Malformed, 0, parley.Yes}, {pkix.NoSAN, 0, parley.Yes}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			template := leaf()
			if tt.change != nil {
				tt.change(template)
			}
			q := asked(root, issue(t, template, mid, nil), mid)
			if tt.ask != "" {
				q.Name = tt.ask
			}
			if got := tell(pkix.Verify(q)); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// TestEachFaultOfAPathIsItsOwnProblem changes what is sent or trusted.
func TestEachFaultOfAPathIsItsOwnProblem(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	mid := issue(t, ca("Intermediate"), root, nil)
	end := issue(t, leaf(), mid, nil)
	variant := func(change func(*x509.Certificate)) *issued {
		c := ca("Intermediate")
		change(c)
		return issue(t, c, root, mid.key)
	}
	alone := issue(t, leaf(), nil, nil)
	named := leaf()
	named.Subject = mid.template.Subject
	noCA := issue(t, named, nil, nil)
	expired := variant(func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) })
	tests := []struct {
		name string
		root *issued
		sent []*issued
		want []told
		why  pkix.Why
	}{
		{name: "nothing sent", root: root, want: []told{{pkix.NoCertificate, -1, parley.Yes}}},
		{name: "a self-signed leaf", root: root, sent: []*issued{issue(t, leaf(), nil, nil)}, want: []told{{pkix.NoPath, 0, parley.Yes}}, why: pkix.SelfSignedLeaf},
		{name: "an unknown root, sent", root: issue(t, ca("Other"), nil, nil), sent: []*issued{end, mid, root}, want: []told{{pkix.NoPath, 2, parley.Yes}}, why: pkix.RootUntrusted},
		{name: "an unknown root, not sent", root: issue(t, ca("Other"), nil, nil), sent: []*issued{end, mid}, want: []told{{pkix.NoPath, 1, parley.Yes}}, why: pkix.IssuerMissing},
		{name: "an older root of that name", root: issue(t, ca("Root"), nil, nil), sent: []*issued{end, mid}, want: []told{{pkix.NoPath, 1, parley.Yes}}, why: pkix.StaleCA},
		{name: "an older root of that name, beside the new one, sent", root: issue(t, ca("Root"), nil, nil), sent: []*issued{end, mid, root},
			want: []told{{pkix.NoPath, 2, parley.Yes}}, why: pkix.StaleCA},
		{name: "a trusted leaf that has the issuer's name", root: noCA, sent: []*issued{end}, want: []told{{pkix.NoPath, 0, parley.Yes}}, why: pkix.IssuerMissing},
		{name: "a self-signed leaf, and another one trusted that has its name", root: alone, sent: []*issued{issue(t, leaf(), nil, nil)},
			want: []told{{pkix.NoPath, 0, parley.Yes}}, why: pkix.SelfSignedLeaf},
		{name: "a self-signed leaf, and a CA trusted that has its name", root: issue(t, ca(host), nil, nil), sent: []*issued{issue(t, leaf(), nil, nil)},
			want: []told{{pkix.NoPath, 0, parley.Yes}}, why: pkix.SelfSignedLeaf},
		{name: "a self-signed leaf, and a CA trusted that has its name and its key", root: issue(t, ca(host), nil, alone.key), sent: []*issued{alone},
			want: []told{{pkix.NoPath, 0, parley.Yes}}, why: pkix.SelfSignedLeaf},
		{name: "a self-signed leaf that is trusted", root: alone, sent: []*issued{alone}, want: []told{{pkix.TrustedLeaf, 0, parley.No}}},
		{name: "the root sent as well", root: root, sent: []*issued{end, mid, root}, want: []told{{pkix.RootSent, 2, parley.No}}},
		{name: "the wrong order", root: root, sent: []*issued{end, root, mid}, want: []told{{pkix.WrongOrder, 1, parley.No}, {pkix.RootSent, 1, parley.No}}},
		{name: "a stranger sent", root: root, sent: []*issued{end, mid, issue(t, ca("Other"), nil, nil)}, want: []told{{pkix.Superfluous, 2, parley.No}}},
		{name: "an intermediate that is no CA", root: root, want: []told{{pkix.NotCA, 1, parley.Yes}, {pkix.WrongKeyUsage, 1, parley.Yes}},
			sent: []*issued{end, variant(func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature })}},
		{name: "an intermediate for clients", root: root, want: []told{{pkix.WrongExtKeyUsage, 1, parley.Yes}},
			sent: []*issued{end, variant(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })}},
		{name: "a constrained intermediate", root: root, want: []told{{pkix.Constrained, 1, parley.Yes}},
			sent: []*issued{end, variant(func(c *x509.Certificate) {
				c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"shop.example"}
			})}},
		{name: "an expired intermediate", root: root, sent: []*issued{end, expired}, want: []told{{pkix.Expired, 1, parley.Yes}}},
		{name: "an expired intermediate beside a good one", root: root, sent: []*issued{end, expired, mid},
			want: []told{{pkix.ExpiredRootPath, 1, parley.No}, {pkix.Superfluous, 1, parley.No}}},
		{name: "the leaf trusted", root: end, sent: []*issued{end}, want: []told{{pkix.PartialPath, 0, parley.No}}},
		{name: "the intermediate trusted", root: mid, sent: []*issued{end}, want: []told{{pkix.PartialPath, -1, parley.No}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := pkix.Verify(asked(tt.root, tt.sent...))
			if got := tell(v); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if p, _ := v.Has(pkix.NoPath); p.Why != tt.why {
				t.Errorf("why: got %v, want %v", p.Why, tt.why)
			}
		})
	}
}

func TestKeysAndDigestsAreHeldAgainstTheRules(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, rsaKey(t, 2048))
	weak := leaf()
	weak.SignatureAlgorithm = x509.SHA1WithRSA
	end := issue(t, weak, root, rsaKey(t, 1024))
	want := []told{{pkix.KeyTooSmall, 0, parley.Yes}, {pkix.WeakDigest, 0, parley.Yes}}
	q := asked(root, end)
	if got := tell(pkix.Verify(q)); !slices.Equal(got, want) {
		t.Errorf("strict: got %v, want %v", got, want)
	}
	q.Rules.SHA1, q.Rules.LeafRSABits = parley.Yes, 1024
	if v := pkix.Verify(q); v.Accepts != parley.Yes || len(v.Problems) != 2 {
		t.Errorf("lenient: %v %v", v.Accepts, tell(v))
	}
	q.Rules.SHA1 = parley.Unknown
	if v := pkix.Verify(q); v.Accepts != parley.Unknown {
		t.Errorf("a rule that is not known: accepts %v, want unknown", v.Accepts)
	}
	q.Rules.When = parley.NeverVerifies
	if v := pkix.Verify(q); v.Accepts != parley.Yes {
		t.Errorf("a client that never verifies: accepts %v, want yes", v.Accepts)
	}
}

// TestAClientThatFollowsWhatWasSentStopsAtAnExpiredRoot is DST Root CA X3: a
// cross-signed root was sent, and the root that signed it has expired.
func TestAClientThatFollowsWhatWasSentStopsAtAnExpiredRoot(t *testing.T) {
	t.Parallel()
	template := ca("Old Root")
	template.NotAfter = now.Add(-time.Hour)
	old := issue(t, template, nil, nil)
	root := issue(t, ca("Root"), nil, nil)
	cross := issue(t, ca("Root"), old, root.key)
	mid := issue(t, ca("Intermediate"), root, nil)
	q := asked(root, issue(t, leaf(), mid, nil), mid, cross)
	q.Roots = []*pkix.Pool{pkix.NewPool("test", root.der, old.der)}
	v := pkix.Verify(q)
	if p, ok := v.Has(pkix.ExpiredRootPath); v.Accepts != parley.Yes || !ok || p.Certificate.Subject.CN != "Old Root" || len(v.Others) == 0 {
		t.Errorf("a client that tries every path: %v %v", v.Accepts, tell(v))
	}
	q.Rules.SentFirst = parley.Yes
	v = pkix.Verify(q)
	if p, ok := v.Has(pkix.Expired); v.Accepts != parley.No || !ok || p.Avoidable != parley.Yes || p.Role != pkix.Root {
		t.Errorf("a client that follows what was sent: %v %v", v.Accepts, tell(v))
	}
}

func TestNamesAreComparedLabelByLabel(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	tests := []struct {
		pattern, ask string
		rules        func(*parley.Verification)
		want         parley.Truth
	}{
		{pattern: "shop.example", ask: "SHOP.example", want: parley.Yes},
		{pattern: "shop.example", ask: "shop.example.", want: parley.Yes},
		{pattern: "*.shop.example", ask: "www.shop.example", want: parley.Yes},
		{pattern: "*.shop.example", ask: "shop.example", want: parley.No},
		{pattern: "*.shop.example", ask: "a.www.shop.example", want: parley.No},
		{pattern: "*.shop.example", ask: ".shop.example", want: parley.No},
		{pattern: "www*.shop.example", ask: "www9.shop.example", want: parley.No},
		{pattern: "www*.shop.example", ask: "www9.shop.example", rules: func(v *parley.Verification) { v.PartialWildcards = parley.Yes }, want: parley.Yes},
		{pattern: "www*.shop.example", ask: "www9.shop.example", rules: func(v *parley.Verification) { v.PartialWildcards = parley.Unknown }, want: parley.Unknown},
		{pattern: "xn--*.shop.example", ask: "xn--a.shop.example", rules: func(v *parley.Verification) { v.PartialWildcards = parley.Yes }, want: parley.No},
		{pattern: "a.*.example", ask: "a.shop.example", want: parley.No},
		{pattern: "*.example", ask: "shop.example", want: parley.No},
		{pattern: "*", ask: "example", want: parley.No},
	}
	for _, tt := range tests {
		template := leaf()
		template.DNSNames = []string{tt.pattern}
		q := asked(root, issue(t, template, root, nil))
		q.Name = tt.ask
		if tt.rules != nil {
			tt.rules(&q.Rules)
		}
		if got := pkix.Verify(q).Accepts; got != tt.want {
			t.Errorf("%s for %s: got %v, want %v", tt.pattern, tt.ask, got, tt.want)
		}
	}
}

func TestANegativeSerialIsReadAndSaid(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	end := issue(t, leaf(), root, nil)
	c, err := pkix.Read(end.der)
	if err != nil || c.Serial.Cmp(big.NewInt(7)) != 0 {
		t.Fatalf("serial %v, %v", c.Serial, err)
	}
	der := slices.Clone(end.der)
	at := slices.Index(der, 2) // version is 2 as well: the serial follows it
	for ; der[at] != 2 || der[at+1] != 1 || der[at+2] != 7; at++ {
	}
	der[at+2] = 0xf9
	c, err = pkix.Read(der)
	if err != nil || c.Serial.Cmp(big.NewInt(-7)) != 0 || !slices.Contains(c.Faults, pkix.Fault{Kind: pkix.NegativeSerial}) {
		t.Errorf("serial %v, faults %v, %v", c.Serial, c.Faults, err)
	}
}
