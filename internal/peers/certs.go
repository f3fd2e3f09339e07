package peers

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"embed"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"sync"
	"time"
)

// Name is the name in every certificate, beside localhost, 127.0.0.1 and ::1.
const Name = "shop.example"

// Cert is a kind of certificate. Each is signed by a root of the test process
// (see Roots) whose own key is RSA for RSA keys and ECDSA for the others, and
// served without further certificates.
type Cert uint8

// The kinds of certificate.
const (
	RSA2048 Cert = iota
	RSA1024
	RSA4096
	ECDSAP256
	ECDSAP384
	ECDSAP521
	Ed25519
	Both // RSA2048 and ECDSAP256
	None // no certificate: anonymous suites, or none at all
)

var certNames = [...]string{"RSA2048", "RSA1024", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "Ed25519", "Both", "None"}

// String returns the name of the constant.
func (c Cert) String() string {
	if int(c) < len(certNames) {
		return certNames[c]
	}
	return fmt.Sprintf("Cert(%d)", uint8(c))
}

// keyed is a certificate with its key.
type keyed struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// newKey makes the key of one kind of certificate.
func newKey(kind Cert) (crypto.Signer, error) {
	switch kind {
	case RSA2048:
		return rsa.GenerateKey(rand.Reader, 2048)
	case RSA1024:
		return rsa.GenerateKey(rand.Reader, 1024)
	case RSA4096:
		return rsa.GenerateKey(rand.Reader, 4096)
	case ECDSAP256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case ECDSAP384:
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case ECDSAP521:
		return ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}
	return nil, fmt.Errorf("no key of kind %s", kind)
}

// sign issues a certificate for key; without a parent it is a root.
func sign(template *x509.Certificate, key crypto.Signer, parent *keyed) (*keyed, error) {
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(30 * 24 * time.Hour)
	template.BasicConstraintsValid = true
	if parent == nil {
		parent = &keyed{cert: template, key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent.cert, key.Public(), parent.key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &keyed{cert: cert, key: key}, err
}

func newRoot(kind Cert) (*keyed, error) {
	key, err := newKey(kind)
	if err != nil {
		return nil, err
	}
	return sign(&x509.Certificate{
		Subject:  pkix.Name{CommonName: "parley peers root, " + kind.String()},
		IsCA:     true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, key, nil)
}

var (
	rootRSA   = sync.OnceValues(func() (*keyed, error) { return newRoot(RSA2048) })
	rootECDSA = sync.OnceValues(func() (*keyed, error) { return newRoot(ECDSAP256) })
)

// leaves holds one certificate of each kind for the life of the test process:
// keys are slow to make.
var leaves = func() map[Cert]func() (*keyed, error) {
	m := map[Cert]func() (*keyed, error){}
	for kind := RSA2048; kind <= Ed25519; kind++ {
		m[kind] = sync.OnceValues(func() (*keyed, error) { return newLeaf(kind) })
	}
	return m
}()

func newLeaf(kind Cert) (*keyed, error) {
	root := rootRSA
	usage := x509.KeyUsageDigitalSignature
	switch kind {
	case RSA1024, RSA2048, RSA4096:
		usage |= x509.KeyUsageKeyEncipherment
	default:
		root = rootECDSA
	}
	parent, err := root()
	if err != nil {
		return nil, err
	}
	key, err := newKey(kind)
	if err != nil {
		return nil, err
	}
	return sign(&x509.Certificate{
		// NSS gives certificates of one subject one name: the kind tells them
		// apart when a server has two.
		Subject:     pkix.Name{CommonName: Name, OrganizationalUnit: []string{kind.String()}},
		DNSNames:    []string{Name, "localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage:    usage,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, key, parent)
}

// Roots returns the roots of every certificate that Start makes.
func Roots() (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	for _, root := range []func() (*keyed, error){rootRSA, rootECDSA} {
		k, err := root()
		if err != nil {
			return nil, fmt.Errorf("peers: make the test roots: %w", err)
		}
		pool.AddCert(k.cert)
	}
	return pool, nil
}

// RootsPEM returns the same roots as PEM, for a file.
func RootsPEM() ([]byte, error) {
	var out []byte
	for _, root := range []func() (*keyed, error){rootRSA, rootECDSA} {
		k, err := root()
		if err != nil {
			return nil, fmt.Errorf("peers: make the test roots: %w", err)
		}
		out = append(out, certPEM(k)...)
	}
	return out, nil
}

func certPEM(k *keyed) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.cert.Raw})
}

// keyPEM writes RSA and ECDSA keys in their old forms, which OpenSSL 1.0.0 and
// GnuTLS read as well as PKCS #8.
func keyPEM(k *keyed) ([]byte, error) {
	switch key := k.key.(type) {
	case *rsa.PrivateKey:
		return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}), nil
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(key)
		return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), err
	}
	der, err := x509.MarshalPKCS8PrivateKey(k.key)
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), err
}

// writeCert puts the certificate that j asks for into its directory.
func (j *job) writeCert(d *driver) error {
	switch {
	case len(d.certs) == 0 || j.Plain:
		return nil
	case j.Chain != "":
		return j.writeChain()
	case j.CertFile != "":
		j.certPath, j.keyPath = j.path("cert.pem"), j.path("key.pem")
		return copyFiles(pair{j.CertFile, j.KeyFile}, pair{j.certPath, j.keyPath})
	case j.Cert == None:
		return nil
	case j.Cert == Both:
		for i, kind := range []Cert{RSA2048, ECDSAP256} {
			p, err := j.writePair(kind, []string{"rsa", "ecdsa"}[i])
			if err != nil {
				return err
			}
			j.both[i] = p
		}
		j.certPath, j.keyPath = j.both[0].cert, j.both[0].key
		return nil
	}
	p, err := j.writePair(j.Cert, "")
	j.certPath, j.keyPath = p.cert, p.key
	return err
}

// writePair writes one certificate and its key. The key is readable by all:
// some servers give up root before they read it, and it guards nothing.
func (j *job) writePair(kind Cert, prefix string) (pair, error) {
	leaf, err := leaves[kind]()
	if err != nil {
		return pair{}, err
	}
	key, err := keyPEM(leaf)
	if err != nil {
		return pair{}, err
	}
	certPath, err := j.write(prefix+"cert.pem", string(certPEM(leaf)))
	if err != nil {
		return pair{}, err
	}
	keyPath, err := j.write(prefix+"key.pem", string(key))
	return pair{cert: certPath, key: keyPath}, err
}

// writeChain writes the chain that j asks for, as it is to be served.
func (j *job) writeChain() error {
	c, err := ChainOf(j.Chain)
	if err != nil {
		return err
	}
	if j.certPath, err = j.write("cert.pem", string(certsPEM(c.Served))); err != nil {
		return err
	}
	j.keyPath, err = j.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: c.Key})))
	return err
}

func copyFiles(from, to pair) error {
	for _, f := range [][2]string{{from.cert, to.cert}, {from.key, to.key}} {
		text, err := os.ReadFile(f[0])
		if err != nil {
			return err
		}
		if err := os.WriteFile(f[1], text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// The Diffie-Hellman parameters come from "openssl dhparam BITS". Those of
// "-dsaparam" are not safe primes: s_server serves 2,048 bits in their place
// and does not say so.
//
//go:embed testdata/dh512.pem testdata/dh1024.pem testdata/dh2048.pem
var dhFiles embed.FS

var dhSizes = []int{512, 1024, 2048}

// dhParams writes the parameters of j.DHBits and returns their path, or
// nothing when the stack's own are wanted.
func (j *job) dhParams() (string, error) {
	if j.DHBits == 0 {
		return "", nil
	}
	text, err := dhFiles.ReadFile(fmt.Sprintf("testdata/dh%d.pem", j.DHBits))
	if err != nil {
		return "", err
	}
	return j.write("dh.pem", string(text))
}
