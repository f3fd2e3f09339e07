package lab

import (
	"context"
	"net"
	"time"

	"github.com/parley-tls/parley/wire"
)

// dripBytes keeps a client busy for as long as it bears it.
var dripBytes = Fault{
	Name:  "drip-bytes",
	Title: "the server sends its first flight a byte a second",
	Want:  couldNotTell,
	Start: mangled(func(_ *wire.ClientHello, f *Flight) { f.Pause = time.Second }),
}

// couldNotTell is the diagnosis of a peer that shows nothing on which a cause
// could rest.
var couldNotTell = Want{Exit: 3}

// drip writes b with a pause after each byte.
func drip(ctx context.Context, c *net.TCPConn, b []byte, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for i := range b {
		if _, err := c.Write(b[i : i+1]); err != nil {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
