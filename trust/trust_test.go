package trust

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMozillasRootsAreCertificates(t *testing.T) {
	t.Parallel()
	s := Mozilla()
	if len(s.Roots) < 100 || !s.Second || s.Date == "" {
		t.Fatalf("%d roots, second %v, date %q; want a hundred or more, as a dated second opinion", len(s.Roots), s.Second, s.Date)
	}
	for _, der := range s.Roots {
		if _, err := x509.ParseCertificate(der); err != nil {
			t.Error(err)
		}
	}
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if want := "x509roots/fallback v0.0.0-" + strings.ReplaceAll(s.Date, "-", ""); !strings.Contains(string(mod), want) {
		t.Errorf("the date is %s, and go.mod has no %s…", s.Date, want)
	}
}

// pemOf is a certificate in PEM.
func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestAFileOfCertificatesIsReadInEachForm(t *testing.T) {
	t.Parallel()
	roots := Mozilla().Roots
	dir := t.TempDir()
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"one in PEM", pemOf("CERTIFICATE", roots[0]), 1},
		{"two, with words between", "# first\n" + pemOf("CERTIFICATE", roots[0]) + "\nand second\n" + pemOf("X509 CERTIFICATE", roots[1]), 2},
		{"OpenSSL's own kind, with its settings behind", pemOf("TRUSTED CERTIFICATE", append(append([]byte{}, roots[0]...), 0x30, 0)), 1},
		{"one in DER", string(roots[0]), 1},
		{"a key beside it", pemOf("PRIVATE KEY", []byte{1}) + pemOf("CERTIFICATE", roots[0]), 1},
	} {
		file := filepath.Join(dir, "ca")
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := File("--ca ", file)
		if err != nil || len(s.Roots) != tt.want || s.Name != "--ca "+file {
			t.Errorf("%s: %d certificates called %q, %v; want %d", tt.name, len(s.Roots), s.Name, err, tt.want)
			continue
		}
		for _, der := range s.Roots {
			if _, err := x509.ParseCertificate(der); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
	}
}

func TestAFileWithoutACertificateSaysWhatItHas(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"a key", pemOf("EC PRIVATE KEY", []byte{1, 2}), "no certificate in it, but EC PRIVATE KEY"},
		{"nothing", "", "neither in PEM nor in DER"},
		{"words", "hello", "neither in PEM nor in DER"},
		{"DER cut short", string(Mozilla().Roots[0][:100]), "neither in PEM nor in DER"},
	} {
		_, err := Certificates([]byte(tt.text))
		if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := File("", filepath.Join(t.TempDir(), "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestTheSystemsStoreIsTheOneNamedInTheEnvironment(t *testing.T) {
	roots := Mozilla().Roots
	dir := t.TempDir()
	for name, der := range map[string][]byte{"file": roots[0], "dir/a.pem": roots[1], "dir/b.crt": roots[2], "dir/README": nil} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		text := "no certificate"
		if der != nil {
			text = pemOf("CERTIFICATE", der)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("SSL_CERT_FILE", filepath.Join(dir, "file"))
	t.Setenv("SSL_CERT_DIR", filepath.Join(dir, "dir"))
	if s, err := System(); err != nil || len(s.Roots) != 3 {
		t.Errorf("%d roots, %v; want the one of the file and the two of the folder", len(s.Roots), err)
	}
	t.Setenv("SSL_CERT_FILE", filepath.Join(dir, "missing"))
	t.Setenv("SSL_CERT_DIR", "")
	if _, err := System(); !errors.Is(err, ErrNone) {
		t.Errorf("no file: %v, want %v", err, ErrNone)
	}
}
