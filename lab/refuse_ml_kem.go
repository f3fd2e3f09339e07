package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var refuseMLKEM = Fault{
	Name:  "refuse-ml-kem",
	Title: "the server refuses hellos with a share of ML-KEM",
	Want:  unfit("tolerance.extension"),
	Start: behindBox(when(func(s sight) bool { return len(parley.PostQuantum(s.ClientHello)) > 0 }, refuse(iana.AlertIllegalParameter))),
}
