package lab

import (
	"context"
	"io"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// askAfterTheHandshake wants a client certificate for what it was asked for,
// and under 1.3 can ask for it only a client that offered to answer (RFC 8446,
// Section 4.2.6): all others get HTTP 403, as from Apache httpd per directory.
var askAfterTheHandshake = Fault{
	Name:  "ask-after-the-handshake",
	Title: "a CertificateRequest would answer the request, in 1.3",
	Want:  Want{Cause: "clientcert.post-handshake-auth", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: overHTTPS(func(ctx context.Context, l *Lab) (Target, error) {
		return l.Script(ctx, Terms{
			Versions: []iana.Version{iana.TLS12, iana.TLS13},
			Suites:   []iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
			Groups:   []iana.Group{iana.GroupX25519, iana.GroupSecp256r1},
			Schemes:  []iana.Scheme{iana.SchemeRSAPSSRSAESHA256, iana.SchemeRSAPKCS1SHA256},
			Key:      iana.KeyRSA,
			then:     askLater,
		})
	}),
}

func askLater(h *wire.ClientHello, t *talk) {
	if !t.asked() {
		return
	}
	if _, offers := h.Extension(iana.ExtPostHandshakeAuth); !offers || t.version != iana.TLS13 {
		io.WriteString(t, "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		return
	}
	m := wire.CertificateRequest{Version: iana.TLS13, Context: random(8), Extensions: []wire.Extension{
		{Type: iana.ExtSignatureAlgorithms, Data: []byte{0, 4, 8, 4, 4, 3}},
	}}
	t.write(iana.ContentHandshake, wire.AppendMessage(nil, iana.TypeCertificateRequest, m.Body()))
	t.record() // what the client says to that
}
