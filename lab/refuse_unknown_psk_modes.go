package lab

import (
	"slices"

	"github.com/parley-tls/parley/iana"
)

var refuseUnknownPskModes = Fault{
	Name:  "refuse-unknown-psk-modes",
	Title: "the server refuses PSK modes it does not know",
	Start: behindBox(when(func(s sight) bool {
		return slices.ContainsFunc(s.PSKModes(), func(m iana.PSKMode) bool { return m > iana.PSKModeDHEKE })
	}, refuse(iana.AlertIllegalParameter))),
}
