package causes

import "github.com/parley-tls/parley"

var toleranceSuiteCount = &Cause{
	ID:    "tolerance.suite-count",
	Title: "the server fails on a long list of suites",
	Meaning: "Some servers have room for 128 cipher suites, or 512 bytes of them, and refuse a hello that lists more rather than pass over the " +
		"rest. Clients that offer everything their library has meet it.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "cipher.no-overlap", Test: "the hello completes with fewer suites, and none more"},
		{For: "tolerance.length", Test: "the hello with fewer suites completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.oddlyRefused() || len(v.Base.Hello.Suites) <= manySuites {
			return nil
		}
		c := parley.Change{Axis: parley.AxisSuite, Op: parley.Remove}
		for _, s := range v.Base.Hello.Suites[manySuites:] {
			c.Values = append(c.Values, uint16(s))
		}
		return [][]parley.Change{{c}}
	},
	Find: func(v *View) []parley.Finding {
		c, ok := v.flippedBy(parley.AxisSuite)
		return v.intolerant("tolerance.suite-count", ok && c.Op == parley.Remove, "The number of suites")
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.OfferSuites, Plain: "offer the suites that are in use today, not all there are"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware without the limit"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "adding suites on either side"},
	References:  []string{"RFC 5246, Section 7.4.1.2"},
	Cases: []Case{
		{
			Name: "with 128 suites the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
> ClientHello  suites=TLS_AES_128_GCM_SHA256,
               0xd000,0xd001,0xd002,0xd003,0xd004,0xd005,0xd006,0xd007,0xd008,0xd009,0xd00a,0xd00b,0xd00c,0xd00d,0xd00e,0xd00f,0xd010,0xd011,0xd012,0xd013,0xd014,0xd015,0xd016,0xd017,0xd018,0xd019,0xd01a,0xd01b,0xd01c,0xd01d,0xd01e,0xd01f,0xd020,0xd021,0xd022,0xd023,0xd024,0xd025,0xd026,0xd027,0xd028,0xd029,0xd02a,0xd02b,0xd02c,0xd02d,0xd02e,0xd02f,0xd030,0xd031,0xd032,0xd033,0xd034,0xd035,0xd036,0xd037,0xd038,0xd039,0xd03a,0xd03b,0xd03c,0xd03d,0xd03e,0xd03f,0xd040,0xd041,0xd042,0xd043,0xd044,0xd045,0xd046,0xd047,0xd048,0xd049,0xd04a,0xd04b,0xd04c,0xd04d,0xd04e,0xd04f,0xd050,0xd051,0xd052,0xd053,0xd054,0xd055,0xd056,0xd057,0xd058,0xd059,0xd05a,0xd05b,0xd05c,0xd05d,0xd05e,0xd05f,0xd060,0xd061,0xd062,0xd063,0xd064,0xd065,0xd066,0xd067,0xd068,0xd069,0xd06a,0xd06b,0xd06c,0xd06d,0xd06e,0xd06f,0xd070,0xd071,0xd072,0xd073,0xd074,0xd075,0xd076,0xd077,0xd078,0xd079,0xd07a,0xd07b,0xd07c,0xd07d,0xd07e,0xd100,0xd101
               server_name=shop.example supported_versions=1.3 groups=x25519
               schemes=rsa_pss_rsae_sha256 key_share=x25519
< Alert  fatal decode_error(50)

base - suite 0xd100 0xd101 x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "a short list is refused, and completes with one suite more", Instead: "cipher.no-overlap",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base + suite TLS_RSA_WITH_AES_128_GCM_SHA256 x2
< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_128_GCM_SHA256
`,
		},
	},
}

// manySuites is how many suites a server with the limit has room for.
const manySuites = 128
