package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

var refuseUnknownPointFormats = Fault{
	Name:  "refuse-unknown-point-formats",
	Title: "the server refuses point formats it does not know",
	Start: behindBox(when(func(s sight) bool {
		return slices.ContainsFunc(s.PointFormats(), func(f iana.ECPointFormat) bool { return f > 2 })
	}, refuse(iana.AlertIllegalParameter))),
}
