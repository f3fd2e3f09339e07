package lab

import "github.com/parley-tls/parley/iana"

var refuseTinyRecords = Fault{
	Name:  "refuse-tiny-records",
	Title: "the server wants four bytes in the first record",
	Want:  unfit("tolerance.record-split"),
	Start: greeted(when(func(s sight) bool { return s.first < 4 }, refuse(iana.AlertDecodeError)), OfferToday.inRecords(1)),
}
