package causes

import (
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var sniUnrecognized = &Cause{
	ID:    "sni.unrecognized",
	Title: "the server does not know the name that was asked for",
	Meaning: "The hello carries a server_name for which the server has no virtual host or certificate, and the server refuses rather than " +
		"answer for another name: alert 112, unrecognized_name; Go and Caddy say 80, edges 40.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "middlebox.reset", Test: "an alert or a FIN of the server answers the name"},
		{For: "tolerance.sni-form", Test: "the name in its usual form is refused as well"},
		{For: "edge.host-not-provisioned", Test: "no wildcard of an edge stops one label short of the name"},
		{For: "sni.missing", Test: "the hello has a name, and the server does not know it"},
		{For: "cipher.no-overlap", Test: "the same hello with another name, or none, completes"},
		{For: "server.no-usable-certificate", Test: "the same hello with another name, or none, completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		n, has := v.Name()
		if !has || !v.Refused() || len(v.Server.Good) > 0 && !v.RefusedBy(iana.AlertUnrecognizedName) {
			return nil
		}
		if v.Answer.End != parley.EndAlert && !v.AllEnd(parley.EndFIN, parley.EndRST, parley.EndAlert) {
			return nil
		}
		sets := [][]parley.Change{{dropName}}
		_, tried := v.Variant(dropName)
		if _, parent, ok := strings.Cut(n, "."); ok && (tried || v.Answer.End == parley.EndAlert) && strings.Contains(parent, ".") {
			sets = append(sets, []parley.Change{setName(parent)})
		}
		return sets
	},
	Find: func(v *View) []parley.Finding {
		n, has := v.Name()
		if !has || !v.Refused() {
			return nil
		}
		c, flips := v.Needs(parley.AxisServerName)
		if flips && v.Proof.State != ProofProved && v.Proof.State != ProofOnce {
			flips = false
		}
		if !flips && !v.RefusedBy(iana.AlertUnrecognizedName) || v.endedIn(parley.EndRST, parley.EndSilence) {
			return nil // who resets or loses a name need not be the server
		}
		if flips && c.Op == parley.Replace && c.Text == usualName(n) {
			return nil // it knows the name, in its usual form
		}
		f := v.Proven(v.Finding("sni.unrecognized", parley.ServerSide, parley.PhaseHello, parley.Seen), parley.AxisServerName, parley.Seen)
		f = asReasons(f, alone(f, "The name"))
		if !flips {
			f = asReasons(f, "The alert says that the server does not know "+n+"; no name was found that it takes.")
		}
		f = asReasons(f, v.sent())
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ServeName, Text: n, Plain: "a virtual host and a certificate for " + n},
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseServerName, Plain: "ask for a name that this server has, if " + n + " is not meant"},
		}
		if flips && c.Op == parley.Remove {
			f.Intents = append(f.Intents, withoutName)
		}
		return []parley.Finding{f}
	},
	Explains: []parley.CauseID{"server.no-usable-certificate", "cipher.no-overlap"},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.ServeName, Plain: "a virtual host and a certificate for the name"},
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.UseServerName, Plain: "ask for a name that this server has"},
		withoutName,
	},
	WillNotHelp: []string{"importing the certificate", "-k", "changing versions or suites on either side"},
	References:  []string{"RFC 6066, Section 3", "RFC 8446, Section 6.2"},
	Cases: []Case{
		{
			Name: "without the name the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal unrecognized_name(112)

base - server_name x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "the alert says so, and no name is known that passes", Fires: parley.Seen, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base
< Alert  fatal unrecognized_name(112)

base - server_name
< Alert  fatal unrecognized_name(112)
`,
		},
		{
			Name: "the hello has no name", Instead: "sni.missing",
			Transcript: `
client java6
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal unrecognized_name(112)

base = server_name shop.example x2
< ServerHello  version=1.0 suite=TLS_RSA_WITH_AES_128_CBC_SHA
`,
		},
		{
			Name: "without the name it is refused as before: a suite is missing", Instead: "cipher.no-overlap",
			Transcript: `
client go
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal handshake_failure(40)

base - server_name
< Alert  fatal handshake_failure(40)

base + suite TLS_RSA_WITH_AES_128_GCM_SHA256 x2
< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_128_GCM_SHA256
`,
		},
	},
}

// withoutName is the fix of last resort where the name is what is refused.
var withoutName = parley.Intent{Side: parley.ClientSide, Grade: parley.Last, Kind: parley.UseOtherClient, Plain: "a program or a setting that sends no server_name to this server",
	Price: "the server then answers for its default name; switched off for a whole program it breaks other hosts"}
