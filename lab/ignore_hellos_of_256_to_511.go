package lab

import "github.com/parley-tls/parley/iana"

var ignoreHellosOf256To511 = Fault{
	Name:  "ignore-hellos-of-256-to-511",
	Title: "the server falls silent at hellos of 256 to 511 bytes",
	Want:  unfit("tolerance.length"),
	As:    "openssl-3.0",
	Start: behindBox(when(func(s sight) bool { return s.bytes-5 >= 256 && s.bytes-5 < 512 && s.Offers(iana.TLS13) }, stayQuiet)),
}
