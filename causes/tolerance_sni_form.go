package causes

import (
	"strings"

	"github.com/parley-tls/parley"
)

var toleranceSNIForm = &Cause{
	ID:    "tolerance.sni-form",
	Title: "the server fails on the form of the name",
	Meaning: "The name in server_name is compared without regard to case, and is written without a trailing dot. Some programs pass on what was " +
		"typed, with the dot or in capitals, and some servers take that for another name.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "sni.unrecognized", Test: "the same name in its usual form completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		n, has := v.Name()
		if !has || !v.Refused() || usualName(n) == n {
			return nil
		}
		return [][]parley.Change{{setName(usualName(n))}}
	},
	Find: func(v *View) []parley.Finding {
		n, _ := v.Name()
		c, ok := v.flippedBy(parley.AxisServerName)
		fs := v.intolerant("tolerance.sni-form", ok && c.Op == parley.Replace && usualName(n) != n && c.Text == usualName(n), "The form of the name")
		for i := range fs {
			if strings.HasSuffix(n, ".") {
				fs[i].Side = parley.ClientSide // RFC 6066, Section 3: without a trailing dot
			}
		}
		return fs
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SendServerName, Plain: "send the name in lower case and without a trailing dot"},
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release that compares names without regard to case"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "switching server_name off, which no other server takes"},
	References:  []string{"RFC 6066, Section 3", "RFC 5890, Section 2.3.2.4"},
	Cases: []Case{
		{
			Name: "without the trailing dot the hello completes", Fires: parley.Proved, Side: parley.ClientSide,
			Transcript: `
client go
server 192.0.2.7:443 shop.example.

base x2
< Alert  fatal unrecognized_name(112)

base = server_name shop.example x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the name in its usual form is refused", Instead: "sni.unrecognized",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal unrecognized_name(112)

base - server_name x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}

// usualName is a name in lower case and without a trailing dot.
func usualName(n string) string { return strings.ToLower(strings.TrimSuffix(n, ".")) }
