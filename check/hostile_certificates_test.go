package check_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/wire"
)

// issued is a certificate for a public key, in DER.
func issued(t *testing.T, public any) []byte {
	t.Helper()
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "hostile"}, DNSNames: []string{"shop.parley.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// hostileCertificates are made to cost a parser its time, its memory or its stack.
func hostileCertificates(t *testing.T) map[string][]byte {
	t.Helper()
	good, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	leaf := issued(t, &good.PublicKey)
	point, err := good.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	off := bytes.Clone(point)
	off[len(off)-1] ^= 1
	huge := new(big.Int).Lsh(big.NewInt(1), 1<<16-1)
	huge.SetBit(huge, 0, 1)
	exponent := issued(t, &rsa.PublicKey{N: new(big.Int).Rsh(huge, 1<<16-2048), E: 65537})
	var deep []byte
	for range 12_000 {
		deep = append(deep, 0x30, 0x83, 0, 0xff, 0xff)
	}
	return map[string][]byte{
		"of 12,000 levels":                 deep,
		"with a modulus of 65,536 bits":    issued(t, &rsa.PublicKey{N: huge, E: 65537}),
		"with the exponent 0":              bytes.Replace(exponent, []byte{2, 3, 1, 0, 1}, []byte{2, 3, 0, 0, 0}, 1),
		"with a point beside the curve":    bytes.Replace(leaf, point, off, 1),
		"with a length of four times 0xff": append([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, leaf...),
		"with an indefinite length":        append([]byte{0x30, 0x80}, leaf...),
		"that ends in the middle":          leaf[:len(leaf)/2],
		"of one byte":                      {0x30},
		"of no bytes":                      {},
		"of text":                          bytes.Repeat([]byte("-----BEGIN CERTIFICATE-----\n"), 500),
	}
}

// TestACertificateThatIsHardToReadIsBorn checks against servers of both
// versions with such a leaf, and with such a certificate behind a good one.
//
// It does not run beside other tests: it counts goroutines.
func TestACertificateThatIsHardToReadIsBorn(t *testing.T) {
	before := runtime.NumGoroutine()
	l := lab.New()
	terms := lab.Terms{
		Versions: []iana.Version{iana.TLS12}, Suites: []iana.Suite{iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		Groups: []iana.Group{iana.GroupX25519, iana.GroupSecp256r1}, Schemes: []iana.Scheme{iana.SchemeRSAPSSRSAESHA256, iana.SchemeRSAPKCS1SHA256}, Key: iana.KeyRSA,
	}
	for name, der := range hostileCertificates(t) {
		for _, second := range []bool{false, true} {
			served := terms
			served.Mangle = func(_ *wire.ClientHello, f *lab.Flight) {
				chain := [][]byte{der}
				if c, err := wire.ParseCertificate(f.Messages[1][4:], iana.TLS12); err == nil && second {
					chain = [][]byte{c.Raw[0], der}
				}
				f.Messages[1] = (&wire.Certificate{Raw: chain}).Message()
			}
			target, err := l.Script(context.Background(), served)
			if err != nil {
				t.Fatal(err)
			}
			o := asking(netip.MustParseAddrPort(target.Address).String())
			o.SNI, o.Timeout, o.Prober, o.Panel = "shop.parley.test", time.Minute, patient(), clients.Panel()
			a, err := check.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if a.Elapsed >= o.Timeout || a.Connections > check.Connections {
				t.Errorf("%s: %v and %d connections", name, a.Elapsed, a.Connections)
			}
			if a.Exit() == 0 {
				t.Errorf("a certificate %s, second %t: called fine\n%s", name, second, trail(a))
			}
			for _, f := range a.Result.Findings {
				if f.Certainty == parley.Proved {
					t.Errorf("a certificate %s: %s is proved\n%s", name, f.Cause, trail(a))
				}
			}
		}
	}
	l.Close()
	nothingLeft(t, before)
}
