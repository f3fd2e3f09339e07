package lab

import "crypto/tls"

var requireClientCertificateIn12 = Fault{
	Name:  "require-client-certificate-in-1.2",
	Title: "a client without a certificate is refused, in 1.2",
	Want:  noClientCert,
	Start: asking(tls.RequireAndVerifyClientCert, stopAt12, nil),
}
