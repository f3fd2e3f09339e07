package lab

import (
	"context"

	"github.com/parley-tls/parley"
)

var omitExtendedMasterSecret = Fault{
	Name:  "omit-extended-master-secret",
	Title: "the server does not answer extended_master_secret",
	Want:  Want{Cause: "extension.ems-required", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	As:    "openssl-3.0-fips",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t := ecdhe12
		t.OmitEMS = true
		return l.Script(ctx, t)
	},
}
