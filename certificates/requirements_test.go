package certificates

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	xpkix "crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func ecKey(t testing.TB, group elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(group, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// public stands for a key that only has a public half: what signs is the issuer.
type public struct {
	crypto.Signer
	key crypto.PublicKey
}

func (p public) Public() crypto.PublicKey { return p.key }

// extension is one that crypto/x509 would write otherwise, or not at all.
func extension(id string, critical bool, value ...byte) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		var oid asn1.ObjectIdentifier
		for arc := range strings.SplitSeq(id, ".") {
			n, _ := new(big.Int).SetString(arc, 10)
			oid = append(oid, int(n.Int64()))
		}
		c.ExtraExtensions = append(c.ExtraExtensions, xpkix.Extension{Id: oid, Critical: critical, Value: value})
	}
}

func attribute(arc int, value asn1.RawValue) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.RawSubject, _ = asn1.Marshal(xpkix.RDNSequence{
			{{Type: []int{2, 5, 4, arc}, Value: value}}, {{Type: []int{2, 5, 4, 3}, Value: host}},
		})
	}
}

// broken are changes of a sound leaf, and the requirements that it then does not meet.
func brokenLeaves(t testing.TB) []struct {
	want   string
	change func(*x509.Certificate)
	key    crypto.Signer
} {
	even := rsaKey(t, 2048)
	even.PublicKey = rsa.PublicKey{N: even.N, E: 4}
	point := ecKey(t, elliptic.P256())
	rsa2048 := rsaKey(t, 2048)
	return []struct {
		want   string
		change func(*x509.Certificate)
		key    crypto.Signer
	}{
		{"", func(*x509.Certificate) {}, nil},
		{"", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageKeyEncipherment }, rsa2048},
		{"", func(c *x509.Certificate) { c.KeyUsage = 0 }, nil},
		{"", func(c *x509.Certificate) {
			c.CRLDistributionPoints, c.OCSPServer = nil, []string{"http://ocsp.example"}
		}, nil},
		{"", func(c *x509.Certificate) { c.CRLDistributionPoints, c.NotAfter = nil, c.NotBefore.AddDate(0, 0, 6) }, nil},
		{"", func(c *x509.Certificate) { c.Subject = xpkix.Name{} }, nil},
		{"", func(c *x509.Certificate) {
			c.DNSNames = append(c.DNSNames, "*.example.com", "xn--bcher-kva.example.com")
		}, nil},
		{"", func(c *x509.Certificate) {
			c.DNSNames = append(c.DNSNames, "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion")
		}, nil},
		{"validity", func(c *x509.Certificate) { c.NotAfter = c.NotBefore.AddDate(0, 0, 201) }, nil},
		{"", func(c *x509.Certificate) { c.NotAfter = c.NotBefore.AddDate(0, 0, 200).Add(-time.Second) }, nil},
		{"", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.AddDate(-1, 0, 0), now.AddDate(0, 1, 0) }, nil},
		{"no-san common-name", func(c *x509.Certificate) { c.DNSNames = nil }, nil},
		{"san-kinds", func(c *x509.Certificate) { c.EmailAddresses = []string{"a@example.com"} }, nil},
		{"san-kinds", func(c *x509.Certificate) { c.URIs = []*url.URL{{Scheme: "spiffe", Host: "a"}} }, nil},
		{"san-critical", extension("2.5.29.17", true, append([]byte{0x30, 18, 0x82, 16}, host...)...), nil},
		{"common-name", func(c *x509.Certificate) { c.Subject.CommonName = "Shop" }, nil},
		{"internal-name", func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "mail.corp") }, nil},
		{"internal-name", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(10, 0, 0, 1)} }, nil},
		{"internal-name", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(100, 64, 0, 1)} }, nil},
		{"", func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(9, 9, 9, 9)} }, nil},
		{"underscore", func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "a_b.example.com") }, nil},
		{"wildcard", func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "a*.example.com") }, nil},
		{"dns-name", func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "shop.example.com.") }, nil},
		{"dns-name", func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "ab--c.example.com") }, nil},
		{"dns-name", func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "-a.example.com") }, nil},
		{"organizational-unit", func(c *x509.Certificate) { c.Subject.OrganizationalUnit = []string{"IT"} }, nil},
		{"ext-key-usage", func(c *x509.Certificate) { c.ExtKeyUsage = nil }, nil},
		{"ext-key-usage", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, nil},
		{"ext-key-usage", func(c *x509.Certificate) { c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageCodeSigning) }, nil},
		{"ca-leaf", func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = true, true }, nil},
		{"basic-constraints", extension("2.5.29.19", false, 0x30, 0), nil},
		{"name-constraints", func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} }, nil},
		{"cert-sign", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCRLSign }, nil},
		{"key-usage", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageKeyEncipherment }, nil},
		{"key-usage", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement }, nil},
		{"key-usage", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageContentCommitment }, rsa2048},
		{"policies", func(c *x509.Certificate) { c.Policies = nil }, nil},
		{"policies", func(c *x509.Certificate) { c.Policies = []x509.OID{oid(2, 5, 29, 32, 0)} }, nil},
		{"policies", func(c *x509.Certificate) { c.Policies = []x509.OID{oid(1, 3, 6, 1, 4, 1, 44947, 1)} }, nil},
		{"policies", func(c *x509.Certificate) { c.Policies = append(c.Policies, oid(2, 23, 140, 1, 2, 2)) }, nil},
		{"authority-info-access", func(c *x509.Certificate) { c.IssuingCertificateURL = nil }, nil},
		{"authority-info-access", func(c *x509.Certificate) { c.OCSPServer = []string{"https://ocsp.example"} }, nil},
		{"revocation", func(c *x509.Certificate) { c.CRLDistributionPoints = nil }, nil},
		{"crl-address", func(c *x509.Certificate) { c.CRLDistributionPoints = []string{"ldap://ca.example/cn=ca"} }, nil},
		{"rsa-size", func(*x509.Certificate) {}, rsaKey(t, 1024)},
		{"rsa-size", func(*x509.Certificate) {}, rsaKey(t, 2050)},
		{"rsa-exponent", func(*x509.Certificate) {}, public{even, &even.PublicKey}},
		{"weak-key", func(*x509.Certificate) {}, public{even, &rsa.PublicKey{N: new(big.Int).Mul(big.NewInt(257), new(big.Int).Rsh(even.N, 8).SetBit(new(big.Int).Rsh(even.N, 8), 0, 1)), E: 65537}}},
		{"key-kind", func(*x509.Certificate) {}, ecKey(t, elliptic.P224())},
		{"key-point", func(*x509.Certificate) {}, offGroup{point}},
		{"serial", func(c *x509.Certificate) { c.SerialNumber = big.NewInt(77) }, nil},
		{"serial", func(c *x509.Certificate) { c.SerialNumber = new(big.Int).Lsh(big.NewInt(1), 159) }, nil},
		{"string-type", attribute(10, asn1.RawValue{Tag: asn1.TagT61String, Bytes: []byte("Shop")}), nil},
		{"name-form", func(c *x509.Certificate) {
			c.RawSubject, _ = asn1.Marshal(xpkix.RDNSequence{{{Type: []int{2, 5, 4, 10}, Value: "Shop"}, {Type: []int{2, 5, 4, 3}, Value: host}}})
		}, nil},
	}
}

// offGroup is a key whose certificate holds a point that is none of its group; see
// issueOff.
type offGroup struct{ *ecdsa.PrivateKey }

// read1 issues a certificate, and reads it.
func read1(t testing.TB, c *x509.Certificate, by *issued, key crypto.Signer) *pkix.Certificate {
	t.Helper()
	off, is := key.(offGroup)
	if is {
		key = off.PrivateKey
	}
	i := issue(t, c, by, key)
	if is {
		// The last byte of the point: the signature is not looked at here.
		point, err := off.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		at := strings.Index(string(i.Raw), string(point)) + len(point) - 1
		i.Raw[at] ^= 1
	}
	return read(t, i)
}

func ids(list []Lint) string {
	var out []string
	for _, l := range list {
		out = append(out, l.ID)
	}
	return strings.Join(out, " ")
}

func TestALeafMeetsARequirementOrIsTold(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	seen := map[string]bool{}
	for i, tt := range brokenLeaves(t) {
		c := read1(t, leaf(tt.change), root, tt.key)
		got := Requirements(c)
		for _, l := range got {
			if l.Text == "" || l.Clause == "" || l.Of != "" {
				t.Errorf("%+v", l)
			}
		}
		if ids(got) != tt.want {
			t.Errorf("%d: got %q, want %q: %v", i, ids(got), tt.want, got)
		}
		for id := range strings.SplitSeq(tt.want, " ") {
			seen[id] = true
		}
	}
	// What crypto/x509 does not write is made from what was read.
	for want, change := range map[string]func(*pkix.Certificate){
		"sha-1": func(c *pkix.Certificate) { c.Signature.Digest = pkix.SHA1 }, "version": func(c *pkix.Certificate) { c.Version = 1 },
		"time":             func(c *pkix.Certificate) { c.Faults = []pkix.Fault{{Kind: pkix.BadTime}} },
		"algorithms":       func(c *pkix.Certificate) { c.Faults = []pkix.Fault{{Kind: pkix.AlgorithmsDiffer}} },
		"twice":            func(c *pkix.Certificate) { c.Faults = []pkix.Fault{{Kind: pkix.DuplicateExtension}} },
		"authority-key-id": func(c *pkix.Certificate) { c.AuthorityKeyID = nil },
	} {
		c := read1(t, leaf(), root, nil)
		change(c)
		if got := ids(Requirements(c)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		seen[want] = true
	}
	for _, r := range ofLeaf {
		if !seen[r.id] {
			t.Errorf("no leaf breaks %s", r.id)
		}
	}
	for name, want := range map[string]bool{"shop.example.com": false, "server": true, "a.local": true, "*.corp": true, "192.0.2.1": true, "xn--bcher-kva.com.": false} {
		if Local(name) != want {
			t.Errorf("%s is local: %v, want %v", name, !want, want)
		}
	}
}

func TestARequirementBindsWhatWasIssuedSinceItsDay(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	old := func(y int, change func(*x509.Certificate)) *x509.Certificate {
		return leaf(func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC)
			change(c)
		})
	}
	for _, tt := range []struct {
		c    *x509.Certificate
		want string
	}{
		{old(2011, func(c *x509.Certificate) { c.DNSNames, c.SerialNumber = nil, big.NewInt(1) }), ""},
		{old(2015, func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "mail.corp") }), ""},
		{old(2016, func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "mail.corp") }), "internal-name"},
		{old(2019, func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "a_b.example.com") }), ""},
		{old(2020, func(c *x509.Certificate) { c.DNSNames = append(c.DNSNames, "a_b.example.com") }), "underscore"},
		{old(2022, func(c *x509.Certificate) { c.Subject.OrganizationalUnit, c.Policies = []string{"IT"}, nil }), ""},
		{old(2023, func(c *x509.Certificate) { c.Subject.OrganizationalUnit, c.Policies = []string{"IT"}, nil }), "organizational-unit"},
		{old(2024, func(c *x509.Certificate) { c.CRLDistributionPoints = nil }), ""},
		{old(2025, func(c *x509.Certificate) { c.CRLDistributionPoints = nil }), "revocation"},
	} {
		if got := ids(Requirements(read1(t, tt.c, root, nil))); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.c.NotBefore.Format("2006"), got, tt.want)
		}
	}
	for _, tt := range []struct {
		from string
		days int
	}{{"2019-01-01", 826}, {"2020-09-01", 398}, {"2026-03-14", 398}, {"2026-03-15", 200}, {"2027-03-14", 200}, {"2027-03-15", 100}, {"2029-03-14", 100}, {"2029-03-15", 47}} {
		from, err := time.Parse(time.DateOnly, tt.from)
		if err != nil {
			t.Fatal(err)
		}
		for days, want := range map[int]string{tt.days: "", tt.days + 1: "validity"} {
			c := read1(t, leaf(func(c *x509.Certificate) {
				c.NotBefore, c.NotAfter = from, from.AddDate(0, 0, days).Add(-time.Second)
			}), root, nil)
			if got := ids(Requirements(c)); got != want {
				t.Errorf("%d days from %s: got %q, want %q", days, tt.from, got, want)
			}
		}
	}
}

func TestAnIntermediateMeetsARequirementOrIsTold(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	sound := func(change func(*x509.Certificate)) *x509.Certificate {
		c := ca("Middle")
		c.Subject.Organization, c.CRLDistributionPoints = []string{"CA"}, []string{"http://ca.example/root.crl"}
		c.Policies, c.ExtKeyUsage = []x509.OID{oid(2, 23, 140, 1, 2, 1)}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		change(c)
		return c
	}
	seen := map[string]bool{}
	for i, tt := range []struct {
		want   string
		change func(*x509.Certificate)
		key    crypto.Signer
	}{
		{"", func(*x509.Certificate) {}, nil},
		{"", func(c *x509.Certificate) { c.ExtKeyUsage = nil }, nil},
		{"basic-constraints", extension("2.5.29.19", false, 0x30, 3, 1, 1, 0xff), nil},
		{"key-usage", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign }, nil},
		{"key-usage", func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageKeyEncipherment }, nil},
		{"ext-key-usage", func(c *x509.Certificate) { c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) }, nil},
		{"policies", func(c *x509.Certificate) { c.Policies = nil }, nil},
		{"revocation", func(c *x509.Certificate) { c.CRLDistributionPoints = nil }, nil},
		{"ca-name", func(c *x509.Certificate) { c.Subject.Organization = nil }, nil},
		{"rsa-size", func(*x509.Certificate) {}, rsaKey(t, 1024)},
	} {
		got := hold(ofCA, read1(t, sound(tt.change), root, tt.key), "Middle")
		if ids(got) != tt.want || len(got) > 0 && got[0].Of != "Middle" {
			t.Errorf("%d: got %v, want %q", i, got, tt.want)
		}
		seen[tt.want] = true
	}
	for want, change := range map[string]func(*pkix.Certificate){
		"subject-key-id":   func(c *pkix.Certificate) { c.SubjectKeyID = nil },
		"authority-key-id": func(c *pkix.Certificate) { c.AuthorityKeyID = nil },
	} {
		c := read1(t, sound(func(*x509.Certificate) {}), root, nil)
		change(c)
		if got := ids(hold(ofCA, c, "Middle")); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		seen[want] = true
	}
	for _, r := range ofCA {
		if shared := slices.ContainsFunc(ofEvery, func(e requirement) bool { return e.id == r.id }); !seen[r.id] && !shared {
			t.Errorf("no CA breaks %s", r.id)
		}
	}

	middle := issue(t, sound(func(*x509.Certificate) {}), root, nil)
	l, r, m := read1(t, leaf(), middle, nil), read(t, root), read(t, middle)
	for name, tt := range map[string]struct {
		path []*pkix.Certificate
		want string
	}{
		"sound":            {[]*pkix.Certificate{l, m, r}, ""},
		"alone":            {[]*pkix.Certificate{l}, ""},
		"issued by a root": {[]*pkix.Certificate{read1(t, leaf(), root, nil), r}, "issued-by-root"},
		"another key id":   {[]*pkix.Certificate{l, changed(m, func(c *pkix.Certificate) { c.SubjectKeyID = []byte{1} }), r}, "authority-key-id"},
		"another name":     {[]*pkix.Certificate{l, changed(m, func(c *pkix.Certificate) { c.Subject.Raw = []byte{1} }), r}, "issuer-name"},
		"another digest":   {[]*pkix.Certificate{changed(l, func(c *pkix.Certificate) { c.Signature.Digest = pkix.SHA384 }), m, r}, "signature-digest"},
		"no CRL of the CA": {[]*pkix.Certificate{l, changed(m, func(c *pkix.Certificate) { c.CRLs = nil }), r}, "revocation"},
	} {
		if got := ids(OfPath(tt.path)); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	for _, c := range [][]byte{m.Raw} {
		g := Given{Sent: [][]byte{l.Raw, c}, Name: host, Now: now, Stores: []parley.Store{store("A", "2026-11-01", root)}}
		if r := Judge(g); len(r.Lints) != 0 || !r.Public() {
			t.Errorf("a sound chain: %v", r.Lints)
		}
	}
}

func changed(c *pkix.Certificate, change func(*pkix.Certificate)) *pkix.Certificate {
	out := *c
	change(&out)
	return &out
}
