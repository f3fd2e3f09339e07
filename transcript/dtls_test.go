package transcript_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/transcript"
	"github.com/parley-tls/parley/wire"
)

// TestAHandshakeOfDTLSReadsBack: the scope says what carries it, the versions stay those
// of DTLS, and what only DTLS says has lines of its own.
func TestAHandshakeOfDTLSReadsBack(t *testing.T) {
	t.Parallel()
	const text = `client gnutls-3.7-dtls
server 192.0.2.7:5684 shop.example over=dtls

base
> ClientHello  legacy_version=DTLS1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256
< HelloVerifyRequest  version=DTLS1.0 cookie=20
> ClientHello         legacy_version=DTLS1.2 hello_cookie=20
                      suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
                      schemes=rsa_pss_rsae_sha256
< ServerHello         version=DTLS1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
< ServerKeyExchange   group=x25519 scheme=rsa_pss_rsae_sha256
< CertificateRequest  types=rsa_sign schemes=rsa_pss_rsae_sha256
< ServerHelloDone

reference all of DTLS1.0
< Alert  fatal protocol_version(70)
`
	d, err := transcript.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	again, err := transcript.Parse(d.String())
	if err != nil || again.String() != d.String() {
		t.Fatalf("%v\n%s\nreads back as\n%s", err, d, again)
	}
	e := d.Evidence()
	if e.Target.Transport != parley.TransportDTLS || e.Target.Text != "dtls://shop.example:5684" {
		t.Errorf("the target is %q over %v", e.Target.Text, e.Target.Transport)
	}
	s := e.Fold(e.Attempts[e.Order[0]].Scope)
	if s.Column(iana.DTLS12).Accepted.Is != parley.Yes || s.Column(iana.DTLS10).Accepted.Is != parley.No {
		t.Errorf("accepts %v", s.Accepts)
	}
	if m, ok := e.Replies[0].Events[0].Item.Message.(*wire.HelloVerifyRequest); !ok || len(m.Cookie) != 20 {
		t.Errorf("the first event is %v", e.Replies[0].Events[0].Item)
	}
	for _, wrong := range []string{
		"base\n> ClientHello  legacy_version=1.2 hello_cookie=3 suites=0x0001\nsilence\n",
		"base\n> ClientHello  legacy_version=DTLS1.2 hello_cookie=300 suites=0x0001\nsilence\n",
		"server 192.0.2.7:5684 over=sctp\n",
	} {
		if _, err := transcript.Parse("server 192.0.2.7:5684\n" + wrong); err == nil {
			t.Errorf("reads %q", wrong)
		}
	}
}
