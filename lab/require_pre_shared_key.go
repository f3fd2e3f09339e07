package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// requirePreSharedKey has a pre-shared key and no certificate, as MQTT brokers
// and agents are set up.
var requirePreSharedKey = Fault{
	Name:  "require-pre-shared-key",
	Title: "the server has a pre-shared key, and no certificate",
	Want:  Want{Cause: "psk.mismatch", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1},
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.Script(ctx, Terms{
			Versions: []iana.Version{iana.TLS12},
			Suites:   []iana.Suite{iana.TLS_PSK_WITH_AES_128_GCM_SHA256, iana.TLS_PSK_WITH_AES_128_CBC_SHA256},
		})
	},
}
