package check

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
)

// PEMFile is a file of a client's certificate or key: what it is called, and
// what it holds.
type PEMFile struct {
	Name string
	Data []byte
}

// ReadClientCert reads the certificate that a client presents, with what
// stands behind it in the same file, and its key, which may stand there too: then
// key is the zero PEMFile. An error says why the two cannot be used, in a clause.
func ReadClientCert(cert, key PEMFile) (*parley.ClientCert, error) {
	chain, err := readChain(cert)
	if err != nil {
		return nil, err
	}
	if key.Data == nil {
		key = cert
	}
	signer, err := readKey(key)
	if err != nil {
		return nil, err
	}
	if err := belongs(signer, chain, cert.Name, key.Name); err != nil {
		return nil, err
	}
	return &parley.ClientCert{Name: cert.Name, Chain: chain, Key: signer}, nil
}

// maxChain bounds the certificates of a file: no client presents as many.
const maxChain = 32

func readChain(f PEMFile) ([][]byte, error) {
	var chain [][]byte
	var others []string
	for b, rest := pem.Decode(f.Data); b != nil && len(chain) < maxChain; b, rest = pem.Decode(rest) {
		if b.Type == "CERTIFICATE" || b.Type == "X509 CERTIFICATE" || b.Type == "TRUSTED CERTIFICATE" {
			if _, err := x509.ParseCertificate(b.Bytes); err != nil {
				return nil, fmt.Errorf("certificate %d of %s cannot be read: %s", len(chain)+1, f.Name, strings.TrimPrefix(err.Error(), "x509: "))
			}
			chain = append(chain, b.Bytes)
			continue
		}
		others = append(others, b.Type)
	}
	if len(chain) > 0 {
		return chain, nil
	}
	return nil, fmt.Errorf("the file %s holds no certificate in PEM: %s", f.Name, found(f.Data, others))
}

// found says what a file holds in the place of what was looked for.
func found(data []byte, types []string) string {
	switch {
	case len(types) > 0:
		return "there is " + strings.Join(slices.Compact(types), ", ")
	case len(bytes.TrimSpace(data)) == 0:
		return "it is empty"
	case data[0] != 0x30:
		return "nothing in it is PEM"
	}
	if _, err := x509.ParseCertificate(data); err == nil {
		return "it is a certificate in DER"
	}
	// PKCS #12 is a SEQUENCE that begins with the version 3 (RFC 7292, Section 4).
	if at := bytes.Index(data[:min(len(data), 8)], []byte{2, 1, 3}); at > 0 {
		return "it is PKCS #12: openssl pkcs12 -in FILE -nodes writes PEM"
	}
	return "it is DER"
}

func readKey(f PEMFile) (crypto.Signer, error) {
	var others []string
	for b, rest := pem.Decode(f.Data); b != nil; b, rest = pem.Decode(rest) {
		if b.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED") {
			return nil, fmt.Errorf("the key in %s is locked by a passphrase, which parley does not ask for: openssl pkey -in %s writes it without", f.Name, f.Name)
		}
		key, is, err := parseKey(b)
		switch {
		case !is:
			others = append(others, b.Type)
		case err != nil:
			return nil, fmt.Errorf("the key in %s cannot be read: %s", f.Name, strings.TrimPrefix(err.Error(), "x509: "))
		default:
			return key, nil
		}
	}
	return nil, fmt.Errorf("the file %s holds no private key in PEM: %s", f.Name, found(f.Data, others))
}

// parseKey reads one block; is says that it is that of a private key.
func parseKey(b *pem.Block) (key crypto.Signer, is bool, err error) {
	var k any
	switch b.Type {
	case "PRIVATE KEY":
		k, err = x509.ParsePKCS8PrivateKey(b.Bytes)
	case "RSA PRIVATE KEY":
		k, err = x509.ParsePKCS1PrivateKey(b.Bytes)
	case "EC PRIVATE KEY":
		k, err = x509.ParseECPrivateKey(b.Bytes)
	case "OPENSSH PRIVATE KEY":
		return nil, true, errors.New("it has the format of OpenSSH")
	default:
		return nil, false, nil
	}
	if err != nil {
		return nil, true, err
	}
	switch k := k.(type) {
	case *rsa.PrivateKey:
		return k, true, nil
	case *ecdsa.PrivateKey:
		return k, true, nil
	case ed25519.PrivateKey:
		return k, true, nil
	}
	return nil, true, fmt.Errorf("a key of a kind that signs in no handshake")
}

// belongs looks whether a key is that of the leaf.
func belongs(key crypto.Signer, chain [][]byte, certName, keyName string) error {
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok {
		return fmt.Errorf("the key in %s is of a kind that signs in no handshake", keyName)
	}
	at := slices.IndexFunc(chain, func(der []byte) bool {
		c, err := x509.ParseCertificate(der)
		return err == nil && public.Equal(c.PublicKey)
	})
	switch {
	case at < 0:
		return fmt.Errorf("the key in %s belongs to another certificate than the one in %s", keyName, certName)
	case at > 0:
		return fmt.Errorf("the key in %s belongs to certificate %d of %s, which has to be the first", keyName, at+1, certName)
	}
	return nil
}
