package peers

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// ClientAuth is what a server does about client certificates.
type ClientAuth uint8

const (
	// NotAsked leaves clients unasked.
	NotAsked ClientAuth = iota
	// Asked asks for a certificate; without one, and with one that does not
	// verify, the server goes on.
	Asked
	// Optional asks, and goes on without a certificate; one that is sent has to
	// verify.
	Optional
	// Required goes on only with a certificate that verifies.
	Required
	// RequiredLater asks after the client's request: by renegotiation up to TLS
	// 1.2, in TLS 1.3 by a CertificateRequest after the handshake
	// (RFC 8446, Section 4.6.2).
	RequiredLater
)

var clientAuthNames = [...]string{"NotAsked", "Asked", "Optional", "Required", "RequiredLater"}

// String returns the name of the constant.
func (a ClientAuth) String() string {
	if int(a) < len(clientAuthNames) {
		return clientAuthNames[a]
	}
	return fmt.Sprintf("ClientAuth(%d)", uint8(a))
}

// ClientKind is a kind of certificate that a client presents; all have one
// RSA key, so that every server of any version can take its signature.
type ClientKind string

// The kinds of client certificate, by what a server with our client CA finds.
const (
	TrustedClient    ClientKind = "trusted"    // issued by the client CA
	UntrustedClient  ClientKind = "untrusted"  // issued by another CA
	StaleClient      ClientKind = "stale"      // issued by an older CA of the same name
	SelfSignedClient ClientKind = "selfsigned" // issued by itself
	ExpiredClient    ClientKind = "expired"    // of the client CA, over for a day
	ServerOnlyClient ClientKind = "serveronly" // of the client CA, for serverAuth alone
)

// ClientKinds lists the kinds of client certificate.
var ClientKinds = []ClientKind{TrustedClient, UntrustedClient, StaleClient, SelfSignedClient, ExpiredClient, ServerOnlyClient}

// clientKeys are made once: they are slow to make.
var (
	clientKey   = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })
	clientCAKey = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })
	otherCAKey  = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })
)

const (
	clientCAName = "parley peers client CA"
	otherCAName  = "parley peers other client CA"
)

var clientCA = sync.OnceValues(func() ([]byte, error) {
	key, err := clientCAKey()
	if err != nil {
		return nil, err
	}
	return issueRoot(issuer{name: clientCAName, key: key})
})

// issueRoot makes the certificate that an issuer signs for itself.
func issueRoot(by issuer) ([]byte, error) {
	public, err := spki(by.key)
	if err != nil {
		return nil, err
	}
	return certSpec{subject: by.name, public: public, ca: true, usage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}.issue(by)
}

// ClientCAPEM returns the CA that a server with ClientAuth trusts when
// Config.ClientCA names no other.
func ClientCAPEM() ([]byte, error) {
	ca, err := clientCA()
	return certsPEM([][]byte{ca}), err
}

// Client returns a certificate of one kind with its key, made once in the life
// of the test process.
func Client(kind ClientKind) (tls.Certificate, error) {
	make, ok := clients[kind]
	if !ok {
		return tls.Certificate{}, fmt.Errorf("peers: no client certificate of kind %q", kind)
	}
	return make()
}

var clients = func() map[ClientKind]func() (tls.Certificate, error) {
	m := map[ClientKind]func() (tls.Certificate, error){}
	for _, kind := range ClientKinds {
		m[kind] = sync.OnceValues(func() (tls.Certificate, error) { return newClient(kind) })
	}
	return m
}()

func newClient(kind ClientKind) (tls.Certificate, error) {
	key, err := clientKey()
	if err != nil {
		return tls.Certificate{}, err
	}
	public, err := spki(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	caKey := clientCAKey
	spec := certSpec{
		subject: "peer, " + string(kind), public: public, usage: x509.KeyUsageDigitalSignature,
		ekus: []asn1.ObjectIdentifier{oidClientAuth},
	}
	name := clientCAName
	switch kind {
	case UntrustedClient:
		caKey, name = otherCAKey, otherCAName
	case StaleClient:
		caKey = otherCAKey
	case SelfSignedClient:
		caKey, name = clientKey, spec.subject
	case ExpiredClient:
		spec.from, spec.until = -30*day, -day
	case ServerOnlyClient:
		spec.ekus = []asn1.ObjectIdentifier{oidServerAuth}
	}
	by, err := caKey()
	if err != nil {
		return tls.Certificate{}, err
	}
	cert, err := spec.issue(issuer{name: name, key: by})
	return tls.Certificate{Certificate: [][]byte{cert}, PrivateKey: key}, err
}

// ClientFiles writes a certificate of one kind and its key as PEM files that
// end with t.
func ClientFiles(t testing.TB, kind ClientKind) (cert, key string) {
	t.Helper()
	c, err := Client(kind)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "client.pem"), filepath.Join(dir, "client-key.pem")
	if err := os.WriteFile(cert, certsPEM(c.Certificate), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// clientCAFile writes the CA for clients into the server's directory.
func (j *job) clientCAFile() (string, error) {
	text, err := ClientCAPEM()
	if j.ClientCA != "" {
		text, err = os.ReadFile(j.ClientCA)
	}
	if err != nil {
		return "", err
	}
	return j.write("clients.pem", string(text))
}

// clientAuth returns the words that stand for the wish of j in a table of a
// stack, each with the file of the CA in the place of CA.
func (j *job) clientAuth(words map[ClientAuth][]string) ([]string, error) {
	if j.ClientAuth == NotAsked {
		return nil, nil
	}
	file, err := j.clientCAFile()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, w := range words[j.ClientAuth] {
		out = append(out, os.Expand(w, func(string) string { return file }))
	}
	return out, nil
}
