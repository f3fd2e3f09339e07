package lab

import "crypto/tls"

var requestClientCertificate = Fault{
	Name:  "request-client-certificate",
	Title: "nothing is wrong: a client certificate is asked, optional",
	Start: asking(tls.VerifyClientCertIfGiven, nil, nil),
}
