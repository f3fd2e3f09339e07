package lab

import "github.com/parley-tls/parley/iana"

// refuseHellosBelow12With40 has the alert with which GnuTLS 3.7 refuses a version.
var refuseHellosBelow12With40 = Fault{
	Name:  "refuse-hellos-below-1.2-with-40",
	Title: "the server wants 1.2 and says handshake_failure to less",
	Want:  tooOld,
	As:    "openssl-1.0.0",
	Start: endBelow12(refuse(iana.AlertHandshakeFailure)),
}
