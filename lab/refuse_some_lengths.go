package lab

import "github.com/parley-tls/parley/iana"

var refuseSomeLengths = Fault{
	Name:  "refuse-some-lengths",
	Title: "the server fails on 10 or 14 bytes over a multiple of 256",
	Want:  unfit("tolerance.length"),
	Start: greeted(when(func(s sight) bool { n := len(s.Message()) % 256; return n == 10 || n == 14 }, refuse(iana.AlertDecodeError)), OfferToday.padded(522)),
}

// padded makes the record of a client that pads its hello to n bytes.
func (o Offer) padded(n int) func() []byte {
	return func() []byte {
		h := o.Hello()
		h.Pad(n)
		return record(h)
	}
}
