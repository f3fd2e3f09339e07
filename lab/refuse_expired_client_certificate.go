package lab

import "crypto/tls"

var refuseExpiredClientCertificate = Fault{
	Name:  "refuse-expired-client-certificate",
	Title: "the client's certificate has run out; without it all is well",
	Want:  clientRefused,
	Start: asking(tls.VerifyClientCertIfGiven, nil, expired),
}
