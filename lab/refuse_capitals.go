package lab

import (
	"context"
	"strings"

	"github.com/parley-tls/parley/iana"
)

var refuseCapitals = Fault{
	Name:  "refuse-capitals",
	Title: "the server does not know its name in capitals",
	Want:  unfit("tolerance.sni-form"),
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		h := OfferToday.Hello()
		h.SetServerName(strings.ToUpper(Name))
		t, err := greeted(when(func(s sight) bool { n, _ := s.ServerName(); return n != strings.ToLower(n) }, refuse(iana.AlertUnrecognizedName)), func() []byte { return record(h) })(ctx, l)
		t.SNI = ""
		return t, err
	},
}
