package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var groupNoOverlap = &Cause{
	ID:    "group.no-overlap",
	Title: "client and server have no group in common",
	Meaning: "The key exchange needs a group that both sides have, and none is offered and accepted. In 1.2 the group of an ECDSA leaf " +
		"counts too: a certificate on a group that the client does not list cannot be used.",
	Phase: parley.PhaseParameters,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "tolerance.retry", Test: "the group is not offered at all"},
		{For: "cipher.no-overlap", Test: "the hello completes with one group more and the suites as they were"},
		{For: "sigalg.no-overlap", Test: "the hello completes with one group more and the schemes as they were"},
	},
	Find: func(v *View) []parley.Finding {
		c, ok := v.Needs(parley.AxisGroup)
		if !ok || !v.Refused() || len(c.Values) == 0 || c.Op != parley.Add {
			return nil
		}
		group := iana.Group(c.Values[0])
		if v.retryFor() == group {
			return nil // it is offered, and what fails is the second hello
		}
		leaf := v.isLeafGroup(group)
		serverCurrent := v.currentServerGroups()
		if leaf {
			serverCurrent = currentGroup(group) // what it accepts otherwise does not help a key in this group
		}
		side := outside(slices.ContainsFunc(v.Base.Hello.Groups(), currentGroup), serverCurrent)
		f := v.Proven(v.Finding("group.no-overlap", side, parley.PhaseParameters, parley.Inferred), parley.AxisGroup, parley.Inferred, "cipher.no-overlap", "sigalg.no-overlap")
		f = asReasons(f, alone(f, "The group"), v.sent())
		server := parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptGroups,
			Groups: []iana.Group{iana.GroupX25519, iana.GroupSecp256r1}, Plain: "accept x25519 and secp256r1, which every current client offers"}
		if leaf {
			f = asReasons(f, "The server's certificate has a key on "+group.String()+".")
			server = parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate, Plain: "a certificate with a key on secp256r1, or an RSA key"}
		}
		client := parley.Intent{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferGroups, Groups: []iana.Group{group}, Plain: "offer " + group.String()}
		if side == parley.ServerSide {
			client.Grade = parley.Bridge
			f.Intents = []parley.Intent{server, client}
		} else {
			if side == parley.ClientSide {
				server.Grade = parley.Bridge
				if !leaf {
					server.Plain = "accept a group that the client offers"
					server.Groups = v.Base.Hello.Groups()
				}
			}
			f.Intents = []parley.Intent{client, server}
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptGroups, Plain: "accept x25519 and secp256r1, which every current client offers"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferGroups, Plain: "offer x25519 and secp256r1"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 8446, Section 4.2.7", "RFC 8422, Section 5.1.1", "RFC 7919"},
	Cases: []Case{
		{
			Name: "one group more completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base + group secp521r1 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256 key_share=secp521r1
`,
		},
		{
			Name: "one suite more completes with the groups as they were", Instead: "cipher.no-overlap",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base - alpn x2
< Alert  fatal handshake_failure(40)

base + suite TLS_RSA_WITH_RC4_128_SHA x2
< ServerHello  version=1.2 suite=TLS_RSA_WITH_RC4_128_SHA
`,
		},
	},
}

// isLeafGroup says that a group is missing as that of the certificate's key: the server selects others for the key exchange.
func (v *View) isLeafGroup(g iana.Group) bool {
	onLeaf := slices.ContainsFunc(v.Server.Chains, func(c parley.Chain) bool { return c.Key == iana.KeyECDSA && c.Group == g })
	return onLeaf && !slices.ContainsFunc(v.Server.Good, func(x parley.Good) bool { return x.Group == g && x.Attempt != v.proofID() })
}

func (v *View) proofID() parley.AttemptID {
	if v.Proof.Pair == nil {
		return ""
	}
	return v.Proof.Pair.Works
}
