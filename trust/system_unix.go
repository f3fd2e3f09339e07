//go:build !windows && !darwin

package trust

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/parley-tls/parley"
)

// bundles are the files in which systems keep their roots, as their packages
// install them: Debian and its kin, Fedora, SUSE, Alpine, OpenBSD, FreeBSD,
// NetBSD, illumos.
var bundles = []string{
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
	"/usr/local/share/certs/ca-root-nss.crt",
	"/etc/openssl/certs/ca-certificates.crt",
	"/etc/certs/ca-certificates.crt",
}

// System is this machine's set of trust anchors: the file that SSL_CERT_FILE
// names, else the first that is where systems keep theirs, and those in the
// folder that SSL_CERT_DIR names.
func System() (parley.Store, error) {
	files := bundles
	if f := os.Getenv("SSL_CERT_FILE"); f != "" {
		files = []string{f}
	}
	s := parley.Store{Name: "system"}
	for _, f := range files {
		if got, err := File("", f); err == nil {
			s.Roots = got.Roots
			break
		}
	}
	for _, dir := range filepath.SplitList(os.Getenv("SSL_CERT_DIR")) {
		entries, _ := filepath.Glob(filepath.Join(dir, "*"))
		slices.Sort(entries)
		for _, f := range entries {
			if got, err := File("", f); err == nil {
				s.Roots = append(s.Roots, got.Roots...)
			}
		}
	}
	if len(s.Roots) == 0 {
		return s, fmt.Errorf("%w in the places where a system keeps its roots, nor at SSL_CERT_FILE", ErrNone)
	}
	return s, nil
}
