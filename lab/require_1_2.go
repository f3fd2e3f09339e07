package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// tooOld is the diagnosis of a client whose code ends below what the server accepts.
var tooOld = Want{Cause: "version.client-too-old", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1}

var require12 = Fault{
	Name:  "require-1.2",
	Title: "the server wants 1.2, which the client does not have",
	Want:  tooOld,
	As:    "openssl-1.0.0",
	Start: today,
}

// today starts a server as it should be: 1.2 and 1.3, an RSA certificate.
func today(ctx context.Context, l *Lab) (Target, error) { return l.tlsTarget(ctx, rsaConfig) }

// rsaConfig accepts 1.2 and 1.3 with an RSA certificate. The suites of 1.2 are
// those of RFC 9325, Section 4.2, and ECDHE with CBC, which old clients of 1.2 need.
func rsaConfig(ids *identities) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{ids.rsa},
		MinVersion:   tls.VersionTLS12,
		MaxVersion:   tls.VersionTLS13,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
		},
		CurvePreferences:       []tls.CurveID{tls.X25519MLKEM768, tls.X25519, tls.CurveP256, tls.CurveP384},
		SessionTicketsDisabled: true,
	}
}
