package scan

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	xpkix "crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// closeKey is an RSA key whose primes follow one another, and its private half in the
// form of PKCS 1, which crypto/rsa would not write.
func closeKey(t *testing.T) (*rsa.PublicKey, []byte) {
	t.Helper()
	e, one := big.NewInt(65537), big.NewInt(1)
	next := func(n *big.Int) *big.Int {
		for p := new(big.Int).SetBit(n, 0, 1); ; p.Add(p, big.NewInt(2)) {
			if less := new(big.Int).Sub(p, one); p.ProbablyPrime(10) && new(big.Int).Mod(less, e).Sign() != 0 {
				return p
			}
		}
	}
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(one, 1024))
	if err != nil {
		t.Fatal(err)
	}
	p := next(n.SetBit(n.SetBit(n, 1023, 1), 1022, 1))
	q := next(new(big.Int).Add(p, big.NewInt(2)))
	p1, q1 := new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)
	d := new(big.Int).ModInverse(e, new(big.Int).Mul(p1, q1))
	public := &rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}
	der, err := asn1.Marshal(struct {
		Version                  int
		N, E, D, P, Q, D1, D2, C *big.Int
	}{0, public.N, e, d, p, q, new(big.Int).Mod(d, p1), new(big.Int).Mod(d, q1), new(big.Int).ModInverse(q, p)})
	if err != nil {
		t.Fatal(err)
	}
	return public, der
}

func TestARealServerWhoseKeyAnybodyCanComputeIsToldSo(t *testing.T) {
	peers.Need(t, peers.OpenSSL)
	public, private := closeKey(t)
	signer, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: xpkix.Name{CommonName: "CA"}}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: xpkix.Name{CommonName: peers.Name}, DNSNames: []string{peers.Name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, ca, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{
		cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "RSA PRIVATE KEY", Bytes: private},
	} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := peers.Start(t, peers.OpenSSL, peers.Config{Versions: []iana.Version{iana.TLS12, iana.TLS13}, CertFile: cert, KeyFile: key})
	res, err := Run(t.Context(), Options{Question: target.Question{Text: s.Addr.String(), SNI: peers.Name}, Depth: survey.DepthVersions, Now: time.Now(), Dialer: &onlyLoopback{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range res.Endpoints[0].Weaknesses() {
		if f.ID == "weakness.broken-key" {
			if want := peers.Name + ": its two primes are close to each other (CVE-2022-26320)"; !f.Found() || f.Why != want {
				t.Errorf("%v: %q, want %q", f.Is, f.Why, want)
			}
			return
		}
	}
	t.Error("nothing is said of the key")
}
