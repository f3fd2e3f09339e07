package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionPolicyMin = &Cause{
	ID:    "version.policy-min",
	Title: "a policy forbids the server's only versions",
	Meaning: "The client's code has the version that the server accepts, and a policy on the client's side forbids it, or forbids " +
		"the SHA-1 signature that it needs: a security level, MinProtocol, crypto-policies, jdk.tls.disabledAlgorithms. The policy is right; the server is behind. " +
		"Or it is the server's own: OpenSSL 3 signs nothing for 1.0 and 1.1 at its usual security level, so what a configuration turns on is refused to every client.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.server-too-old", Test: "the client's code has the version, and completes once its policy (MinProtocol, security level, disabledAlgorithms) is set aside"},
		{For: "server.no-usable-certificate", Test: "1.0 and 1.1 end with internal_error, not handshake_failure, and newer versions are refused as versions"},
	},
	Asks: func(v *View) []parley.Ask {
		if !v.refusesAllWithAlert() {
			return nil
		}
		return []parley.Ask{v.AskWhole(iana.TLS13, "version.policy-min", "server.no-usable-certificate"), v.AskWhole(iana.TLS10, "version.policy-min", "server.no-usable-certificate")}
	},
	Find: func(v *View) []parley.Finding {
		f, want, ok := v.versionFinding("version.policy-min", parley.ServerSide, parley.Seen)
		if !ok {
			return v.serverPolicy()
		}
		if v.Completes() {
			f = asReasons(f, "The server selects "+want.String()+", which "+v.Who()+" offers and does not go through with.")
		}
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Versions: v.current(),
				Plain: "accept " + list(v.current())},
			{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Versions: []iana.Version{want},
				Plain: "an exception for this one program", Price: "re-enables what " + forbids(want) + " forbids, for this client"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Plain: "accept 1.2 and 1.3"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.OfferVersions, Plain: "an exception for this one program", Price: "re-enables what RFC 8996 forbids, for this client"},
		{Side: parley.ServerSide, Grade: parley.Last, Kind: parley.AcceptVersions, Plain: "where the policy is the server's own: lower it for this one server, with @SECLEVEL=0 in its suites", Price: "re-enables for everyone what RFC 8996 forbids"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "@SECLEVEL=1 where the library is OpenSSL 3: SHA-1 signatures need 0"},
	References:  []string{"RFC 8996", "RFC 9155", "RFC 9325, Section 3.1.1"},
	Cases: []Case{
		{
			Name: "Java 8 has 1.0, and its disabledAlgorithms leave it off", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client java8
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

base + version 1.0 x2
< ServerHello  version=1.0 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "OpenSSL 3 has 1.1, and its security level forbids it", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.1 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "what the client has of 1.0 is not known", Instead: "version.server-too-old",
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
		{
			Name: "the server's own policy leaves 1.0 and 1.1 nothing to sign with", Fires: parley.Inferred, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

reference all of 1.2
< Alert  fatal internal_error(80)

reference all of 1.0
< Alert  fatal internal_error(80)

reference all of 1.3
< Alert  fatal protocol_version(70)
`,
		},
		{
			Name: "1.0 ends with handshake_failure, as without a certificate", Instead: "server.no-usable-certificate",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

reference all of 1.2
< Alert  fatal protocol_version(70)

reference all of 1.0
< Alert  fatal handshake_failure(40)

reference all of 1.3
< Alert  fatal protocol_version(70)

reference all of SSL3
< Alert  fatal handshake_failure(40)
`,
		},
	},
}

// serverPolicy finds the policy of the server itself. OpenSSL 3 has no scheme to
// sign with in 1.0 and 1.1 at a security level above 0, and ends every handshake of
// theirs with internal_error; without a certificate it says handshake_failure.
func (v *View) serverPolicy() []parley.Finding {
	if !v.refusesAllWithAlert() || v.Proof.State == ProofProved || v.Proof.State == ProofOnce {
		return nil
	}
	internal := func(ver iana.Version) bool {
		ans, ok := v.Whole(ver)
		return ok && ans.End == parley.EndAlert && ans.Alert == iana.AlertInternalError
	}
	if !v.refusedVersion(iana.TLS13) || !internal(iana.TLS10) || !internal(iana.TLS12) && !v.refusedVersion(iana.TLS12) {
		return nil
	}
	f := v.Finding("version.policy-min", parley.ServerSide, parley.PhaseParameters, parley.Inferred,
		"1.2 and 1.3 are off, and every hello of 1.0 and 1.1 ends with internal_error: the server takes the version and can sign nothing in it. The security level of OpenSSL 3 does that.", v.sent())
	f.NotExcluded = []parley.CauseID{"server.no-usable-certificate"}
	f.WouldTell = []string{"the server's log: \"no suitable signature algorithm\" where a policy forbids SHA-1, \"no certificates configured\" where there is none"}
	f.Intents = []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Versions: []iana.Version{iana.TLS12, iana.TLS13}, Plain: "accept 1.2 and 1.3"},
	}
	if h := v.Base.Hello; h != nil && h.MaxVersion().Before(iana.TLS12) {
		f.Intents = append(f.Intents, parley.Intent{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferVersions, Versions: []iana.Version{iana.TLS12}, Plain: "and offer 1.2"})
	}
	f.Intents = append(f.Intents,
		parley.Intent{Side: parley.ServerSide, Grade: parley.Last, Kind: parley.AcceptVersions, Versions: []iana.Version{iana.TLS10, iana.TLS11},
			Plain: "lower the policy of this one server: its suites with @SECLEVEL=0", Price: "re-enables for everyone what RFC 8996 forbids"})
	return []parley.Finding{f}
}
