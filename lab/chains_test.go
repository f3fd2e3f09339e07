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
	{"ask-by-address", "doesn't contain any IP SANs"},
	{"empty-trust-store", ""}, // of its CA: the stores have it or not
	{"issue-by-ed25519", ""},
	{"issue-by-no-ca", "parent certificate cannot sign this kind of certificate"},
	{"issue-outside-of-constraints", "not permitted by any constraint"},
	{"omit-intermediate", "certificate signed by unknown authority"},
	{"omit-intermediate-that-is-published", "certificate signed by unknown authority"},
	{"omit-stapled-response", ""},
	{"outdate-trust-store", ""},
	{"run-ahead-of-the-client", "is before"},
	{"send-certificate-of-a-client", "incompatible key usage"},
	{"send-certificate-of-another-name", "certificate is valid for other.example"},
	{"send-chain-of-private-ca", "certificate signed by unknown authority"},
	{"send-common-name-alone", "certificate relies on legacy Common Name field"},
	{"send-every-fault-of-a-leaf", "is after"},
	{"send-expired-certificate", "is after"},
	{"send-negative-serial", "negative serial number"},
	{"send-path-to-expired-root", ""},
	{"send-removed-root", "certificate signed by unknown authority"},
	{"send-rsa-1024", ""},
	{"intercept-on-the-path", "certificate signed by unknown authority"},
	{"send-self-signed-certificate", "certificate signed by unknown authority"},
	{"send-unknown-critical-extension", "unhandled critical extension"},
	{"serve-path-to-expired-root", ""},
	{"set-up-ca-again", "certificate signed by unknown authority"},
	{"sign-leaf-with-sha1", "insecure algorithm"},
	{"sign-with-another-key", "invalid signature by the server certificate"},
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
