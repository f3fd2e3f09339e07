package lab

import (
	"context"
	"sync/atomic"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// rememberSuspects is a filter that takes a hello which ends below 1.2 for an
// attack. It needs a moment for that: the four connections that are open by
// then pass, and none of the later ones.
var rememberSuspects = Fault{
	Name:  "remember-suspects",
	Title: "after a hello below 1.2 every connection is reset",
	Want:  couldNotTell,
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		var alarmed atomic.Bool
		var n atomic.Int64
		return l.tlsTarget(ctx, rsaConfig, func(h *wire.ClientHello) ending {
			if h.MaxVersion() < iana.TLS12 {
				alarmed.Store(true)
			}
			if n.Add(1) > 4 && alarmed.Load() {
				return reset
			}
			return nil
		})
	},
}
