package lab

import (
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var refuseTinyRecords = Fault{
	Name:  "refuse-tiny-records",
	Title: "the server wants four bytes in the first record",
	Want:  unfit("tolerance.record-split"),
	Start: greeted(when(func(s sight) bool { return s.first < 4 }, refuse(iana.AlertDecodeError)), wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, OfferToday.Hello().Message(), 1)),
}
