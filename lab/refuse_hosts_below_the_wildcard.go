package lab

import (
	"context"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// refuseHostsBelowTheWildcard is an edge whose wildcard covers one label, and
// which answers for no host that has two.
var refuseHostsBelowTheWildcard = Fault{
	Name:  "refuse-hosts-below-the-wildcard",
	Title: "an edge refuses a host that its wildcard does not cover",
	Want:  Want{Cause: "edge.host-not-provisioned", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		start := refuseNames(iana.AlertHandshakeFailure, func(name string, _ bool) bool {
			return strings.HasSuffix(name, "."+Name)
		})
		t, err := start(ctx, l)
		t.SNI = "www." + Name
		return t, err
	},
}
