package lab

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
)

// chained are the faults of certificates, with what crypto/x509 says of the
// chain in part; empty: it takes it.
var chained = []struct{ fault, want string }{
	{"serve-a-chain", ""},
	{"send-self-signed-certificate", "certificate signed by unknown authority"},
}

func TestACertificateFaultIsWhatAVerifierMeets(t *testing.T) {
	t.Parallel()
	for _, x := range chained {
		target := start(t, x.fault)
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM([]byte(target.CA)) {
			t.Fatalf("%s: no root", x.fault)
		}
		c, err := tls.Dial("tcp", target.Address, &tls.Config{RootCAs: roots, ServerName: target.SNI})
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			c.Close()
		}
		if (x.want == "") != (got == "") || !strings.Contains(got, x.want) {
			t.Errorf("%s: a verifier says %q, want %q", x.fault, got, x.want)
		}
	}
}
