package lab

import "github.com/parley-tls/parley/iana"

var refuseMultiplesOf256 = Fault{
	Name:  "refuse-multiples-of-256",
	Title: "the server fails on hellos of a multiple of 256 bytes",
	Want:  unfit("tolerance.length"),
	Start: greeted(when(func(s sight) bool { return len(s.Message())%256 == 0 }, refuse(iana.AlertDecodeError)), OfferToday.padded(768)),
}
