package causes

import (
	"slices"

	"github.com/parley-tls/parley"
)

var chainTruststoreMissing = &Cause{
	ID:    "chain.truststore-missing",
	Title: "the client has no store of public roots",
	Meaning: "The server's chain ends in a public root, and the store that judges has none of the public roots: an image without the package of " +
		"roots, a runtime that came without them, or a setting that puts one file in the place of the store.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.truststore-stale", Test: "the store has hardly any root"},
		{For: "chain.incomplete", Test: "what the server sends is enough for a store that has the root"},
		{For: "middlebox.interception", Test: "the chain ends in a public root, not in that of a product"},
	},
	Find: func(v *View) []parley.Finding {
		if v.storeIsFull() {
			return nil
		}
		return v.lacking("chain.truststore-missing", parley.ClientSide, v.gaps(gapStore), func(m missing) string {
			return m.store + " has the root, " + m.anchor + ", and what was sent completes a path to it. " + v.stores() + "."
		})
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpdateTrustStore, Plain: "install the system's package of roots, ca-certificates, where the program runs"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.TrustCertificate, Plain: "name a file of the public roots to the program"},
	},
	WillNotHelp: []string{"another certificate on the server", "importing the server's certificate", "turning verification off: anyone on the path can then answer in the server's place"},
	References:  []string{"RFC 5280, Section 6.1"},
	Cases: []Case{
		{
			Name: "the store is empty, and Mozilla's has the root", Fires: parley.Seen, Side: parley.ClientSide,
			Transcript: `
client python-3.11
now 2026-11-22
certificate public  ca cn="Public Root X1"
certificate leaf    by=public names=shop.example
trust system
trust second Mozilla public
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the store has other public roots", Instead: "chain.truststore-stale",
			Transcript: `
client python-3.11
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
			Name: "the store has the root",
			Transcript: `
client python-3.11
now 2026-11-22
certificate public  ca cn="Public Root X1"
certificate leaf    by=public names=shop.example
trust system public
trust second Mozilla public
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
	},
}

// fewRoots is below what any store of public roots has: the smallest known have
// some fifty.
const fewRoots = 20

// storeIsFull says that a store that judges has the size of one of public roots.
func (v *View) storeIsFull() bool {
	return slices.ContainsFunc(v.E.Trust, func(s parley.Store) bool { return !s.Second && len(s.Roots)+s.Others >= fewRoots })
}

// stores says how many roots the stores that judge have.
func (v *View) stores() string {
	var out []string
	for _, s := range v.E.Trust {
		switch n := len(s.Roots) + s.Others; {
		case s.Second:
		case n == 0:
			out = append(out, s.Name+" has no roots")
		default:
			out = append(out, s.Name+" has "+count(n, "root"))
		}
	}
	return words(out)
}
