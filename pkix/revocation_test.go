package pkix_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/sha1"
	"crypto/x509"
	xpkix "crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

func read(t testing.TB, der []byte) *pkix.Certificate {
	t.Helper()
	c, err := pkix.Read(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// respond makes a response of x/crypto/ocsp, an independent writer.
func respond(t testing.TB, issuer, signer *issued, tmpl ocsp.Response) []byte {
	t.Helper()
	if signer != issuer {
		tmpl.Certificate = parse(t, signer.der)
	}
	der, err := ocsp.CreateResponse(parse(t, issuer.der), parse(t, signer.der), tmpl, signer.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func parse(t testing.TB, der []byte) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAResponseIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	other := issue(t, ca("Other"), nil, nil)
	l := issue(t, leaf(), root, nil)
	delegate := func(by *issued, usage ...x509.ExtKeyUsage) *issued {
		c := leaf()
		c.ExtKeyUsage = usage
		return issue(t, c, by, nil)
	}
	serial := parse(t, l.der).SerialNumber
	good := ocsp.Response{Status: ocsp.Good, SerialNumber: serial, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
	gone := ocsp.Response{Status: ocsp.Revoked, SerialNumber: serial, ThisUpdate: now.Add(-time.Hour), RevokedAt: now.AddDate(0, 0, -2), RevocationReason: ocsp.KeyCompromise}
	for _, tt := range []struct {
		name   string
		der    []byte
		state  pkix.State
		reason string
		signed parley.Truth
	}{
		{"good", respond(t, root, root, good), pkix.Good, "", parley.Yes},
		{"revoked", respond(t, root, root, gone), pkix.Revoked, "keyCompromise", parley.Yes},
		{"unknown", respond(t, root, root, ocsp.Response{Status: ocsp.Unknown, SerialNumber: serial, ThisUpdate: now}), pkix.StateUnknown, "", parley.Yes},
		{"by SHA-256", respond(t, root, root, ocsp.Response{Status: ocsp.Good, SerialNumber: serial, ThisUpdate: now, IssuerHash: crypto.SHA256}), pkix.Good, "", parley.Yes},
		{"a delegated responder", respond(t, root, delegate(root, x509.ExtKeyUsageOCSPSigning), good), pkix.Good, "", parley.Yes},
		{"a certificate that is no responder's", respond(t, root, delegate(root, x509.ExtKeyUsageServerAuth), good), pkix.Good, "", parley.No},
		{"a responder of another CA", respond(t, root, delegate(other, x509.ExtKeyUsageOCSPSigning), good), pkix.Good, "", parley.No},
	} {
		r, err := pkix.ReadOCSP(tt.der)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		a := r.About(read(t, l.der), read(t, root.der))
		if a == nil {
			t.Errorf("%s: says nothing of the certificate", tt.name)
			continue
		}
		if signed, by := r.SignedFor(read(t, root.der), now); a.State != tt.state || a.Reason != tt.reason || signed != tt.signed || (by != nil) != (signed == parley.Yes) {
			t.Errorf("%s: %v %q, signed %v by %v; want %v %q, signed %v", tt.name, a.State, a.Reason, signed, by, tt.state, tt.reason, tt.signed)
		}
		if r.About(read(t, root.der), read(t, root.der)) != nil {
			t.Errorf("%s: speaks of another certificate", tt.name)
		}
	}
	r, err := pkix.ReadOCSP(respond(t, root, root, gone))
	if err != nil || !r.Answers[0].RevokedAt.Equal(gone.RevokedAt.Truncate(time.Second)) || !r.Answers[0].NextUpdate.IsZero() || !r.Answers[0].ThisUpdate.Equal(gone.ThisUpdate.Truncate(time.Second)) {
		t.Errorf("got times %+v, %v", r.Answers[0], err)
	}
	altered := respond(t, root, root, good)
	altered[len(altered)-3] ^= 1
	if r, err := pkix.ReadOCSP(altered); err == nil {
		if signed, _ := r.SignedFor(read(t, root.der), now); signed == parley.Yes {
			t.Error("an altered signature is taken")
		}
	}
	if r, err := pkix.ReadOCSP(ocsp.UnauthorizedErrorResponse); err != nil || r.Refusal != "unauthorized" {
		t.Errorf("got %+v, %v; want a refusal", r, err)
	}
}

func TestARequestIsReadByOthers(t *testing.T) {
	t.Parallel()
	root := issue(t, ca("Root"), nil, nil)
	l := issue(t, leaf(), root, nil)
	got, err := ocsp.ParseRequest(pkix.OCSPRequest(read(t, l.der), read(t, root.der)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := ocsp.CreateRequest(parse(t, l.der), parse(t, root.der), nil)
	if err != nil {
		t.Fatal(err)
	}
	name := sha1.Sum(parse(t, l.der).RawIssuer)
	if got.SerialNumber.Cmp(parse(t, l.der).SerialNumber) != 0 || !bytes.Equal(got.IssuerNameHash, name[:]) {
		t.Errorf("got %+v", got)
	}
	if !bytes.Equal(pkix.OCSPRequest(read(t, l.der), read(t, root.der)), want) {
		t.Error("it is not the request of x/crypto/ocsp, byte for byte")
	}
}

// revocations makes a list of crypto/x509, an independent writer.
func revocations(t testing.TB, issuer *issued, edit func(*x509.RevocationList), serials ...*big.Int) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour)}
	for _, n := range serials {
		list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: now.AddDate(0, 0, -1), ReasonCode: 4})
	}
	if edit != nil {
		edit(list)
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, parse(t, issuer.der), issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestAListOfRevokedCertificatesIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	root, other := issue(t, ca("Root"), nil, nil), issue(t, ca("Root"), nil, nil)
	serial := big.NewInt(77)
	l, err := pkix.ReadCRL(revocations(t, root, nil, big.NewInt(5), serial, big.NewInt(9)))
	if err != nil {
		t.Fatal(err)
	}
	if l.SignedBy(read(t, root.der)) != parley.Yes || l.SignedBy(read(t, other.der)) != parley.No || l.Partial != "" || l.Points != nil {
		t.Errorf("got %+v", l)
	}
	if e, err := l.Find(serial); err != nil || e == nil || e.Reason != "superseded" || !e.At.Equal(now.AddDate(0, 0, -1).Truncate(time.Second)) {
		t.Errorf("got %+v, %v", e, err)
	}
	if e, err := l.Find(big.NewInt(78)); e != nil || err != nil {
		t.Errorf("found what is not there: %+v, %v", e, err)
	}
	if !l.NextUpdate.Equal(now.Add(time.Hour).Truncate(time.Second)) || !l.Issuer.Equal(read(t, root.der).Subject) {
		t.Errorf("got %v of %v", l.NextUpdate, l.Issuer.Text)
	}
	point := func(der ...byte) func(*x509.RevocationList) {
		return func(r *x509.RevocationList) {
			r.ExtraExtensions = []xpkix.Extension{{Id: []int{2, 5, 29, 28}, Critical: true, Value: append([]byte{0x30, byte(len(der))}, der...)}}
		}
	}
	uri := append([]byte{0xa0, 0x0a, 0xa0, 0x08, 0x86, 0x06}, "http:x"...)
	for name, tt := range map[string]struct {
		edit func(*x509.RevocationList)
		is   func(*pkix.CRL) bool
	}{
		"users":   {point(0x81, 1, 0xff), func(l *pkix.CRL) bool { return l.OnlyUsers && l.Partial == "" }},
		"CAs":     {point(0x82, 1, 0xff), func(l *pkix.CRL) bool { return l.OnlyCAs && l.Partial == "" }},
		"several": {point(0x84, 1, 0xff), func(l *pkix.CRL) bool { return l.Partial != "" }},
		"a place": {point(uri...), func(l *pkix.CRL) bool { return len(l.Points) == 1 && l.Points[0] == "http:x" }},
		"what changed": {func(r *x509.RevocationList) {
			r.ExtraExtensions = []xpkix.Extension{{Id: []int{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}}
		}, func(l *pkix.CRL) bool { return l.Partial != "" }},
		"what is new": {func(r *x509.RevocationList) {
			r.ExtraExtensions = []xpkix.Extension{{Id: []int{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
		}, func(l *pkix.CRL) bool { return l.Partial != "" }},
		"what may be": {func(r *x509.RevocationList) {
			r.ExtraExtensions = []xpkix.Extension{{Id: []int{1, 2, 3}, Value: []byte{5, 0}}}
		}, func(l *pkix.CRL) bool { return l.Partial == "" }},
		"all of a CA": {nil, func(l *pkix.CRL) bool { return l.Partial == "" && !l.OnlyCAs && !l.OnlyUsers }},
	} {
		if l, err := pkix.ReadCRL(revocations(t, root, tt.edit)); err != nil || !tt.is(l) {
			t.Errorf("%s: got %+v, %v", name, l, err)
		}
	}
}

func FuzzReadOCSP(f *testing.F) {
	root := issue(f, ca("Root"), nil, nil)
	l := issue(f, leaf(), root, nil)
	f.Add(respond(f, root, root, ocsp.Response{Status: ocsp.Revoked, SerialNumber: parse(f, l.der).SerialNumber, ThisUpdate: now, RevokedAt: now}))
	f.Add(ocsp.TryLaterErrorResponse)
	issuer, about := read(f, root.der), read(f, l.der)
	f.Fuzz(func(t *testing.T, der []byte) {
		r, err := pkix.ReadOCSP(der)
		if err != nil {
			return
		}
		r.SignedFor(issuer, now)
		if a := r.About(about, issuer); a != nil {
			a.SCTs()
		}
		if r.Refusal == "" {
			return
		}
		if len(r.Answers) > 0 {
			t.Error("a refusal has answers")
		}
	})
}

func FuzzReadCRL(f *testing.F) {
	root := issue(f, ca("Root"), nil, nil)
	f.Add(revocations(f, root, nil, big.NewInt(5)))
	issuer := read(f, root.der)
	f.Fuzz(func(t *testing.T, der []byte) {
		l, err := pkix.ReadCRL(der)
		if err != nil {
			return
		}
		l.SignedBy(issuer)
		found, err := l.Find(big.NewInt(5))
		theirs, theirErr := x509.ParseRevocationList(der)
		if theirErr != nil {
			return
		}
		want := false
		for _, e := range theirs.RevokedCertificateEntries {
			want = want || e.SerialNumber.Cmp(big.NewInt(5)) == 0
		}
		if err == nil && want != (found != nil) {
			t.Errorf("found %v, want %v", found, want)
		}
	})
}
