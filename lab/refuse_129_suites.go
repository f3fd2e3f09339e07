package lab

import "github.com/parley-tls/parley/iana"

var refuse129Suites = Fault{
	Name:  "refuse-129-suites",
	Title: "the server has room for 128 suites, and refuses more",
	Want:  unfit("tolerance.suite-count"),
	Start: greeted(when(func(s sight) bool { return len(s.Suites) > 128 }, refuse(iana.AlertDecodeError)), func() []byte { return offerManySuites().Record() }),
}

// offerManySuites is a client that offers whatever its library has.
func offerManySuites() Offer {
	o := OfferToday
	for _, s := range iana.Suites() {
		if i, ok := s.Info(); ok && !i.SCSV && len(o.Suites) < 160 && i.Kx != iana.KxTLS13 {
			o.Suites = append(o.Suites[:len(o.Suites):len(o.Suites)], s)
		}
	}
	return o
}
