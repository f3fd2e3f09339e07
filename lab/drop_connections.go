package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/parley-tls/parley"
)

// dropConnections is a listener whose queue is full: the kernel drops each SYN
// that comes, as a firewall does.
var dropConnections = Fault{
	Name:  "drop-connections",
	Title: "nothing answers when a connection is opened",
	Want:  Want{Cause: "network.timeout", Side: parley.SideUnknown, Certainty: parley.Seen, Exit: 3},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		ln, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: loopback.AsSlice()})
		if err != nil {
			return Target{}, fmt.Errorf("lab: listen: %w", err)
		}
		held := []interface{ Close() error }{ln}
		release := func() {
			for _, h := range held {
				h.Close()
			}
		}
		if err := emptyQueue(ln); err != nil {
			release()
			return Target{}, err
		}
		fillers, err := fill(ctx, ln.Addr().String())
		for _, c := range fillers {
			held = append(held, c)
		}
		if err == nil {
			err = l.until(ctx, func(ctx context.Context) { <-ctx.Done() }, release)
		}
		if err != nil {
			release()
			return Target{}, err
		}
		return Target{Address: ln.Addr().String()}, nil
	},
}

// fill connects until a connection is not answered. On loopback an answer takes
// microseconds.
func fill(ctx context.Context, address string) (held []net.Conn, err error) {
	d := net.Dialer{Timeout: 100 * time.Millisecond}
	for range 8 {
		c, err := d.DialContext(ctx, "tcp4", address)
		if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
			return held, nil
		}
		if err != nil {
			return held, fmt.Errorf("lab: fill a queue: %w", err)
		}
		held = append(held, c)
	}
	return held, errors.New("lab: the queue of a listener does not fill up")
}
