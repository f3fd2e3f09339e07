package ctlogs

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"time"
)

func TestEveryLogIsWhatItsKeySays(t *testing.T) {
	t.Parallel()
	if n := strings.Count(text, "\t") / 3; len(All()) < 50 || len(All()) != n {
		t.Errorf("%d logs of %d lines; want all, and as many as there are", len(All()), n)
	}
	if _, err := time.Parse(time.DateOnly, Date()); err != nil || From() == "" {
		t.Errorf("dated %q, from %q", Date(), From())
	}
	for _, l := range All() {
		if sha256.Sum256(l.Key) != l.ID {
			t.Errorf("%s: its ID is not the hash of its key (RFC 6962, Section 3.2)", l.Name)
		}
		key, err := x509.ParsePKIXPublicKey(l.Key)
		if _, ok := key.(*ecdsa.PublicKey); err != nil || !ok || l.Name == "" || l.Operator == "" {
			t.Errorf("%+v: %v", l, err)
		}
		if got := Find(l.ID); got == nil || got.Name != l.Name {
			t.Errorf("%s is found as %+v", l.Name, got)
		}
	}
	if Find([32]byte{1}) != nil {
		t.Error("a log is found that nobody knows")
	}
}
