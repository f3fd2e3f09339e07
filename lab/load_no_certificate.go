package lab

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// noCertificate is the diagnosis of a server that shares no suite with anyone.
var noCertificate = Want{Cause: "server.no-usable-certificate", Side: parley.ServerSide, Certainty: parley.Inferred, Exit: 1}

// loadNoCertificate accepts every version, and then finds no suite that its
// certificate fits.
var loadNoCertificate = Fault{
	Name:  "load-no-certificate",
	Title: "the server runs TLS without a certificate",
	Want:  noCertificate,
	Start: scripted(Terms{
		Versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		Suites:   suites12,
		Groups:   groupsECDHE,
		Schemes:  schemesSHA2,
	}),
}
