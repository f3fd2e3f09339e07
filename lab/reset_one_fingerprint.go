package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// resetOneFingerprint is a filter of bots: it knows the order in which Go's
// crypto/tls writes its extensions.
var resetOneFingerprint = Fault{
	Name:  "reset-one-fingerprint",
	Title: "a filter of bots resets the hellos of one program",
	Want:  Want{Cause: "middlebox.fingerprint-block", Side: parley.SideUnknown, Certainty: parley.Proved, Exit: 1},
	As:    "go",
	Start: behindBox(when(fromGo, reset)),
}

func fromGo(s sight) bool {
	return len(s.Extensions) > 3 && s.Extensions[0].Type == iana.ExtServerName && s.Extensions[1].Type == iana.ExtECPointFormats &&
		s.Extensions[2].Type == iana.ExtRenegotiationInfo
}
