package causes

import "github.com/parley-tls/parley"

var chainTruststoreStale = &Cause{
	ID:    "chain.truststore-stale",
	Title: "the client's store lacks a root that others have",
	Meaning: "The server's chain ends in a public root that current stores have, and the store that judges does not: it is older than the root, " +
		"or the root was taken out of it. Old phones, old Java runtimes and images that were never updated meet it when a CA changes its root.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.untrusted-root", Test: "current stores have the root"},
		{For: "chain.truststore-missing", Test: "the store has roots by the dozen"},
		{For: "chain.incomplete", Test: "what the server sends is enough for a store that has the root"},
		{For: "chain.expired-root-path", Test: "no path leads to a root that the client has, expired or not"},
	},
	Find: func(v *View) []parley.Finding {
		if !v.storeIsFull() {
			return nil
		}
		return v.lacking("chain.truststore-stale", parley.ClientSide, v.gaps(gapStore), func(m missing) string {
			return m.store + " has the root, " + m.anchor + ", and what was sent completes a path to it. " + v.stores() + ", not this one."
		})
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpdateTrustStore, Plain: "update the package of roots, or the runtime that brings its own"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.TrustCertificate, Plain: "add this one root to the store that the program reads"},
		{Side: parley.ServerSide, Grade: parley.Last, Kind: parley.SendIntermediates, Plain: "send a chain that ends in an older root, where the CA has one",
			Price: "it lasts as long as the older root"},
	},
	WillNotHelp: []string{"renewing the certificate under the same root", "importing the server's certificate", "another version or suite"},
	References:  []string{"RFC 5280, Section 6.1"},
	Cases: []Case{
		{
			Name: "Mozilla has the root and the system's store has an older one", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client java8
now 2026-11-22
certificate older   ca cn="Public Root X1"
certificate newer   ca cn="Public Root X2"
certificate leaf    by=newer names=shop.example
trust system older others=120
trust second Mozilla older newer
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the certificate is of the older root",
			Transcript: `
client java8
now 2026-11-22
certificate older   ca cn="Public Root X1"
certificate newer   ca cn="Public Root X2"
certificate leaf    by=older names=shop.example
trust system older others=120
trust second Mozilla older newer
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "no store has the root", Instead: "chain.untrusted-private-ca",
			Transcript: `
client java8
now 2026-11-22
certificate older   ca cn="Public Root X1"
certificate own     ca cn="Shop Internal CA"
certificate leaf    by=own names=shop.example
trust system older others=120
trust second Mozilla older
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=own
< ServerHelloDone
`,
		},
	},
}
