package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

var refuseUnknownVersions = Fault{
	Name:  "refuse-unknown-versions",
	Title: "the server refuses versions it does not know",
	Want:  unfit("tolerance.grease"),
	As:    "chrome",
	Start: behindBox(when(func(s sight) bool {
		return slices.ContainsFunc(s.SupportedVersions(), func(v iana.Version) bool { return v > iana.TLS13 })
	}, refuse(iana.AlertProtocolVersion))),
}
