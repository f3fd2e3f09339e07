// Package trust reads sets of trust anchors: those of this machine, of a file,
// and Mozilla's. It reads certificates as bytes; what they are good for is
// decided elsewhere.
package trust

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/crypto/x509roots/fallback/bundle"

	"github.com/parley-tls/parley"
)

// MaxFile bounds a file of certificates, in bytes: the largest store known has
// a quarter of a megabyte.
const MaxFile = 8 << 20

// ErrNone says that a file holds no certificate, or that this machine's store
// was not found.
var ErrNone = errors.New("no certificate")

// File reads a file of certificates, in PEM one after the other or one in DER.
// The store is called by the words before it and the file's name.
func File(words, name string) (parley.Store, error) {
	f, err := os.Open(name)
	if err != nil {
		return parley.Store{}, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return parley.Store{}, err
	}
	if len(b) > MaxFile {
		return parley.Store{}, fmt.Errorf("%s has more than %d bytes", name, MaxFile)
	}
	roots, err := Certificates(b)
	if err != nil {
		return parley.Store{}, fmt.Errorf("%s: %w", name, err)
	}
	return parley.Store{Name: words + name, Roots: roots}, nil
}

// Certificates reads certificates in PEM, whatever else stands between them, or
// one in DER.
func Certificates(b []byte) ([][]byte, error) {
	var out [][]byte
	found := ""
	for rest := b; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
			out = append(out, certificateOf(block.Bytes))
		default:
			found = block.Type
		}
	}
	switch {
	case len(out) > 0:
		return out, nil
	case found != "":
		return nil, fmt.Errorf("%w in it, but %s", ErrNone, found)
	case len(b) > 4 && b[0] == 0x30 && b[1] == 0x82 && 4+int(b[2])<<8+int(b[3]) == len(b):
		return [][]byte{b}, nil
	}
	return nil, fmt.Errorf("%w in it, neither in PEM nor in DER", ErrNone)
}

// certificateOf is the certificate that a value begins with: OpenSSL's TRUSTED
// CERTIFICATE has what it is trusted for behind it.
func certificateOf(der []byte) []byte {
	if len(der) < 4 || der[0] != 0x30 || der[1] != 0x82 {
		return der
	}
	n := 4 + int(der[2])<<8 + int(der[3])
	return der[:min(n, len(der))]
}

// Mozilla is the set of roots that Mozilla's programs trust for servers, as of
// the version of the module that carries it. It is a second opinion. The roots
// that Mozilla trusts with a constraint only are not among them.
func Mozilla() parley.Store {
	s := parley.Store{Name: parley.MozillaStore, Date: mozillaDate, Second: true}
	for r := range bundle.Roots() {
		if r.Constraint == nil {
			s.Roots = append(s.Roots, r.Certificate)
		}
	}
	return s
}

// mozillaDate is that of the module's version, golang.org/x/crypto/x509roots/fallback.
const mozillaDate = "2026-10-30"
