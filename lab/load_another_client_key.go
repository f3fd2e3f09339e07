package lab

import (
	"crypto/tls"

	"github.com/parley-tls/parley"
)

// loadAnotherClientKey is a fault of the client alone: nothing of it is on the wire.
var loadAnotherClientKey = Fault{
	Name:  "load-another-client-key",
	Title: "the client's key belongs to another certificate",
	Want:  Want{Cause: "clientcert.unusable", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: asking(tls.RequireAndVerifyClientCert, nil, func(ca *clientCA, t *Target) error {
		if err := valid(ca, t); err != nil {
			return err
		}
		other := Target{}
		if err := valid(ca, &other); err != nil {
			return err
		}
		t.ClientKey = other.ClientKey
		return nil
	}),
}
