package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionIntolerance = &Cause{
	ID:    "version.intolerance",
	Title: "the server fails on a version it could have passed over",
	Meaning: "A server that does not have a version must select a lower one that is offered beside it. This one refuses, closes or hangs " +
		"as soon as the newer version is mentioned.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "psk.mismatch", Test: "without the version the hello completes with the suites as they were"},
		{For: "tolerance.extension", Test: "without the version the hello completes, and with every other extension"},
		{For: "tolerance.grease", Test: "without the reserved values the hello fails as before"},
		{For: "middlebox.mtu-blackhole", Test: "with smaller segments from the server the hello fails as before"},
		{For: "version.client-too-old", Test: "the hello fails for offering a newer version, not for lacking one"},
		{For: "middlebox.large-clienthello", Test: "the same hello without the version, padded to the same size, completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.Refused() || v.Answer.Unoffered || v.violates() {
			return nil
		}
		offered := v.Offered()
		if len(offered) < 2 || offered[0].Before(iana.TLS12) {
			return nil
		}
		lower := slices.ContainsFunc(offered[1:], func(x iana.Version) bool { return v.Accepts(x) == parley.Yes })
		if !lower || v.Accepts(offered[0]) == parley.Yes {
			return nil
		}
		if v.topMayBeOn() {
			return nil // the version may be on, and something else of it be missing
		}
		return [][]parley.Change{{{Axis: parley.AxisVersion, Op: parley.Remove, Values: []uint16{uint16(offered[0])}}}}
	},
	Asks: func(v *View) []parley.Ask {
		if !v.Refused() || v.Answer.Unoffered || len(v.Offered()) < 2 || !v.topMayBeOn() || len(v.Server.Good) == 0 {
			return nil
		}
		return []parley.Ask{v.AskWhole(v.Offered()[0], "version.intolerance")}
	},
	Find: func(v *View) []parley.Finding {
		f, top, ok := v.versionFinding("version.intolerance", parley.ServerSide, parley.Inferred)
		if !ok || v.Proof.State != ProofProved && v.Proof.State != ProofOnce || v.violates() {
			return nil
		}
		if c, _ := v.Needs(parley.AxisSuite); v.otherCredentials(c) {
			return nil // psk.mismatch or server.no-usable-certificate has it: suites of 1.3 say nothing of keys
		}
		if c, _ := v.Needs(parley.AxisVersion); c.Op == parley.Replace {
			f.Intents = []parley.Intent{
				{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware that passes over versions it does not have"},
				{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Versions: []iana.Version{top}, Plain: "offer " + top.String() + " alone to this one server", Price: "gives up every newer version there"},
			}
			return []parley.Finding{f}
		}
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware that passes over versions it does not have"},
			{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Versions: v.Offered()[1:], Plain: "leave " + top.String() + " out for this one server", Price: "gives up " + top.String() + " there"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware that passes over versions it does not have"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Plain: "leave the newer version out for this one server", Price: "gives up the newer version there"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "adding suites on either side"},
	References:  []string{"RFC 8446, Section 4.2.1", "RFC 5246, Appendix E.1", "RFC 8446, Appendix D"},
	Cases: []Case{
		{
			Name: "the hello is reset for offering 1.3 beside 1.2", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< RST

base - version 1.3 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the hello is lost for offering 1.3 beside 1.2", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
silence

base - version 1.3 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "what offers more than 1.0 is reset, and 1.0 alone completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base x2
< RST

base - version 1.3
< RST

base = version 1.0 x2
< ServerHello  version=1.0 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA

reference all of 1.0
< ServerHello  version=1.0 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "1.2 is selected, with the mark of a server that saw no 1.3 in the hello", Instead: "server.protocol-violation",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
malformed  "ServerHello: random: expected no mark of a downgrade from 1.3, which was offered, got one"

base - version 1.3
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the server has 1.0 alone, and says so", Instead: "version.server-too-old",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base - version 1.3
< Alert  fatal protocol_version(70)

base + version 1.0 x2
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
	},
}

// violates says that the base was answered, with what TLS does not allow.
func (v *View) violates() bool { return v.Answer.End == parley.EndMalformed }

// topMayBeOn says that the base was refused with handshake_failure, which may
// be about anything, and that its newest version has not been asked for alone.
func (v *View) topMayBeOn() bool {
	_, asked := v.Whole(v.Offered()[0])
	return !asked && v.RefusedBy(iana.AlertHandshakeFailure) && v.Accepts(v.Offered()[0]) == parley.Unknown
}
