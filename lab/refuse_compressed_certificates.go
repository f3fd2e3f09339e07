package lab

import "github.com/parley-tls/parley/iana"

var refuseCompressedCertificates = Fault{
	Name:  "refuse-compressed-certificates",
	Title: "the server refuses hellos that offer compressed certificates",
	Want:  unfit("tolerance.extension"),
	As:    "chrome",
	Start: behindBox(when(func(s sight) bool { return s.has(iana.ExtCompressCertificate) }, refuse(iana.AlertDecodeError))),
}
