package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

var refuseUnknownProtocols = Fault{
	Name:  "refuse-unknown-protocols",
	Title: "the server refuses application protocols it does not know",
	Start: behindBox(when(func(s sight) bool {
		return slices.ContainsFunc(s.ALPN(), func(p string) bool { return p != "h2" && p != "http/1.1" })
	}, refuse(iana.AlertIllegalParameter))),
}
