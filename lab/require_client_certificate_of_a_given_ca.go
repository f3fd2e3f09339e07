package lab

import (
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// clientRefused is the diagnosis of a client whose own certificate is at fault.
var clientRefused = Want{Cause: "clientcert.untrusted", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1}

var requireClientCertificateOfAGivenCA = Fault{
	Name:  "require-client-certificate-of-a-given-ca",
	Title: "the client's certificate is of a CA that is not listed",
	Want:  clientRefused,
	Start: asking(tls.RequireAndVerifyClientCert, nil, ofAnotherCA),
}
