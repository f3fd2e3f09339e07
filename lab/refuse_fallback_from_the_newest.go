package lab

import "github.com/parley-tls/parley/iana"

var refuseFallbackFromTheNewest = Fault{
	Name:  "refuse-fallback-from-the-newest",
	Title: "the server takes its newest version for a fallback",
	Start: behindBox(when(func(s sight) bool { return s.HasSuite(iana.SCSVFallback) }, refuse(iana.AlertInappropriateFallback))),
}
