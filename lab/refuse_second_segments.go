package lab

import "github.com/parley-tls/parley/iana"

var refuseSecondSegments = Fault{
	Name:  "refuse-second-segments",
	Title: "the server takes one segment for the whole hello",
	Start: behindBox(when(func(s sight) bool { return !s.whole }, refuse(iana.AlertDecodeError))),
}
