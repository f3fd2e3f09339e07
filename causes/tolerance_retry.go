package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

var toleranceRetry = &Cause{
	ID:    "tolerance.retry",
	Title: "the handshake fails after the server asks for a retry",
	Meaning: "The server asks for a key share of another group with a HelloRetryRequest, and the second hello is refused, reset or lost. A box " +
		"that expects one hello, or servers behind one balancer that do not share the cookie, do that.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "group.no-overlap", Test: "the group is offered from the beginning; it is the second hello that fails"},
		{For: "middlebox.large-clienthello", Test: "the first hello is answered, with a HelloRetryRequest"},
	},
	Tries: func(v *View) [][]parley.Change {
		g := v.retryFor()
		if g == 0 || !v.Refused() {
			return nil
		}
		return [][]parley.Change{{parley.AddGroup(g)}}
	},
	Find: func(v *View) []parley.Finding {
		g := v.retryFor()
		c, ok := v.flippedBy(parley.AxisGroup)
		return v.intolerant("tolerance.retry", ok && g != 0 && c.Op == parley.Add && c.Values[0] == uint16(g), "The retry: with a key share of "+g.String()+" in the first hello it completes; the retry")
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release that goes on after its own HelloRetryRequest; behind a balancer, the same cookie key on every node"},
		{Side: parley.PathSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release of the box before it that lets a second hello pass"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptGroups, Groups: []iana.Group{iana.GroupX25519}, Plain: "accept x25519, so that no retry is needed"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "trying again"},
	References:  []string{"RFC 8446, Section 4.1.4", "RFC 8446, Section 4.1.2"},
	Cases: []Case{
		{
			Name: "with the key share in the first hello it completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< HelloRetryRequest  version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=secp384r1
< RST

base + group secp384r1 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=secp384r1
`,
		},
		{
			Name: "the second hello completes",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base
< HelloRetryRequest  version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=secp384r1
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=secp384r1
`,
		},
	},
}

// retryFor is the group that the server asked the base for with a
// HelloRetryRequest; 0: it asked for none.
func (v *View) retryFor() iana.Group {
	for _, e := range v.Reply().Events {
		if m, ok := e.Item.Message.(*wire.ServerHello); ok && e.From == parley.ServerSide && m.IsHelloRetryRequest() {
			g, _ := m.Group()
			return g
		}
	}
	return 0
}
