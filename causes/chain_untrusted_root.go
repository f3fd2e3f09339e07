package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var chainUntrustedRoot = &Cause{
	ID:    "chain.untrusted-root",
	Title: "the certificate is of a CA that was removed for cause",
	Meaning: "The chain ends in a root that the root programs of browsers and systems took out on purpose, after the CA broke its rules, or that they keep " +
		"for certificates from before a day alone. A store that was not updated, or that cannot say from when on, still has it, so that some clients connect.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.truststore-stale", Test: "current stores lack the root too, and say why"},
		{For: "chain.untrusted-private-ca", Test: "the root was a public one"},
	},
	Find: func(v *View) []parley.Finding {
		var os []Objection
		for _, o := range v.Objections(true, pkix.Distrusted) {
			if o.Pool != "" { // a store has it: those stop that do not go by a store
				if !v.Panel && !v.ownProgramme(v.Client.ID) {
					continue
				}
				o.Members = slices.DeleteFunc(slices.Clone(o.Members), func(id parley.ClientID) bool { return !v.ownProgramme(id) })
				if v.Panel && len(o.Members) == 0 {
					continue
				}
			}
			os = append(os, o)
		}
		return v.objected("chain.untrusted-root", parley.ServerSide, os, func(o Objection) string {
			text := "The path ends in a root of " + o.Value + ", which lost the trust of " + o.Want + "."
			if o.Pool != "" {
				text += " " + o.Pool + " still has it."
			}
			return text
		})
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.InstallCertificate, Plain: "install a certificate of another CA, which browsers and systems trust"},
	},
	WillNotHelp: []string{"renewing it with the same CA", "updating the clients: newer stores lack the root as well", "adding the root to clients that took it out"},
	References:  []string{"RFC 5280, Section 6.1"},
	Cases: []Case{
		{
			Name: "the root is in no store any more", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
now 2026-11-22
certificate public  ca
certificate wosign  ca cn="Certification Authority of WoSign" o="WoSign CA Limited"
certificate leaf    by=wosign names=shop.example
trust system public
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=wosign
< ServerHelloDone
`,
		},
		{
			Name: "the system still has the root, and Chrome goes by its own list", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
now 2026-11-22
certificate wosign  ca cn="Certification Authority of WoSign" o="WoSign CA Limited"
certificate leaf    by=wosign names=shop.example from=2026-10-01 until=2027-01-01
trust system wosign
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the certificate is from after the day from which Mozilla does not trust the root", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client firefox
now 2025-01-10
certificate entrust  ca cn="Entrust Root Certification Authority - G2" o="Entrust, Inc." from=2009-07-07 until=2030-12-07
certificate leaf     by=entrust names=shop.example from=2024-12-01 until=2025-06-01
trust system entrust
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the certificate is from before that day",
			Transcript: `
client firefox
now 2025-01-10
certificate entrust  ca cn="Entrust Root Certification Authority - G2" o="Entrust, Inc." from=2009-07-07 until=2030-12-07
certificate leaf     by=entrust names=shop.example from=2024-11-30 until=2025-06-01
trust system entrust
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "Go goes by the system's store, which still has the root",
			Transcript: `
client go
now 2026-11-22
certificate wosign  ca cn="Certification Authority of WoSign" o="WoSign CA Limited"
certificate leaf    by=wosign names=shop.example
trust system wosign
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
	},
}

// ownProgramme says that a client has a list of roots of its own, which it keeps
// up to date whatever the system's store has.
func (v *View) ownProgramme(id parley.ClientID) bool {
	clients := v.E.Panel
	if v.E.Client != nil {
		clients = []*parley.Client{v.E.Client}
	}
	i := slices.IndexFunc(clients, func(c *parley.Client) bool { return c.ID == id })
	if i < 0 || clients[i].Verifies == nil {
		return false
	}
	programme := clients[i].Verifies.Programme
	return programme != "" && programme != parley.AsGiven
}
