package transcript_test

import (
	"crypto/x509"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/transcript"
	"github.com/parley-tls/parley/wire"
)

const chainOf = "testdata/chains/expired.transcript"

func TestADocumentThatMakesCertificatesPrintsAsItWasRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(chainOf)
	if err != nil {
		t.Fatal(err)
	}
	d, err := transcript.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	golden.AssertString(t, chainOf, d.String())
	again, err := transcript.Parse(d.String())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, again, compare); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

func TestMadeCertificatesAreRealAndChain(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(chainOf)
	if err != nil {
		t.Fatal(err)
	}
	e := transcript.MustParse(string(text)).Evidence()
	if e.Now.Format("2006-01-02") != "2026-11-22" || len(e.Trust) != 2 || !e.Trust[1].Second || e.Trust[0].Name != "system" {
		t.Fatalf("now %v, trust %v", e.Now, e.Trust)
	}
	var sent [][]byte
	for _, ev := range e.Replies[0].Events {
		if m, ok := ev.Item.Message.(*wire.Certificate); ok {
			sent = m.Raw
		}
	}
	var certs []*x509.Certificate
	for _, der := range append(sent[:2:2], e.Trust[0].Roots...) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, c)
	}
	leaf, middle, root := certs[0], certs[1], certs[2]
	if err := leaf.CheckSignatureFrom(middle); err != nil {
		t.Error(err)
	}
	if err := middle.CheckSignatureFrom(root); err != nil {
		t.Error(err)
	}
	if root.Subject.CommonName != "Shop Root" || !root.IsCA || leaf.DNSNames[0] != "shop.example" || len(leaf.IPAddresses) != 1 ||
		leaf.NotAfter.Format("2006-01-02") != "2026-10-01" || middle.PermittedDNSDomains[0] != "shop.example" {
		t.Errorf("the certificates are not what their lines say:\n%v\n%v\n%v", leaf, middle, root)
	}
}

func TestACertificateThatCannotBeMadeIsReported(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"certificate leaf by=root":                     `no certificate is called "root" above`,
		"certificate leaf\ncertificate leaf":           `there is a certificate called "leaf" already`,
		"certificate a,b":                              "want certificate NAME",
		"certificate leaf usage=nothing":               "usage=nothing",
		"certificate leaf digest=md4":                  "want sha256 or sha1",
		"certificate leaf key=rsa-12":                  "not a size of an RSA key",
		"certificate leaf until=tomorrow":              "cannot parse",
		"certificate leaf critical=1.x":                "no object identifier",
		"certificate leaf green":                       `unknown term "green"`,
		"trust system leaf":                            `no certificate is called "leaf" above`,
		"now":                                          "want now YYYY-MM-DD",
		"certificate leaf eku=everything":              "eku=everything",
		"certificate leaf key=ecdsa-brainpoolP256r1":   "not the group",
		"certificate leaf critical=9999999999999.2.3":  "no object identifier",
		"certificate leaf names=shop.example ca=maybe": `unknown term "ca"`,
	} {
		_, err := transcript.Parse(line + "\nserver 192.0.2.7:443\n")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}
