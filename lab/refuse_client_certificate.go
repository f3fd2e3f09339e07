package lab

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"github.com/parley-tls/parley"
)

// refuseClientCertificate trusts the issuer, and has a list of its own whom of
// its clients it lets in: nothing of that is on the wire.
var refuseClientCertificate = Fault{
	Name:  "refuse-client-certificate",
	Title: "a sound client certificate is refused, by a list",
	Want:  Want{Cause: "clientcert.untrusted", Side: parley.SideUnknown, Certainty: parley.Proved, Exit: 1},
	Start: asking(tls.VerifyClientCertIfGiven, func(c *tls.Config) {
		c.VerifyPeerCertificate = func(chain [][]byte, _ [][]*x509.Certificate) error {
			if len(chain) == 0 {
				return nil
			}
			return errors.New("lab: not on the list")
		}
	}, valid),
}
