package lab

import "github.com/parley-tls/parley/iana"

var refuseManyExtensions = Fault{
	Name:  "refuse-many-extensions",
	Title: "the server has room for 32 extensions, and refuses more",
	Start: behindBox(when(func(s sight) bool { return len(s.Extensions) > 32 }, refuse(iana.AlertDecodeError))),
}
