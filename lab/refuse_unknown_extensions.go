package lab

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var refuseUnknownExtensions = Fault{
	Name:  "refuse-unknown-extensions",
	Title: "the server refuses extensions it does not know",
	Want:  unfit("tolerance.grease"),
	As:    "chrome",
	Start: behindBox(when(func(s sight) bool {
		return slices.ContainsFunc(s.Extensions, func(e wire.Extension) bool {
			return strings.HasPrefix(e.Type.String(), "0x") || iana.IsGREASE(uint16(e.Type))
		})
	}, refuse(iana.AlertUnsupportedExtension))),
}
