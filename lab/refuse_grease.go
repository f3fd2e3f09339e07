package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var refuseGREASE = Fault{
	Name:  "refuse-grease",
	Title: "the server refuses hellos with reserved values in them",
	Want:  unfit("tolerance.grease"),
	As:    "chrome",
	Start: behindBox(when(func(s sight) bool { return parley.HasGREASE(s.ClientHello) }, refuse(iana.AlertDecodeError))),
}
