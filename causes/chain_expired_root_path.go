package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/pkix"
)

var chainExpiredRootPath = &Cause{
	ID:    "chain.expired-root-path",
	Title: "the path leads through a CA certificate that has expired",
	Meaning: "The server's certificate is good, and one above it has ended. Where another path leads to a root that is valid, current clients " +
		"find it; OpenSSL up to 1.0.2 and others of its age follow what was sent and stop. So it ended for old clients alone, on the days on which AddTrust " +
		"External CA Root and DST Root CA X3 did.",
	Phase: parley.PhaseVerification,
	Best:  parley.Seen,
	Mistaken: []Mistake{
		{For: "chain.expired-leaf", Test: "the first certificate is valid"},
		{For: "chain.truststore-stale", Test: "the client has a valid root to which another path leads"},
		{For: "clock.skew", Test: "the server's clock is past the end of the certificate as well"},
	},
	Find: func(v *View) []parley.Finding {
		var os []Objection
		avoidable := false
		for _, o := range v.Objections(false, pkix.Expired, pkix.ExpiredRootPath) {
			if o.Role == pkix.Leaf || o.Kind == pkix.Expired && o.Avoidable == parley.Yes {
				continue
			}
			avoidable = avoidable || o.Kind == pkix.ExpiredRootPath
			os = append(os, o)
		}
		side, fixes := parley.ServerSide, []parley.Intent{chainRenewed}
		if avoidable {
			side, fixes = parley.BothSides, []parley.Intent{chainTrimmed, pathBuilder}
		}
		fs := v.objected("chain.expired-root-path", side, os, func(o Objection) string {
			text := o.is() + " ended on " + day(o.Certificate.NotAfter) + ", " + v.since(o.Certificate.NotAfter) + "."
			if o.Kind == pkix.ExpiredRootPath {
				text += " Another path is good; " + v.Who() + " goes along the certificates as they were sent and does not look for it."
			}
			return text
		})
		if len(fs) > 0 {
			fs[0].Intents = fixes
		}
		return fs
	},
	Fixes:       []parley.Intent{chainTrimmed, pathBuilder, chainRenewed},
	WillNotHelp: []string{"renewing the leaf and sending the same chain", "setting clocks back", "another version or suite"},
	References:  []string{"RFC 5280, Section 6.1", "RFC 4158, Section 2.4.1"},
	Cases: []Case{
		{
			Name: "OpenSSL 1.0 follows the sent chain to an expired root", Fires: parley.Seen, Side: parley.BothSides,
			Transcript: `
client node-8
now 2026-11-22
certificate old     ca cn="Old Root" until=2026-09-30
certificate root    ca cn="New Root"
certificate cross   ca key-of=root cn="New Root" by=old
certificate leaf    by=root names=shop.example
trust system root old
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=cross
< ServerHelloDone
`,
		},
		{
			Name: "Go takes the path to the valid root",
			Transcript: `
client go
now 2026-11-22
certificate old     ca cn="Old Root" until=2026-09-30
certificate root    ca cn="New Root"
certificate cross   ca key-of=root cn="New Root" by=old
certificate leaf    by=root names=shop.example
trust system root old
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.2 suite=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 renegotiation_info
< Certificate  cert=leaf cert=cross
< ServerHelloDone
`,
		},
		{
			Name: "the only intermediate has ended", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client go
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

var (
	chainTrimmed = parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.TrimChain,
		Plain: "leave the expired certificate, and what leads to it alone, out of the chain"}
	pathBuilder = parley.Intent{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient,
		Plain: "a TLS library that tries other paths: OpenSSL 1.1.0, GnuTLS 3.6.14, LibreSSL 3.2 or later"}
	chainRenewed = parley.Intent{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.SendIntermediates,
		Plain: "send the CA's present intermediates in place of the expired one"}
)
