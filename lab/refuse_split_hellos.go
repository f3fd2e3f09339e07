package lab

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var refuseSplitHellos = Fault{
	Name:  "refuse-split-hellos",
	Title: "the server takes the first record for the whole hello",
	Want:  unfit("tolerance.record-split"),
	Start: greeted(when(func(s sight) bool { return s.records > 1 }, refuse(iana.AlertUnexpectedMessage)), wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, OfferToday.Hello().Message(), 64)),
}
