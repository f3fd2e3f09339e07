package lab

import "github.com/parley-tls/parley/iana"

var refuseHellosWith13 = Fault{
	Name:  "refuse-hellos-with-1.3",
	Title: "the server sends alert 70 when a hello mentions 1.3",
	Want:  intolerant,
	Start: intolerantOf13(refuse(iana.AlertProtocolVersion)),
}
