package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

var refuseUnknownSchemes = Fault{
	Name:  "refuse-unknown-schemes",
	Title: "the server refuses signature schemes it does not know",
	Want:  unfit("tolerance.grease"),
	Start: behindBox(when(func(s sight) bool {
		return slices.ContainsFunc(s.Schemes(), func(x iana.Scheme) bool { _, known := x.Info(); return !known })
	}, refuse(iana.AlertIllegalParameter))),
}
