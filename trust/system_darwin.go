package trust

import (
	"fmt"
	"os/exec"

	"github.com/parley-tls/parley"
)

// System is this machine's set of trust anchors: the roots that come with macOS
// and those in the system's keychain.
func System() (parley.Store, error) {
	s := parley.Store{Name: "system"}
	for _, keychain := range []string{"/System/Library/Keychains/SystemRootCertificates.keychain", "/Library/Keychains/System.keychain"} {
		b, err := exec.Command("/usr/bin/security", "find-certificate", "-a", "-p", keychain).Output()
		if err != nil {
			continue
		}
		if roots, err := Certificates(b); err == nil {
			s.Roots = append(s.Roots, roots...)
		}
	}
	if len(s.Roots) == 0 {
		return s, fmt.Errorf("%w in the system's keychains", ErrNone)
	}
	return s, nil
}
