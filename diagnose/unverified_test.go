package diagnose_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/diagnose"
)

// What comes encrypted and could not be read is not taken for fine.
func TestCertificatesThatCouldNotBeReadAreNotFine(t *testing.T) {
	t.Parallel()
	const head = `
client openssl-3.0
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base until=finished x3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`
	for _, tt := range []struct {
		name, rest string
		want       parley.Verdict
	}{
		{"read", "< Certificate  cert=leaf encrypted\n< Finished  encrypted\n> Finished  encrypted\nstopped\n", parley.VerdictOK},
		{"not read", "< ApplicationData  size=900\nstopped\nunfollowed \"no keys for this suite\"\n", parley.VerdictUnknown},
	} {
		if got := diagnose.Step(evidence(t, head+tt.rest)).Verdict; got != tt.want {
			t.Errorf("%s: verdict %v, want %v", tt.name, got, tt.want)
		}
	}
}
