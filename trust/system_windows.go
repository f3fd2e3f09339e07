package trust

import (
	"bytes"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/parley-tls/parley"
)

// System is this machine's set of trust anchors: the store ROOT. Windows fetches
// further roots of Microsoft's programme when they are first met; those are not
// in it.
func System() (parley.Store, error) {
	s := parley.Store{Name: "system"}
	name, err := windows.UTF16PtrFromString("ROOT")
	if err != nil {
		return s, err
	}
	store, err := windows.CertOpenSystemStore(0, name)
	if err != nil {
		return s, fmt.Errorf("open the store of roots: %w", err)
	}
	defer windows.CertCloseStore(store, 0)
	for c, err := windows.CertEnumCertificatesInStore(store, nil); err == nil && c != nil; c, err = windows.CertEnumCertificatesInStore(store, c) {
		s.Roots = append(s.Roots, bytes.Clone(unsafe.Slice(c.EncodedCert, c.Length)))
	}
	if len(s.Roots) == 0 {
		return s, fmt.Errorf("%w in the store ROOT", ErrNone)
	}
	return s, nil
}
