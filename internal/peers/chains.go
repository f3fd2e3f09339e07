package peers

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Chain is what a server presents, with what a client needs to judge it. The
// leaf is for Name and localhost, not for an address, unless Fault says other.
type Chain struct {
	Name   string
	Fault  string   // what is wrong with it; empty for a good one
	Ask    string   // the name or the address that the client asks for
	Served [][]byte // as the server sends it, DER
	Roots  [][]byte // what the client trusts, DER
	Absent [][]byte // intermediates that would complete it and are not served, DER
	Key    []byte   // the server's private key, PKCS #8, DER
	Weak   bool     // OpenSSL serves it at security level 0 only
}

// ChainNames lists the chains that Config.Chain and ChainOf know, in the
// order of their faults.
func ChainNames() []string {
	var names []string
	for _, f := range chainRecipes {
		names = append(names, f.name)
	}
	return names
}

// ChainOf returns the chain of that name, made once in the life of the test
// process.
func ChainOf(name string) (*Chain, error) {
	if make := chains[name]; make != nil {
		return make()
	}
	return nil, fmt.Errorf("peers: no chain %q", name)
}

var chains = func() map[string]func() (*Chain, error) {
	m := map[string]func() (*Chain, error){}
	for _, f := range chainRecipes {
		m[f.name] = sync.OnceValues(func() (*Chain, error) { return f.chain() })
	}
	return m
}()

// IncompleteChain is the chain missing-intermediate, whose leaf says that its
// issuer's certificate (Absent[0], DER) is at url.
func IncompleteChain(url string) (*Chain, error) {
	return chainRecipe{name: "missing-intermediate", make: func(k *kit) {
		k.leaf.extra = append(k.leaf.extra, caIssuers(url))
		k.serve(k.issueLeaf())
		k.absent = [][]byte{k.intermediate()}
	}}.chain()
}

// RootsFile writes the roots of c as a PEM file that ends with t.
func (c *Chain) RootsFile(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, certsPEM(c.Roots), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// keyFile is a key as a server reads it, with its public half.
type keyFile struct{ pkcs8, spki []byte }

func keyFileOf(key crypto.Signer) (keyFile, error) {
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return keyFile{}, err
	}
	public, err := spki(key)
	return keyFile{pkcs8: pkcs8, spki: public}, err
}

// The keys of all chains: a root, an intermediate, a leaf, and those of a
// second CA.
var (
	rootKey         = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })
	intermediateKey = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })
	chainLeafKey    = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })
	otherRootKey    = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })
	rsa1024Key      = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA1024) })
	p256Key         = sync.OnceValues(func() (crypto.Signer, error) { return newKey(ECDSAP256) })
	p384Key         = sync.OnceValues(func() (crypto.Signer, error) { return newKey(ECDSAP384) })
	ed25519Key      = sync.OnceValues(func() (crypto.Signer, error) { return newKey(Ed25519) })
	p224Key         = sync.OnceValues(func() (crypto.Signer, error) { return ecdsa.GenerateKey(elliptic.P224(), rand.Reader) })
)

// brainpool is a key of a group that Go does not know, from "openssl genpkey
// -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1": private, public.
//
//go:embed testdata/brainpoolP256r1.pem
var brainpool []byte

func brainpoolKey() keyFile {
	private, rest := pem.Decode(brainpool)
	public, _ := pem.Decode(rest)
	return keyFile{pkcs8: private.Bytes, spki: public.Bytes}
}

const (
	rootName         = "parley peers chain root"
	intermediateName = "parley peers chain intermediate"
	otherRootName    = "parley peers other root"
)

// kit is what a recipe works with: the parts of a good chain, to be changed
// before they are issued. The first error stays and ends the recipe.
type kit struct {
	err    error
	root   issuer
	inter  issuer
	other  issuer   // the key of a second CA
	leaf   certSpec // as a good leaf
	key    keyFile  // that the server is given
	served [][]byte
	roots  [][]byte
	absent [][]byte
	ask    string
	weak   bool
}

// chainRecipe is a named way to spoil a chain.
type chainRecipe struct {
	name, fault string
	make        func(*kit)
}

func (f chainRecipe) chain() (*Chain, error) {
	k := &kit{ask: Name}
	k.root = issuer{name: rootName, key: k.signer(rootKey())}
	k.inter = issuer{name: intermediateName, key: k.signer(intermediateKey())}
	k.other = issuer{name: otherRootName, key: k.signer(otherRootKey())}
	k.leaf = certSpec{
		subject: Name, dns: []string{Name, "localhost"}, usage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ekus: oids{oidServerAuth},
	}
	k.useKey(k.signer(chainLeafKey()))
	if k.err == nil {
		k.trust(k.selfSigned(k.root))
		f.make(k)
	}
	if k.err != nil {
		return nil, fmt.Errorf("peers: make the chain %s: %w", f.name, k.err)
	}
	return &Chain{
		Name: f.name, Fault: f.fault, Ask: k.ask, Served: k.served, Roots: k.roots, Absent: k.absent, Key: k.key.pkcs8, Weak: k.weak,
	}, nil
}

func (k *kit) note(err error) {
	if k.err == nil {
		k.err = err
	}
}

func (k *kit) signer(key crypto.Signer, err error) crypto.Signer {
	k.note(err)
	return key
}

// useKey gives server and leaf a key.
func (k *kit) useKey(key crypto.Signer) {
	if k.err != nil {
		return
	}
	f, err := keyFileOf(key)
	k.note(err)
	k.key, k.leaf.public = f, f.spki
	if _, ok := key.(*rsa.PrivateKey); !ok {
		k.leaf.usage = x509.KeyUsageDigitalSignature // nothing can be enciphered for it
	}
}

// trust replaces what the client trusts.
func (k *kit) trust(roots ...[]byte) { k.roots = roots }

// serve sets what the server presents.
func (k *kit) serve(certs ...[]byte) { k.served = certs }

// issue has by sign s.
func (k *kit) issue(s certSpec, by issuer) []byte {
	if k.err != nil {
		return nil
	}
	cert, err := s.issue(by)
	k.note(err)
	return cert
}

// issueLeaf has the intermediate sign the leaf as it stands.
func (k *kit) issueLeaf() []byte { return k.issue(k.leaf, k.inter) }

// ca is the certificate of a CA, to be changed and issued.
func (k *kit) ca(of issuer) certSpec {
	if k.err != nil {
		return certSpec{}
	}
	public, err := spki(of.key)
	k.note(err)
	return certSpec{subject: of.name, public: public, ca: true, usage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
}

func (k *kit) selfSigned(of issuer) []byte { return k.issue(k.ca(of), of) }

// intermediate is the good one.
func (k *kit) intermediate() []byte { return k.issue(k.ca(k.inter), k.root) }

// whole serves the leaf as it stands with the good intermediate.
func (k *kit) whole() { k.serve(k.issueLeaf(), k.intermediate()) }
