package lab

import (
	"crypto/tls"
	"io"
	"strings"
	"testing"
)

// shake goes through the handshake with a target as a client of crypto/tls that
// presents the target's certificate, if it has one, and returns what ended it.
func shake(t *testing.T, target Target, change func(*tls.Config)) (got string) {
	t.Helper()
	cfg := &tls.Config{InsecureSkipVerify: true}
	if target.ClientCert != "" {
		pair, err := tls.X509KeyPair([]byte(target.ClientCert), []byte(target.ClientKey))
		if err != nil {
			return err.Error()
		}
		cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }
	}
	if change != nil {
		change(cfg)
	}
	c, err := tls.Dial("tcp", strings.TrimPrefix(target.Address, "https://"), cfg)
	if err != nil {
		return err.Error()
	}
	defer c.Close()
	io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
	b, err := io.ReadAll(c)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func TestServersThatAskForClientCertificates(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		fault, without, with string // what a client meets without a certificate, and with the target's
	}{
		{fault: "accept-client-certificate", without: "certificate required", with: "200 OK"},
		{fault: "load-another-client-key", without: "certificate required", with: "private key does not match"},
		{fault: "refuse-client-certificate", without: "200 OK", with: "bad certificate"},
		{fault: "refuse-expired-client-certificate", without: "200 OK", with: "expired certificate"},
		{fault: "refuse-without-certificate-in-http", without: "400 Bad Request"},
		{fault: "request-client-certificate", without: "200 OK"},
		{fault: "require-client-certificate", without: "certificate required"},
		{fault: "require-client-certificate-in-1.2", without: "handshake failure"},
		{fault: "require-client-certificate-of-a-given-ca", without: "certificate required", with: "unknown certificate authority"},
	} {
		t.Run(x.fault, func(t *testing.T) {
			t.Parallel()
			target := start(t, x.fault)
			if got := shake(t, Target{Address: target.Address}, nil); !strings.Contains(got, x.without) {
				t.Errorf("without a certificate: %q, want %q", got, x.without)
			}
			if x.with == "" {
				return
			}
			if got := shake(t, target, nil); !strings.Contains(got, x.with) {
				t.Errorf("with the certificate: %q, want %q", got, x.with)
			}
		})
	}
}

func TestServersThatAskAfterTheHandshake(t *testing.T) {
	t.Parallel()
	// crypto/tls renegotiates where it is told to, and the script does not go on.
	target := start(t, "renegotiate-for-client-certificate")
	if got := shake(t, target, nil); !strings.Contains(got, "no renegotiation") {
		t.Errorf("renegotiation: %q, want an end over no renegotiation", got)
	}
	target = start(t, "ask-after-the-handshake")
	if got := shake(t, target, nil); !strings.Contains(got, "403 Forbidden") {
		t.Errorf("1.3 without post_handshake_auth: %q, want 403", got)
	}
}
