package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

var omitRenegotiationInfo = Fault{
	Name:  "omit-renegotiation-info",
	Title: "the server does not answer renegotiation_info",
	Want:  Want{Cause: "renegotiation.legacy-server", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	As:    "openssl-3.0",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t := ecdhe12
		t.OmitRenegotiationInfo = true
		return l.Script(ctx, t)
	},
}
