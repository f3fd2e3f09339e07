package lab

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"

	"github.com/parley-tls/parley"
)

var runAheadOfTheClient = Fault{
	Name:  "run-ahead-of-the-client",
	Title: "the client's clock is a year behind the server's",
	Want:  Want{Cause: "clock.skew", Side: parley.ClientSide, Certainty: parley.Seen, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		p, err := newPKI("practice")
		if err != nil {
			return Target{}, err
		}
		s, err := p.signed(p.lasting(350, 440))
		if err != nil {
			return Target{}, err
		}
		cfg := s.config()
		cfg.NextProtos = []string{"http/1.1"}
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) {
			conn := tls.Server(c, cfg)
			if conn.HandshakeContext(ctx) == nil {
				if n, _ := io.ReadAtLeast(conn, make([]byte, 4096), len("HEAD ")); n > 0 {
					fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nDate: %s\r\nConnection: close\r\n\r\n", p.now.AddDate(0, 0, 365).UTC().Format(http.TimeFormat))
				}
			}
			hangUp(c, nil)
		})
		return Target{Address: addr.String(), SNI: Name, CA: s.ca}, err
	},
}
