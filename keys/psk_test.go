package keys

import (
	"testing"

	"github.com/parley-tls/parley/iana"
)

func TestASessionGivesTheKeyOfTheTrace(t *testing.T) {
	t.Parallel()
	x, err := find(iana.TLS_AES_128_GCM_SHA256, iana.TLS13)
	if err != nil {
		t.Fatal(err)
	}
	// The master secret of RFC 8448, Section 3.
	s := &Schedule{suite: x, secret: unhex(t, "18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919")}
	var said Transcript
	said.addHex(t, traceClientHello, traceServerHello, traceExtensions, traceCertificate, traceVerify, traceServerDone, traceClientDone)
	session, err := s.Session(&said)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "resumption master secret", session.secret, "7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c")
	psk, err := session.PSK([]byte{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "key of the ticket", psk.key, "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3")
	if !psk.Fits(iana.TLS_CHACHA20_POLY1305_SHA256) || psk.Fits(iana.TLS_AES_256_GCM_SHA384) || psk.Fits(iana.TLS_RSA_WITH_AES_128_CBC_SHA) {
		t.Error("the key fits suites of SHA-256 and 1.3, and no others")
	}
}
