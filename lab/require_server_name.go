package lab

import (
	"context"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// needsName is the diagnosis of a client that sends no name to a server that
// picks its certificate by it.
var needsName = Want{Cause: "sni.missing", Side: parley.ClientSide, Certainty: parley.Proved, Exit: 1}

var requireServerName = Fault{
	Name:  "require-server-name",
	Title: "a hello without server_name gets unrecognized_name",
	Want:  needsName,
	Start: nameless(iana.AlertUnrecognizedName),
}

// nameless is the Start of a server that sends alert a to a hello without
// server_name, called by its name with a client that sends none.
func nameless(a iana.Alert) func(context.Context, *Lab) (Target, error) {
	start := refuseNames(a, func(_ string, sent bool) bool { return !sent })
	return func(ctx context.Context, l *Lab) (Target, error) {
		t, err := start(ctx, l)
		if err != nil {
			return Target{}, err
		}
		t.Hello = Offer12.Record()
		return l.named(ctx, t)
	}
}

// refuseNames is the Start of a server that sends alert a to the names that
// refused says, and is as it should be to all others.
func refuseNames(a iana.Alert, refused func(name string, sent bool) bool) func(context.Context, *Lab) (Target, error) {
	return func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, rsaConfig, func(h *wire.ClientHello) ending {
			if refused(h.ServerName()) {
				return refuse(a)
			}
			return nil
		})
	}
}
