package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// skip12 accepts 1.3 of a client that offers it, 1.1 of one that can take it,
// and refuses one that has 1.2 alone.
var skip12 = Fault{
	Name:  "skip-1.2",
	Title: "the server accepts 1.1 and 1.3, and not 1.2 between them",
	Want:  Want{Cause: "version.gap", Side: parley.ServerSide, Certainty: parley.Proved, Exit: 1},
	Start: withHello(Offer12Only, func(ctx context.Context, l *Lab) (Target, error) {
		ids, err := l.identities()
		if err != nil {
			return Target{}, err
		}
		high := rsaConfig(ids)
		high.MinVersion = tls.VersionTLS13
		low := oldConfig(tls.VersionTLS11, tls.VersionTLS11)(ids)
		outer := &tls.Config{MinVersion: tls.VersionTLS10, GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
			for _, v := range h.SupportedVersions {
				if v == tls.VersionTLS13 {
					return high, nil
				}
			}
			return low, nil
		}}
		return l.tlsTarget(ctx, func(*identities) *tls.Config { return outer }, func(h *wire.ClientHello) ending {
			if !h.Offers(iana.TLS13) && !h.Offers(iana.TLS11) {
				return refuse(iana.AlertProtocolVersion)
			}
			return nil
		})
	}),
}
