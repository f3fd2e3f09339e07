package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// unservedName is a name that the lab's certificates cover and its servers refuse.
const unservedName = "old.parley.test"

var refuseOneServerName = Fault{
	Name:  "refuse-one-server-name",
	Title: "the server has no host of this name",
	Want:  Want{Cause: "sni.unrecognized", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		start := refuseNames(iana.AlertUnrecognizedName, func(name string, _ bool) bool { return name == unservedName })
		t, err := start(ctx, l)
		t.SNI = unservedName
		return t, err
	},
}
