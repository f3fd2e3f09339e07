package lab

import (
	"context"
	"slices"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// selectGroupNeverOffered answers in 1.3 with a key share of a group that
// supported_groups does not list (RFC 8446, Section 4.2.8).
var selectGroupNeverOffered = Fault{
	Name:  "select-group-never-offered",
	Title: "the server selects a group never offered",
	Want:  violation,
	Start: func(ctx context.Context, l *Lab) (Target, error) {
		t := ecdhe13
		t.Mangle = func(h *wire.ClientHello, f *Flight) {
			for _, g := range []iana.Group{iana.GroupSecp521r1, iana.GroupX448, iana.GroupFFDHE2048, iana.GroupBrainpoolP256r1} {
				if slices.Contains(h.Groups(), g) {
					continue
				}
				info, _ := g.Info()
				n := info.ServerShare
				data := append([]byte{byte(g >> 8), byte(g), byte(n >> 8), byte(n)}, random(n)...)
				for i := range f.Hello.Extensions {
					if f.Hello.Extensions[i].Type == iana.ExtKeyShare {
						f.Hello.Extensions[i].Data = data
					}
				}
				return
			}
		}
		return l.Script(ctx, t)
	},
}

// ecdhe13 are the terms of a good server of 1.3 alone.
var ecdhe13 = Terms{
	Versions: []iana.Version{iana.TLS13},
	Suites:   []iana.Suite{iana.TLS_AES_128_GCM_SHA256, iana.TLS_AES_256_GCM_SHA384, iana.TLS_CHACHA20_POLY1305_SHA256},
	Groups:   groupsECDHE,
	Schemes:  schemesSHA2,
	Key:      iana.KeyRSA,
}
