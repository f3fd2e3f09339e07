package lab

import (
	"context"
	"net"
)

// loseLargeFlights is a path on which a tunnel takes less than both ends think,
// and whose routers do not say so: full segments of the server are lost.
var loseLargeFlights = Fault{
	Name:  "lose-large-flights",
	Title: "full segments of the server are lost on the path",
	Want:  located("middlebox.mtu-blackhole"),
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		cfg := rsaConfig(ids)
		addr, err := l.serve(ctx, func(ctx context.Context, c *net.TCPConn) {
			_, raw, err := readHello(c)
			if err != nil {
				return
			}
			if largestSegment(c) <= narrow {
				answerTLS(ctx, c, cfg, raw)
				return
			}
			answerThrough(ctx, &lossy{TCPConn: c}, cfg, raw)
		})
		if err != nil {
			return Target{}, err
		}
		return Target{Address: addr.String(), CA: ids.rootPEM, SNI: Name}, nil
	},
}

// narrow is the largest segment that passes, in bytes. What is longer than short
// is taken to fill one: the certificates of the lab are smaller than most.
const (
	narrow = 1300
	short  = 600
)

// lossy loses everything from the first write that fills a segment on.
type lossy struct {
	*net.TCPConn
	lost bool
}

func (x *lossy) Write(b []byte) (int, error) {
	x.lost = x.lost || len(b) > short
	if x.lost {
		return len(b), nil
	}
	return x.TCPConn.Write(b)
}
