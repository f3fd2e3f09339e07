package certificates

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	xpkix "crypto/x509/pkix"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

// now is the day of every test.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const host = "shop.example.com"

// issued is a certificate with its key.
type issued struct {
	*x509.Certificate
	key crypto.Signer
}

func issue(t testing.TB, c *x509.Certificate, by *issued, key crypto.Signer) *issued {
	t.Helper()
	if key == nil {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		key = k
	}
	i := &issued{Certificate: c, key: key}
	if by == nil {
		by = i
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by.Certificate, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	if i.Certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return i
}

func ca(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: new(big.Int).Lsh(big.NewInt(5), 80), Subject: xpkix.Name{CommonName: name}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

func oid(arcs ...uint64) x509.OID {
	o, err := x509.OIDFromInts(arcs)
	if err != nil {
		panic(err)
	}
	return o
}

func leaf(changes ...func(*x509.Certificate)) *x509.Certificate {
	c := &x509.Certificate{
		SerialNumber: new(big.Int).Lsh(big.NewInt(7), 80), Subject: xpkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: now.AddDate(0, -1, 0), NotAfter: now.AddDate(0, 2, 0), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, Policies: []x509.OID{oid(2, 23, 140, 1, 2, 1)},
		IssuingCertificateURL: []string{"http://ca.example/ca.der"}, CRLDistributionPoints: []string{"http://ca.example/ca.crl"},
	}
	for _, change := range changes {
		change(c)
	}
	return c
}

func read(t testing.TB, c *issued) *pkix.Certificate {
	t.Helper()
	out, err := pkix.Read(c.Raw)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func store(name, date string, roots ...*issued) parley.Store {
	s := parley.Store{Name: name, Date: date}
	for _, r := range roots {
		s.Roots = append(s.Roots, r.Raw)
	}
	return s
}

func TestAProgrammeBuildsWhereAPathLeadsToOneOfItsRoots(t *testing.T) {
	t.Parallel()
	root, other, old := issue(t, ca("Root"), nil, nil), issue(t, ca("Other"), nil, nil), issue(t, ca("Old"), nil, nil)
	middle := issue(t, ca("Middle"), root, nil)
	crossed := issue(t, ca("Root"), old, root.key) // the root's key, certified by an older root
	l := issue(t, leaf(), middle, nil)
	lacking := func(s parley.Store, r *issued) parley.Store {
		s.Lacks = []parley.RootName{{Digest: Digest(read(t, r))[:8], Name: r.Subject.CommonName}}
		return s
	}
	stores := []parley.Store{
		store("has it", "2026-11-01", root), store("has others", "2026-11-01", other), store("is old", "2024-01-01", other),
		store("has an older one", "2026-11-01", old), lacking(store("has not the certificate", "2026-11-01", other), root),
	}
	for _, tt := range []struct {
		name string
		sent []*issued
		want string
	}{
		{"whole", []*issued{l, middle}, "yes no unknown no unknown"},
		{"with the root", []*issued{l, middle, root}, "yes no unknown no unknown"},
		{"with a cross-certificate", []*issued{l, middle, crossed}, "yes no unknown yes unknown"},
		{"a CA that nobody has", []*issued{issue(t, leaf(), issue(t, ca("Private"), nil, nil), nil)}, "no no no no no"},
	} {
		g := Given{Name: host, Now: now, Stores: stores}
		for _, c := range tt.sent {
			g.Sent = append(g.Sent, c.Raw)
		}
		r := Judge(g)
		var got []string
		for _, s := range r.Stores {
			got = append(got, s.Builds.String())
			if (s.Why == "") != (s.Builds == parley.Yes) || s.Store.Roots != nil {
				t.Errorf("%s: %+v", tt.name, s)
			}
		}
		if text := strings.Join(got, " "); text != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, text, tt.want)
		}
	}
	r := Judge(Given{Sent: [][]byte{{1, 2, 3}}, Now: now, Stores: stores})
	if r.Leaf() != nil || r.Stores[0].Builds != parley.Unknown || r.Complete != parley.Unknown || r.Ordered != parley.Unknown {
		t.Errorf("a certificate that cannot be read: %+v", r)
	}
	if r := Judge(Given{Now: now, Stores: stores}); len(r.Problems) != 1 || r.Problems[0].Kind != pkix.NoCertificate {
		t.Errorf("no certificate: %+v", r.Problems)
	}
}

func TestAnAnswerAboutRevocationCountsOnlyIfItIsSignedAndOfNow(t *testing.T) {
	t.Parallel()
	root, stranger := issue(t, ca("Root"), nil, nil), issue(t, ca("Root"), nil, nil)
	l, second := issue(t, leaf(), root, nil), issue(t, leaf(func(c *x509.Certificate) { c.SerialNumber = big.NewInt(8) }), root, nil)
	respond := func(by, about *issued, change func(*ocsp.Response)) []byte {
		r := ocsp.Response{Status: ocsp.Good, SerialNumber: about.SerialNumber, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
		if change != nil {
			change(&r)
		}
		der, err := ocsp.CreateResponse(root.Certificate, by.Certificate, r, by.key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	for _, tt := range []struct {
		name string
		body []byte
		want string
	}{
		{"good", respond(root, l, nil), "good until 2026-11-22"},
		{"revoked", respond(root, l, func(r *ocsp.Response) { r.Status, r.RevokedAt = ocsp.Revoked, now }), "revoked on 2026-11-22"},
		{"revoked, and the answer is old", respond(root, l, func(r *ocsp.Response) { r.Status, r.RevokedAt, r.NextUpdate = ocsp.Revoked, now, now.Add(-time.Hour) }), "revoked on"},
		{"old", respond(root, l, func(r *ocsp.Response) { r.NextUpdate = now.Add(-30 * time.Minute) }), "unknown: it ended on"},
		{"of tomorrow", respond(root, l, func(r *ocsp.Response) { r.ThisUpdate, r.NextUpdate = now.Add(24*time.Hour), now.Add(48*time.Hour) }), "unknown: it is of the future"},
		{"not known", respond(root, l, func(r *ocsp.Response) { r.Status = ocsp.Unknown }), "unknown: the responder does not know it"},
		{"about another", respond(root, second, nil), "unknown: it is about another certificate"},
		{"by another key", respond(stranger, l, nil), "unknown: it is not signed by the issuer"},
		{"a refusal", ocsp.TryLaterErrorResponse, "unknown: the responder answers tryLater"},
		{"a page", []byte("<html>"), "unknown: it cannot be read"},
	} {
		g := Given{Sent: [][]byte{l.Raw}, Name: host, Now: now, Stores: []parley.Store{store("A", "2026-11-01", root)}, Staple: tt.body, StapleAsked: parley.Yes}
		r := Judge(g)
		g.Staple, g.Answers = nil, []Answer{{Kind: ByOCSP, URL: "http://ocsp.example", Body: tt.body}}
		fetched := Judge(g)
		for _, s := range []Report{r, fetched} {
			if len(s.Revocation) != 1 || !strings.HasPrefix(s.Revocation[0].String(), tt.want) {
				t.Errorf("%s: got %v, want %s", tt.name, s.Revocation, tt.want)
			}
		}
	}
	list := func(by *issued, change func(*x509.RevocationList)) []byte {
		l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
		if change != nil {
			change(l)
		}
		der, err := x509.CreateRevocationList(rand.Reader, l, by.Certificate, by.key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	point := func(b ...byte) func(*x509.RevocationList) {
		return func(l *x509.RevocationList) {
			l.ExtraExtensions = []xpkix.Extension{{Id: []int{2, 5, 29, 28}, Critical: true, Value: append([]byte{0x30, byte(len(b))}, b...)}}
		}
	}
	for _, tt := range []struct {
		name string
		body []byte
		want string
	}{
		{"good", list(root, nil), "good until"},
		{"revoked", list(root, func(r *x509.RevocationList) {
			r.RevokedCertificateEntries = []x509.RevocationListEntry{{SerialNumber: l.SerialNumber, RevocationTime: now, ReasonCode: 1}}
		}), "revoked on 2026-11-22 (keyCompromise)"},
		{"old", list(root, func(r *x509.RevocationList) { r.NextUpdate = now.Add(-30 * time.Minute) }), "unknown: it ended on"},
		{"by another key", list(stranger, nil), "unknown: it is not signed by the issuer"},
		{"of CAs alone", list(root, point(0x82, 1, 0xff)), "unknown: it is for certificates of another kind"},
		{"of another place", list(root, point(append([]byte{0xa0, 0x0a, 0xa0, 0x08, 0x86, 0x06}, "http:x"...)...)), "unknown: it is for certificates that name another place"},
		{"a page", []byte("<html>"), "unknown: it cannot be read"},
	} {
		r := Judge(Given{Sent: [][]byte{l.Raw}, Now: now, Stores: []parley.Store{store("A", "2026-11-01", root)}, Answers: []Answer{{Kind: ByCRL, Body: tt.body}}})
		if len(r.Revocation) != 1 || !strings.HasPrefix(r.Revocation[0].String(), tt.want) {
			t.Errorf("a list, %s: got %v, want %s", tt.name, r.Revocation, tt.want)
		}
	}
	r := Judge(Given{Sent: [][]byte{l.Raw}, Now: now, Answers: []Answer{{Kind: ByOCSP, Err: "no answer in 5s"}, {Kind: ByOCSP, About: 5, Err: "x"}}})
	if len(r.Revocation) != 1 || r.Revocation[0].String() != "unknown: no answer in 5s" {
		t.Errorf("nobody answers: %v", r.Revocation)
	}
}

func TestTimestampsAreEnoughOnlyIfTheyVerify(t *testing.T) {
	t.Parallel()
	short, long := read(t, issue(t, leaf(), nil, nil)), read(t, issue(t, leaf(func(c *x509.Certificate) { c.NotAfter = now.AddDate(0, 10, 0) }), nil, nil))
	at := func(via, id, operator string, is parley.Truth) Timestamp {
		return Timestamp{Via: via, ID: id, Operator: operator, Signature: is}
	}
	for _, tt := range []struct {
		name string
		list []Timestamp
		leaf *pkix.Certificate
		want parley.Truth
	}{
		{"two of two", []Timestamp{at("certificate", "a", "A", parley.Yes), at("certificate", "b", "B", parley.Yes)}, short, parley.Yes},
		{"two of one operator", []Timestamp{at("certificate", "a", "A", parley.Yes), at("certificate", "b", "A", parley.Yes)}, short, parley.Unknown},
		{"two of one log", []Timestamp{at("certificate", "a", "A", parley.Yes), at("certificate", "a", "A", parley.Yes)}, short, parley.No},
		{"two in a long one", []Timestamp{at("certificate", "a", "A", parley.Yes), at("certificate", "b", "B", parley.Yes)}, long, parley.Unknown},
		{"two beside a long one", []Timestamp{at("handshake", "a", "A", parley.Yes), at("handshake", "b", "B", parley.Yes)}, long, parley.Yes},
		{"two of unknown logs", []Timestamp{at("certificate", "a", "", parley.Unknown), at("certificate", "b", "", parley.Unknown)}, short, parley.Unknown},
		{"one", []Timestamp{at("certificate", "a", "A", parley.Yes)}, short, parley.No},
		{"none, and asked for", nil, short, parley.No},
	} {
		c := Transparency{Timestamps: tt.list}
		if c.judge(tt.leaf, Given{TimestampsAsked: parley.Yes}); c.Enough != tt.want || (c.Why == "") != (c.Enough == parley.Yes) {
			t.Errorf("%s: %v (%s), want %v", tt.name, c.Enough, c.Why, tt.want)
		}
	}
	var c Transparency
	if c.judge(short, Given{}); c.Enough != parley.Unknown {
		t.Errorf("none, and not asked for: %v", c.Enough)
	}
}

func TestEveryProblemHasWords(t *testing.T) {
	t.Parallel()
	c := read(t, issue(t, leaf(), nil, nil))
	for k := pkix.NoCertificate; k <= pkix.RootSent; k++ {
		for _, role := range []pkix.Role{pkix.RoleUnknown, pkix.Leaf, pkix.Root} {
			text := Words(pkix.Problem{Kind: k, Role: role, Certificate: c, Value: "x", Want: "y", Pool: "z", Issuer: "CN=w", Names: []string{"a", "b", "c", "d"}})
			if strings.Contains(text, "unknown:") || text == "" || strings.Contains(text, "  ") {
				t.Errorf("%v: %q", k, text)
			}
		}
	}
}

func TestRecordsOfTheDNSAreRead(t *testing.T) {
	t.Parallel()
	if r, ok := ReadCAA(append([]byte{128, 5}, "Issueletsencrypt.org; a=\"b\"\x01"...)); !ok || r.String() != `128 issue "letsencrypt.org; a=\"b\"\\001"` {
		t.Errorf("got %v, %v", r, ok)
	}
	for _, b := range [][]byte{nil, {0}, {0, 0, 1}, {0, 9, 'i'}} {
		if r, ok := ReadCAA(b); ok {
			t.Errorf("%v is read as %v", b, r)
		}
	}
	if r, ok := ReadTLSA([]byte{3, 1, 1, 0xab}); !ok || r.String() != "3 1 1 ab" {
		t.Errorf("got %v, %v", r, ok)
	}
	if _, ok := ReadTLSA([]byte{3, 1, 1}); ok {
		t.Error("a record without data is read")
	}
}

// FuzzJudge holds that nothing that is sent or fetched makes it fail, and that it
// never says of what it could not read that all is well.
func FuzzJudge(f *testing.F) {
	root := issue(f, ca("Root"), nil, nil)
	l := issue(f, leaf(), root, nil)
	stores := []parley.Store{store("A", "2026-11-01", root)}
	f.Add(l.Raw, root.Raw, ocsp.TryLaterErrorResponse, []byte{0, 2, 0, 0})
	f.Fuzz(func(t *testing.T, first, second, staple, timestamps []byte) {
		r := Judge(Given{
			Sent: [][]byte{first, second}, Fetched: []parley.Issuer{{DER: second}}, Name: host, Now: now, Stores: stores, Staple: staple, Timestamps: timestamps,
			Answers: []Answer{{Kind: ByOCSP, Body: staple}, {Kind: ByCRL, Body: second, About: 1}},
			DNS:     &DNS{TLSA: TLSA{Records: []TLSARecord{{Usage: 3, Matching: 1, Data: staple}}}},
		})
		if r.Leaf() == nil && (r.Stores[0].Builds == parley.Yes || r.Complete == parley.Yes) {
			t.Errorf("all is well with what cannot be read: %+v", r)
		}
		for _, s := range r.Revocation {
			if s.Is == pkix.StateUnknown && s.Why == "" {
				t.Errorf("unknown without a reason: %+v", s)
			}
		}
	})
}

// FuzzReadCAA holds that no record makes the reader fail, nor a terminal.
func FuzzReadCAA(f *testing.F) {
	f.Add(append([]byte{0, 5}, "issueca.example"...))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, ok := ReadCAA(b)
		if ok && slices.ContainsFunc([]byte(r.String()), func(c byte) bool { return c < ' ' || c > '~' }) {
			t.Errorf("%q would reach a terminal", r)
		}
		if tlsa, ok := ReadTLSA(b); ok && fmt.Sprint(tlsa) == "" {
			t.Error("a record without text")
		}
	})
}
