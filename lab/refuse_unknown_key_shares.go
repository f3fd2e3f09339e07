package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var refuseUnknownKeyShares = Fault{
	Name:  "refuse-unknown-key-shares",
	Title: "the server refuses key shares of groups it does not know",
	Want:  unfit("tolerance.grease"),
	As:    "chrome",
	Start: behindBox(when(func(s sight) bool {
		return slices.ContainsFunc(s.KeyShares(), func(k wire.KeyShare) bool { return strangeGroup(k.Group) })
	}, refuse(iana.AlertIllegalParameter))),
}
