package causes

import "github.com/parley-tls/parley"

var toleranceLength = &Cause{
	ID:    "tolerance.length",
	Title: "the server fails on hellos of this length",
	Meaning: "Some balancers hang on a hello of 256 to 511 bytes, whose length they take for the version of an old record, and some fail on " +
		"certain remainders of the length. The same hello with padding completes; clients pad for that reason.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "tolerance.record-split", Test: "the hello is in one record"},
		{For: "tolerance.suite-count", Test: "the hello completes with all its suites, at another length"},
		{For: "middlebox.large-clienthello", Test: "a longer hello completes"},
		{For: "server.no-answer", Test: "the same hello with padding completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.oddlyRefused() || !v.endedIn(parley.EndRST, parley.EndFIN, parley.EndSilence) && !v.RefusedBy(parseAlerts...) {
			return nil
		}
		if n := v.otherLength(); n > 0 {
			return [][]parley.Change{{{Axis: parley.AxisSize, Op: parley.Replace, Values: []uint16{uint16(n)}}}}
		}
		return nil
	},
	Find: func(v *View) []parley.Finding {
		c, ok := v.flippedBy(parley.AxisSize)
		longer := ok && int(c.Values[0]) > len(v.Base.Hello.Message())
		return v.intolerant("tolerance.length", longer, "The length")
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware that reads hellos of every length"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UpgradeClient, Plain: "a release that pads such hellos to 512 bytes (RFC 7685)"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "changing versions or suites on either side"},
	References:  []string{"RFC 7685, Section 1", "RFC 7685, Section 3"},
	Cases: []Case{
		{
			Name: "padded to 512 bytes the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base x2
silence

reference all of 1.0
< Alert  fatal protocol_version(70)

base = size 512 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the padded hello is lost too, and without 1.3 it is not", Instead: "version.intolerance",
			Transcript: `
client openssl-3.0
server 192.0.2.7:443 shop.example

base x2
silence

base = size 512
silence

base - version 1.3 x2
< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
`,
		},
	},
}

// otherLength is the size to pad the base to, if it has a length that servers
// are known to fail on; 0: it has not.
func (v *View) otherLength() int {
	switch n := len(v.Base.Hello.Message()); {
	case n >= 256 && n <= 511:
		return 512
	case n > 511 && (n%256 == 0 || n%256 == 10 || n%256 == 14):
		return n + 32
	}
	return 0
}
