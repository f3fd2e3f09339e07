package check_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/parley-tls/parley/check"
)

// selfSigned is a certificate and its key, each in PEM.
func selfSigned(t *testing.T) (cert, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "me"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func TestAClientCertificateIsReadAsPeopleKeepIt(t *testing.T) {
	t.Parallel()
	cert, key := selfSigned(t)
	other, otherKey := selfSigned(t)
	der, _ := pem.Decode(cert)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, []byte("Bag Attributes\n")) }
	block := func(typ string) []byte { return pem.EncodeToMemory(&pem.Block{Type: typ, Bytes: []byte{0x30, 0}}) }
	locked := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "x"}, Bytes: []byte{1}})
	const passphrase = "the key in me.key is locked by a passphrase, which parley does not ask for: openssl pkey -in me.key writes it without"
	for _, x := range []struct {
		name      string
		cert, key []byte
		chain     int // certificates read
		want      string
	}{
		{name: "two files", cert: cert, key: key, chain: 1},
		{name: "both in one file", cert: join(cert, key), chain: 1},
		{name: "key first, and a chain", cert: join(key, cert, other), chain: 2},
		{name: "another key", cert: cert, key: otherKey, want: "the key in me.key belongs to another certificate than the one in me.pem"},
		{name: "leaf last", cert: join(other, cert), key: key, want: "the key in me.key belongs to certificate 2 of me.pem, which has to be the first"},
		{name: "locked key", cert: cert, key: block("ENCRYPTED PRIVATE KEY"), want: passphrase},
		{name: "locked in the old way", cert: cert, key: locked, want: passphrase},
		{name: "files swapped", cert: key, key: cert, want: "the file me.pem holds no certificate in PEM: there is PRIVATE KEY"},
		{name: "no key anywhere", cert: cert, want: "the file me.pem holds no private key in PEM: there is CERTIFICATE"},
		{name: "DER", cert: der.Bytes, key: key, want: "the file me.pem holds no certificate in PEM: it is a certificate in DER"},
		{name: "PKCS #12", cert: []byte{0x30, 0x82, 1, 2, 2, 1, 3, 0}, key: key, want: "the file me.pem holds no certificate in PEM: it is PKCS #12: openssl pkcs12 -in FILE -nodes writes PEM"},
		{name: "empty", cert: []byte("\n"), key: key, want: "the file me.pem holds no certificate in PEM: it is empty"},
		{name: "a page", cert: []byte("<html>"), key: key, want: "the file me.pem holds no certificate in PEM: nothing in it is PEM"},
		{name: "OpenSSH", cert: cert, key: block("OPENSSH PRIVATE KEY"), want: "the key in me.key cannot be read: it has the format of OpenSSH"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			k := check.PEMFile{}
			if x.key != nil {
				k = check.PEMFile{Name: "me.key", Data: x.key}
			}
			c, err := check.ReadClientCert(check.PEMFile{Name: "me.pem", Data: x.cert}, k)
			switch {
			case err != nil && err.Error() != x.want:
				t.Errorf("got  %v\nwant %s", err, x.want)
			case err == nil && x.want != "":
				t.Errorf("it is read, want: %s", x.want)
			case err == nil && (len(c.Chain) != x.chain || c.Key == nil || c.Name != "me.pem"):
				t.Errorf("%d certificates of %s, key %v; want %d", len(c.Chain), c.Name, c.Key != nil, x.chain)
			}
		})
	}
}
