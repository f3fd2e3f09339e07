package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionFallbackSCSV = &Cause{
	ID:    "version.fallback-scsv",
	Title: "the client fell back and the server has better",
	Meaning: "The hello carries TLS_FALLBACK_SCSV: the client says that this is its second try, with a lower version than its best. " +
		"The server has a higher version and refuses, as RFC 7507 demands. The failure to look at is the first one.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.client-too-old", Test: "the same hello without TLS_FALLBACK_SCSV completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.Refused() || v.Base.Hello == nil || !v.Base.Hello.HasSuite(iana.SCSVFallback) {
			return nil
		}
		return [][]parley.Change{{{Axis: parley.AxisFallback, Op: parley.Remove, Values: []uint16{uint16(iana.SCSVFallback)}}}}
	},
	Find: func(v *View) []parley.Finding {
		// The alert speaks of a signal; where the hello has none it means nothing.
		_, flips := v.Needs(parley.AxisFallback)
		if !v.Refused() || v.Base.Hello == nil || !v.Base.Hello.HasSuite(iana.SCSVFallback) || !flips && (!v.RefusedBy(iana.AlertInappropriateFallback) || v.Proof.State == ProofProved) {
			return nil
		}
		f := v.Proven(v.Finding("version.fallback-scsv", parley.ClientSide, parley.PhaseHello, parley.Seen), parley.AxisFallback, parley.Seen)
		f = asReasons(f, alone(f, "TLS_FALLBACK_SCSV"), v.sent())
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.RepairFirstFailure, Plain: "find out why the first hello, with the higher version, failed: check with the client's first hello"},
		}
		return []parley.Finding{f}
	},
	// What the hello lacks, its first try had: that one is to be looked at.
	Explains:    []parley.CauseID{"version.client-too-old", "version.client-pinned", "version.server-tls13-only"},
	Fixes:       []parley.Intent{{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.RepairFirstFailure, Plain: "find out why the first hello, with the higher version, failed"}},
	WillNotHelp: []string{"lowering the versions on either side", "importing the certificate", "-k"},
	References:  []string{"RFC 7507, Section 3"},
	Cases: []Case{
		{
			Name: "without the signal the hello completes", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.2 suites=TLS_FALLBACK_SCSV,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
               TLS_RSA_WITH_AES_128_CBC_SHA groups=x25519 schemes=rsa_pss_rsae_sha256
< Alert  fatal inappropriate_fallback(86)

base - fallback TLS_FALLBACK_SCSV x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
		{
			Name: "without the signal it is refused as before, for its version", Instead: "version.client-too-old",
			Transcript: `
client hello
server 192.0.2.7:443 shop.example

base x2
> ClientHello  versions=1.0 suites=TLS_FALLBACK_SCSV,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
               TLS_RSA_WITH_AES_128_CBC_SHA groups=x25519 schemes=rsa_pss_rsae_sha256
< Alert  fatal protocol_version(70)

base - fallback TLS_FALLBACK_SCSV
< Alert  fatal protocol_version(70)

base + version 1.2 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
	},
}
