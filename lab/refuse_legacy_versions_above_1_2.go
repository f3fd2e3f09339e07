package lab

import "github.com/parley-tls/parley/iana"

var refuseLegacyVersionsAbove12 = Fault{
	Name:  "refuse-legacy-versions-above-1.2",
	Title: "the server refuses a legacy_version above 1.2",
	Start: behindBox(when(func(s sight) bool { return s.LegacyVersion > iana.TLS12 }, refuse(iana.AlertProtocolVersion))),
}
