package lab

import (
	"context"
	"crypto/tls"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var select13ByLegacyVersion = Fault{
	Name:  "select-1.3-by-legacy-version",
	Title: "the server of 1.3 takes legacy_version for an offer",
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		return l.tlsTarget(ctx, only13, func(h *wire.ClientHello) ending {
			if h.LegacyVersion < iana.TLS13 || h.SupportedVersions() != nil {
				return nil
			}
			return selects(func(_ *wire.ClientHello, s *wire.ServerHello) {
				s.LegacyVersion, s.Suite = iana.TLS13, iana.TLS_AES_128_GCM_SHA256
			})
		})
	},
}

// only13 is rsaConfig with 1.3 alone.
func only13(ids *identities) *tls.Config {
	cfg := rsaConfig(ids)
	cfg.MinVersion = tls.VersionTLS13
	return cfg
}
