package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

var refuseUnknownGroups = Fault{
	Name:  "refuse-unknown-groups",
	Title: "the server refuses hellos with groups it does not know",
	Want:  unfit("tolerance.grease"),
	As:    "chrome",
	Start: behindBox(when(func(s sight) bool { return slices.ContainsFunc(s.Groups(), strangeGroup) }, refuse(iana.AlertIllegalParameter))),
}

// strangeGroup says that a group stands in no registry.
func strangeGroup(g iana.Group) bool {
	_, known := g.Info()
	return !known
}
