package lab

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"

	"github.com/parley-tls/parley"
)

// refuseWithoutCertificateInHTTP does as nginx does: the handshake goes
// through, and the answer to the request is the refusal.
var refuseWithoutCertificateInHTTP = Fault{
	Name:  "refuse-without-certificate-in-http",
	Title: "no client certificate: the request is refused in HTTP",
	Want:  Want{Cause: "clientcert.required", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		cfg := rsaConfig(ids)
		cfg.ClientAuth = tls.RequestClientCert
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) {
			conn := tls.Server(c, cfg)
			if conn.HandshakeContext(ctx) == nil {
				if n, _ := io.ReadAtLeast(conn, make([]byte, 4096), len("GET ")); n > 0 {
					body := "<title>400 No required SSL certificate was sent</title>\n"
					fmt.Fprintf(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
				}
				conn.Close()
			}
			hangUp(c, nil)
		})
		if err != nil {
			return Target{}, err
		}
		return Target{Address: "https://" + addr.String(), CA: ids.rootPEM}, nil
	},
}
