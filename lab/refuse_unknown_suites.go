package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

var refuseUnknownSuites = Fault{
	Name:  "refuse-unknown-suites",
	Title: "the server refuses hellos with suites it does not know",
	Want:  unfit("tolerance.grease"),
	As:    "chrome",
	Start: behindBox(when(func(s sight) bool { return slices.ContainsFunc(s.Suites, strangeSuite) }, refuse(iana.AlertIllegalParameter))),
}

// strangeSuite says that a suite stands in no registry, as those of GREASE.
func strangeSuite(s iana.Suite) bool {
	_, known := s.Info()
	return !known
}
