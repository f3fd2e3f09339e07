package lab

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"

	"github.com/parley-tls/parley"
)

var omitIntermediateThatIsPublished = Fault{
	Name:  "omit-intermediate-that-is-published",
	Title: "the intermediate is not sent, and can be fetched",
	Want:  Want{Cause: "chain.incomplete", Side: parley.ServerSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		p, err := newPKI("practice")
		if err != nil {
			return Target{}, err
		}
		published, err := l.serve(ctx, func(_ context.Context, c *net.TCPConn) {
			if n, _ := io.ReadAtLeast(c, make([]byte, 4096), len("GET ")); n > 0 {
				der := p.intermediate.cert.Raw
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: application/pkix-cert\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(der), der)
			}
			hangUp(c, nil)
		})
		if err != nil {
			return Target{}, err
		}
		s, err := p.signed(func(c *x509.Certificate) {
			c.IssuingCertificateURL = []string{"http://" + published.String() + "/intermediate.der"}
		})
		if err != nil {
			return Target{}, err
		}
		s.chain = s.chain[:1]
		addr, err := l.serve(ctx, serveTLS(s.config()))
		return Target{Address: addr.String(), SNI: Name, CA: s.ca, AIA: true}, err
	},
}
