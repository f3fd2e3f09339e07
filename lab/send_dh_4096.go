package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// sendDH4096 accepts 1.0 as well, or Java 7 would not come as far.
var sendDH4096 = Fault{
	Name:  "send-dh-4096",
	Title: "the server's Diffie-Hellman prime is larger than Java takes",
	Want:  Want{Cause: "dh.too-large", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	As:    "java7",
	Start: scripted(dheTerms([]iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}, dhPrime4096)),
}
