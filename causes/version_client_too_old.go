package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionClientTooOld = &Cause{
	ID:    "version.client-too-old",
	Title: "the client is too old for what the server accepts",
	Meaning: "The newest version in the client's code is older than the oldest that the server accepts. " +
		"The server usually says so with alert 70, protocol_version; GnuTLS says 40, some close.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.client-pinned", Test: "the client's code has no version that the server accepts: every program with the same library fails"},
		{For: "cipher.no-overlap", Test: "the same hello with a newer version completes with the suites as they were"},
		{For: "version.fallback-scsv", Test: "the same hello without TLS_FALLBACK_SCSV is refused all the same"},
		{For: "version.gap", Test: "the server accepts no version below the client's"},
		{For: "version.intolerance", Test: "the hello fails for lacking a newer version, not for offering one"},
	},
	Find: func(v *View) []parley.Finding {
		if v.oldFormat() {
			f := v.Proven(v.Finding("version.client-too-old", parley.ClientSide, parley.PhaseHello, parley.Inferred), parley.AxisFormat, parley.Inferred)
			f = asReasons(f, alone(f, "The format of the hello"),
				"The client opens in the format of SSL 2; the same offer in a TLS record completes.", v.sent())
			f.Intents = []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient,
				Plain: "a release, or a setting, that opens with a TLS record (Java 6: leave SSLv2Hello out of the enabled protocols)"}}
			return []parley.Finding{f}
		}
		var not []parley.CauseID
		if v.Client == nil || v.Client.Able == nil {
			not = []parley.CauseID{"version.client-pinned"}
		}
		f, want, ok := v.versionFinding("version.client-too-old", parley.ClientSide, parley.Inferred, not...)
		if !ok {
			return nil
		}
		f.NotExcluded = not
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient, Versions: []iana.Version{want},
				Plain: "a release whose TLS library has " + want.String()},
		}
		if meet, ok := v.meetAt12(); ok {
			f.Intents = append(f.Intents, meet)
		} else if top := v.Offered()[0]; outdated(top) {
			f.Intents = append(f.Intents, acceptOld(top))
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UpgradeClient, Plain: "a release whose TLS library has a version the server accepts"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.AcceptVersions, Plain: "accept the old version on a listener of its own, for this client only", Price: "re-enables what RFC 8996 forbids"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "upgrading a TLS library that this program does not load"},
	References:  []string{"RFC 8446, Section 4.2.1", "RFC 8996", "RFC 5246, Appendix E.1", "RFC 6176, Section 3"},
	Cases: []Case{
		{
			Name: "OpenSSL 1.0.0 ends at 1.0", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client openssl-1.0.0
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "the server resets where others send an alert", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client openssl-1.0.0
server 192.0.2.7:443 shop.example

base x2
< RST

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "Java 7 has 1.2 and leaves it off", Instead: "version.client-pinned",
			Transcript: `
client java7
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "one suite more completes with the version as it was", Instead: "cipher.no-overlap",
			Transcript: `
client java7
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base + suite TLS_RSA_WITH_AES_256_CBC_SHA x2
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_256_CBC_SHA
`,
		},
	},
}

// oldFormat says that the format of SSL 2 alone is in the way of a hello.
func (v *View) oldFormat() bool {
	return len(v.Proof.Set) == 1 && v.Proof.Set[0].Axis == parley.AxisFormat
}
