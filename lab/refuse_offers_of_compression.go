package lab

import "github.com/parley-tls/parley/iana"

var refuseOffersOfCompression = Fault{
	Name:  "refuse-offers-of-compression",
	Title: "the server refuses hellos that offer compression",
	Start: behindBox(when(func(s sight) bool { return len(s.Compression) > 1 }, refuse(iana.AlertIllegalParameter))),
}
