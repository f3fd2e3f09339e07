package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var chainExpiredLeaf = &Cause{
	ID:    "chain.expired-leaf",
	Title: "the server's certificate has expired",
	Meaning: "The certificate's last day is over. Either it was not renewed, or it was and the process still serves the one that it read at its " +
		"start, or one of several places that hold a copy was left out.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.expired-root-path", Test: "it is the first certificate that ended, not one above it"},
		{For: "clock.skew", Test: "the server's clock is past the end of the certificate as well"},
	},
	Find: func(v *View) []parley.Finding {
		fs := v.objected("chain.expired-leaf", parley.ServerSide, v.leafs(pkix.Expired), func(o Objection) string {
			return o.is() + " ended on " + day(o.Certificate.NotAfter) + ", " + v.since(o.Certificate.NotAfter) + "."
		})
		if len(fs) > 0 && v.serverTime().IsZero() {
			fs[0].NotExcluded = []parley.CauseID{"clock.skew"}
		}
		return fs
	},
	Explains: reissued("chain.expired-leaf"),
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.RenewCertificate, Plain: "renew the certificate, and have every process that serves it read the new file"},
	},
	WillNotHelp: []string{"renewing it again where the new one is on the disk already: the process must reload", "setting clocks back", "importing the certificate on the clients"},
	References:  []string{"RFC 5280, Section 4.1.2.5", "RFC 5280, Section 6.1.3"},
	Cases: []Case{
		{
			Name: "the leaf ended yesterday", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client curl
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example until=2026-11-21
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the leaf ends tomorrow",
			Transcript: `
client curl
now 2026-11-22
certificate root  ca
certificate leaf  by=root names=shop.example until=2026-11-23
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf
< ServerHelloDone
`,
		},
		{
			Name: "the leaf is good and the intermediate has ended", Instead: "chain.expired-root-path",
			Transcript: `
client curl
now 2026-11-22
certificate root    ca
certificate middle  ca by=root until=2026-11-01
certificate leaf    by=middle names=shop.example
trust system root
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=middle
< ServerHelloDone
`,
		},
	},
}

// leafs are the objections of these kinds to the leaf, that every verifying
// client has.
func (v *View) leafs(kinds ...pkix.Kind) []Objection {
	var out []Objection
	for _, o := range v.Objections(true, kinds...) {
		if o.Role == pkix.Leaf {
			out = append(out, o)
		}
	}
	return out
}
