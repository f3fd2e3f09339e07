package lab

import (
	"context"
	"io"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// renegotiateForClientCertificate does as IIS does for an application that
// needs a client certificate: it asks for a second handshake once it has read
// the request (RFC 5246, Section 7.4.1.1).
var renegotiateForClientCertificate = Fault{
	Name:  "renegotiate-for-client-certificate",
	Title: "a HelloRequest answers the request, in 1.2",
	Want:  Want{Cause: "clientcert.renegotiation", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: overHTTPS(func(ctx context.Context, l *Lab) (Target, error) {
		return l.Script(ctx, Terms{
			Versions: []iana.Version{iana.TLS12},
			Suites:   []iana.Suite{iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
			Groups:   []iana.Group{iana.GroupX25519, iana.GroupSecp256r1},
			Schemes:  []iana.Scheme{iana.SchemeRSAPSSRSAESHA256, iana.SchemeRSAPKCS1SHA256},
			Key:      iana.KeyRSA,
			then: func(_ *wire.ClientHello, t *talk) {
				if t.asked() {
					t.write(iana.ContentHandshake, wire.AppendMessage(nil, iana.TypeHelloRequest, nil))
					t.record() // what the client says to that
				}
			},
		})
	}),
}

// overHTTPS makes the target of a Start a URL, so that a check asks for a page.
func overHTTPS(start func(context.Context, *Lab) (Target, error)) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		t, err := start(ctx, l)
		t.Address = "https://" + t.Address
		return t, err
	}
}

// asked reads the start of a request; a client that closes instead is answered
// with a close_notify.
func (t *talk) asked() bool {
	if n, _ := io.ReadAtLeast(t, make([]byte, 4096), len("GET ")); n > 0 {
		return true
	}
	t.write(iana.ContentAlert, wire.Alert{Level: iana.AlertWarning, Description: iana.AlertCloseNotify}.Append(nil))
	return false
}
