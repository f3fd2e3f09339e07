package lab

import (
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// noClientCert is the diagnosis of a client that has no certificate for a
// server that needs one.
var noClientCert = Want{Cause: "clientcert.required", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1}

var requireClientCertificate = Fault{
	Name:  "require-client-certificate",
	Title: "a client without a certificate is refused, in 1.3 late",
	Want:  noClientCert,
	Start: asking(tls.RequireAndVerifyClientCert, nil, nil),
}
