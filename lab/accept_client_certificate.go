package lab

import "crypto/tls"

var acceptClientCertificate = Fault{
	Name:  "accept-client-certificate",
	Title: "nothing is wrong: the client's certificate is accepted",
	Start: asking(tls.RequireAndVerifyClientCert, nil, valid),
}
