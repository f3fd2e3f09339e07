package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var refuseEveryServerName = Fault{
	Name:  "refuse-every-server-name",
	Title: "the server refuses every name, and none at all",
	Want:  Want{Cause: "sni.unrecognized", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := refuseNames(iana.AlertUnrecognizedName, func(string, bool) bool { return true })(ctx, l)
		t.SNI = Name
		return t, err
	},
}
