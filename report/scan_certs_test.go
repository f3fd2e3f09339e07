package report_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/certificates"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/report"
)

// credential is a judged chain with something of everything that can be said.
func credential(t *testing.T, change func(*certificates.Given)) certificates.Report {
	t.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(c, by *x509.Certificate) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, c, by, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		out, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Shop root"}, NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(9, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, PermittedDNSDomains: []string{"example"}, MaxPathLen: 1,
	}
	root = sign(root, root)
	leaf := sign(&x509.Certificate{
		SerialNumber: big.NewInt(77), Subject: pkix.Name{CommonName: "shop.example"}, DNSNames: []string{"shop.example"}, NotBefore: now.AddDate(0, -1, 0),
		NotAfter: now.AddDate(2, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		OCSPServer: []string{"http://ocsp.example"},
	}, root)
	g := certificates.Given{
		Sent: [][]byte{leaf.Raw, root.Raw}, Name: "other.example", Port: 443, Now: now, StapleAsked: parley.Yes, TimestampsAsked: parley.Yes, Staple: []byte{1},
		Timestamps: append([]byte{0, 49, 0, 47, 0}, make([]byte, 46)...),
		Stores: []parley.Store{
			{Name: "Mozilla", Of: "NSS", Date: "2026-10-30", From: "a", Roots: [][]byte{root.Raw}}, {Name: "Apple", Of: "iOS", Date: "2026-10-30", From: "b"},
			{Name: "Microsoft", Of: "Windows", Date: "2024-01-01", From: "c"},
		},
		Answers: []certificates.Answer{{Kind: certificates.ByOCSP, URL: "http://ocsp.example", Err: "no answer in 5s"}},
		DNS: &certificates.DNS{
			CAA:  certificates.CAA{Domain: "example", Authentic: parley.No, Records: []certificates.CAARecord{{Tag: "issue", Value: "ca.example"}}},
			TLSA: certificates.TLSA{Name: "_443._tcp.shop.example", Authentic: parley.Yes, Records: []certificates.TLSARecord{{Usage: 3, Selector: 1, Matching: 1, Data: []byte{1}}}},
		},
	}
	if change != nil {
		change(&g)
	}
	return certificates.Judge(g)
}

// scanWith is a scan of one address that shows chains.
func scanWith(chains ...certificates.Report) *report.Scan {
	s := scanOf([]iana.Suite{0xc02f})
	s.Endpoints = s.Endpoints[:1]
	s.Endpoints[0].Certificates = chains
	return s
}

func TestAScreenOfAScanSaysWhatAChainIsWorth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		change  func(*certificates.Given)
		verbose bool
		want    []string
	}{
		{name: "short", want: []string{
			"shows    ECDSA secp256r1: shop.example, issued by Shop root, 731 days left", "chain    2 certificates in order, complete",
			"trusted  by Mozilla; not by Apple: Shop root is not in it; not known of", "problem  the leaf names shop.example and not what was asked for",
			"it is valid for 763 days, more than 200 (BR 6.3.2)", "status   stapled: unknown: it cannot be read; OCSP: unknown: no answer in 5s",
			"DNS      CAA at example: ca.example; not signed as far as the resolver says", "TLSA at _443._tcp.shop.example: the chain matches none",
		}},
		{name: "whole", verbose: true, want: []string{
			"1: CN=shop.example, issued by CN=Shop root, ECDSA secp256r1", "CA with at most 1 below", "Microsoft (Windows, as of 2024-01-01): unknown",
			"the root Shop root was sent, and clients have it", "OCSP of shop.example: unknown: no answer in 5s, http://ocsp.example", "3 1 1 01 (no)",
		}},
		{name: "a leaf alone", change: func(g *certificates.Given) { g.Sent, g.Stores = g.Sent[:1], g.Stores[1:] }, want: []string{"chain    1 certificate; it ends below Shop root"}},
		{name: "cannot be read", change: func(g *certificates.Given) { g.Sent = [][]byte{{1}} }, want: []string{"shows    a certificate that cannot be read"}},
	} {
		var b bytes.Buffer
		if err := report.ScanHuman(&b, scanWith(credential(t, tt.change)), report.Options{Verbose: tt.verbose}); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(b.String()), " ")
		for _, w := range tt.want {
			if !strings.Contains(text, strings.Join(strings.Fields(w), " ")) {
				t.Errorf("%s: no %q in\n%s", tt.name, w, b.String())
			}
		}
		lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
		if len(lines) > 40 && !tt.verbose {
			t.Errorf("%s: %d lines", tt.name, len(lines))
		}
		for _, l := range lines {
			if utf8.RuneCountInString(l) > 80 && !strings.Contains(l, "SHA-256") {
				t.Errorf("longer than 80 columns: %s", l)
			}
		}
	}
}

func TestTheJSONOfChainsKeepsTheContract(t *testing.T) {
	t.Parallel()
	schema := published(t, "scan.json")
	for _, change := range []func(*certificates.Given){
		nil,
		func(g *certificates.Given) { g.DNS, g.Stores, g.Answers = nil, nil, nil },
		func(g *certificates.Given) { g.Sent = [][]byte{{1}} },
	} {
		var b bytes.Buffer
		if err := report.ScanJSON(&b, scanWith(credential(t, change))); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.Bytes())
	}
	var b bytes.Buffer
	if err := report.ScanHuman(&b, scanWith(credential(t, nil)), report.Options{Plain: true}); err != nil {
		t.Fatal(err)
	}
	for _, w := range []string{"chain-complete: yes\n", "trusted: Apple no as of 2026-10-30: Shop root is not in it\n", "timestamp: log AAAA", "revocation: staple of shop.example: unknown"} {
		if !strings.Contains(b.String(), w) {
			t.Errorf("no %q in\n%s", w, b.String())
		}
	}
}

func TestOfARootThatWasNamedAScanSaysWhatOfAProgrammeItSays(t *testing.T) {
	t.Parallel()
	var root []byte
	public := credential(t, func(g *certificates.Given) { root = g.Stores[0].Roots[0] })
	if len(public.Lints) == 0 || !public.Public() {
		t.Fatalf("a root of a programme: %+v", public.Lints)
	}
	r := credential(t, func(g *certificates.Given) {
		root = g.Stores[0].Roots[0]
		g.Stores[0].Roots = nil
		g.Stores = append([]parley.Store{{Name: "--ca company.pem", Roots: [][]byte{root}}, {Name: "--ca other.pem"}}, g.Stores[:2]...)
	})
	if r.Public() || !r.Known() || len(r.Lints) > 0 || r.Complete != parley.Yes {
		t.Errorf("a root that was named is judged as a programme's: %+v", r)
	}
	for form, want := range map[report.Options]string{
		{}:              "trusted  by --ca company.pem; not by --ca other.pem: Shop root is not in it; by no root program",
		{Verbose: true}: "trusted  --ca company.pem: yes, by Shop root --ca other.pem: no,",
		{Plain: true}:   "trusted: --ca company.pem yes ",
	} {
		var b bytes.Buffer
		if err := report.ScanHuman(&b, scanWith(r), form); err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(strings.Fields(b.String()), " "); !strings.Contains(text, strings.Join(strings.Fields(want), " ")) {
			t.Errorf("%+v: no %q in\n%s", form, want, b.String())
		}
	}
}

func TestOfTwoCertificatesEachLineSaysOfWhich(t *testing.T) {
	t.Parallel()
	same, other := credential(t, nil), credential(t, func(g *certificates.Given) { g.Stores = g.Stores[:1] })
	screen := func(chains ...certificates.Report) string {
		var b bytes.Buffer
		if err := report.ScanHuman(&b, scanWith(chains...), report.Options{Verbose: true}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if text := screen(same, same); strings.Count(text, "  chain  ") != 1 || strings.Contains(text, "ECDSA: 2 cert") || strings.Count(text, "  shows  ") != 1 || strings.Count(text, "ECDSA secp256r1: shop.example") != 2 {
		t.Errorf("two of which the same is to be said:\n%s", text)
	}
	if text := screen(same, other); strings.Count(text, "  shows  ") != 2 || strings.Count(text, "chain    ECDSA: 2 cert") != 2 || strings.Count(text, "problem  ECDSA: ") != 2 {
		t.Errorf("two of which something else is to be said:\n%s", text)
	}
}
