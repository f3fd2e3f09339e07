package lab

import "github.com/parley-tls/parley/iana"

var refuseSplitHellos = Fault{
	Name:  "refuse-split-hellos",
	Title: "the server takes the first record for the whole hello",
	Want:  unfit("tolerance.record-split"),
	Start: greeted(when(func(s sight) bool { return s.records > 1 }, refuse(iana.AlertUnexpectedMessage)), OfferToday.inRecords(64)),
}
