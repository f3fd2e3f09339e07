package lab

import "github.com/parley-tls/parley/iana"

var refuseEmptyLastExtension = Fault{
	Name:  "refuse-empty-last-extension",
	Title: "the server refuses an empty extension at the end",
	Want:  unfit("tolerance.empty-last-extension"),
	Start: greeted(when(func(s sight) bool { e := s.Extensions; return len(e) > 0 && len(e[len(e)-1].Data) == 0 }, refuse(iana.AlertDecodeError)), OfferEmptyLast.Record),
}

// OfferEmptyLast is a client that writes an empty extension last.
var OfferEmptyLast = func() Offer {
	o := OfferToday
	o.EmptyLast = true
	return o
}()
