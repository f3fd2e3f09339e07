package lab

import "github.com/parley-tls/parley/iana"

var refuseHellosOver16KiB = Fault{
	Name:  "refuse-hellos-over-16-kib",
	Title: "the server has room for hellos of 16,384 bytes",
	Start: behindBox(when(func(s sight) bool { return len(s.Message()) > 1<<14 }, refuse(iana.AlertIllegalParameter))),
}
