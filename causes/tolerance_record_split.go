package causes

import "github.com/parley-tls/parley"

var toleranceRecordSplit = &Cause{
	ID:    "tolerance.record-split",
	Title: "the server fails on a hello in several records",
	Meaning: "A message may be spread over records. Some servers take the first record of a hello for all of it, and refuse, or close. Clients " +
		"split a hello that is larger than a record, and some split every one so that filters do not read it.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "middlebox.large-clienthello", Test: "the same hello in one record completes at its full size"},
		{For: "tolerance.length", Test: "the same hello in one record completes at its length"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.oddlyRefused() || len(v.Base.Split.Records) == 0 {
			return nil
		}
		return [][]parley.Change{{{Axis: parley.AxisRecords, Op: parley.Replace}}}
	},
	Find: func(v *View) []parley.Finding {
		_, ok := v.flippedBy(parley.AxisRecords)
		return v.intolerant("tolerance.record-split", ok, "The cut into records")
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release that puts messages together from records"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UpgradeClient, Plain: "send the hello in one record"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "changing versions or suites on either side"},
	References:  []string{"RFC 8446, Section 5.1", "RFC 5246, Section 6.2.1"},
	Cases: []Case{
		{
			Name: "in one record the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
> ClientHello  records=64 suites=TLS_AES_128_GCM_SHA256 server_name=shop.example
               supported_versions=1.3 groups=x25519 schemes=rsa_pss_rsae_sha256
               key_share=x25519
< Alert  fatal unexpected_message(10)

base = records x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the hello in several records completes",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}
