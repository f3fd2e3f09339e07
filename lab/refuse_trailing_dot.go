package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var refuseTrailingDot = Fault{
	Name:  "refuse-trailing-dot",
	Title: "the client ends the name with a dot, and is not known by it",
	Want:  Want{Cause: "tolerance.sni-form", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t, err := behindBox(when(func(s sight) bool {
			n, _ := s.ServerName()
			return n == Name+"."
		}, refuse(iana.AlertUnrecognizedName)))(ctx, l)
		h := OfferToday.Hello()
		h.SetServerName(Name + ".")
		t.Hello, t.SNI = record(h), ""
		return t, err
	},
}
