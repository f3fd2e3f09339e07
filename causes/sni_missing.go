package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var sniMissing = &Cause{
	ID:    "sni.missing",
	Title: "the client does not say which name it wants",
	Meaning: "The hello carries no server_name (SNI), and the server has no certificate to give without one. Old clients, requests by IP address, " +
		"and proxies that were not told to pass the name on send none.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "name.mismatch", Test: "with the name in server_name another certificate comes"},
		{For: "sni.unrecognized", Test: "the hello has no name at all"},
		{For: "cipher.no-overlap", Test: "the same hello with the name completes"},
		{For: "server.no-usable-certificate", Test: "the same hello with the name completes"},
	},
	Tries: func(v *View) [][]parley.Change {
		if _, has := v.Name(); has || !v.Refused() || v.wanted() == "" {
			return nil
		}
		return [][]parley.Change{{setName(v.wanted())}}
	},
	Find: func(v *View) []parley.Finding {
		if _, has := v.Name(); has || !v.Refused() {
			return nil
		}
		c, flips := v.Needs(parley.AxisServerName)
		flips = flips && c.Op == parley.Replace
		if !flips && !v.RefusedBy(iana.AlertUnrecognizedName) {
			return nil
		}
		f := v.Proven(v.Finding("sni.missing", parley.ClientSide, parley.PhaseHello, parley.Inferred), parley.AxisServerName, parley.Inferred, "sni.unrecognized")
		f = asReasons(f, alone(f, "The name"), v.sent())
		if !flips {
			f.WouldTell = []string{"parley check " + v.E.Target.Text + " --sni NAME"}
		}
		f.Intents = []parley.Intent{
			{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SendServerName, Text: v.wanted(), Plain: "send server_name; call the server by its name, not by its address"},
			{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.ServeName, Plain: "a default certificate for hellos without a name"},
		}
		return []parley.Finding{f}
	},
	Fixes: []parley.Intent{
		{Side: parley.ClientSide, Grade: parley.Best, Kind: parley.SendServerName, Plain: "send server_name; call the server by its name, not by its address"},
		{Side: parley.ServerSide, Grade: parley.Bridge, Kind: parley.ServeName, Plain: "a default certificate for hellos without a name"},
	},
	WillNotHelp: []string{"changing versions or suites on either side", "-k (some libraries stop sending the name with it)"},
	References:  []string{"RFC 6066, Section 3", "RFC 8446, Section 9.2"},
	Cases: []Case{
		{
			Name: "with the name the hello completes", Fires: parley.Proved, Side: parley.ClientSide,
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
			Name: "the target is an address: there is no name to try", Fires: parley.Inferred, Side: parley.ClientSide,
			Transcript: `
client hello
server 192.0.2.7:443

base
> ClientHello  versions=1.2 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 groups=x25519
               schemes=rsa_pss_rsae_sha256
< Alert  fatal unrecognized_name(112)
`,
		},
		{
			Name: "the hello has a name, and the server has another", Instead: "sni.unrecognized",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal unrecognized_name(112)

base - server_name x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}

// wanted is the server name that the target goes by, which a hello without one
// could have carried.
func (v *View) wanted() string { return v.Scope.Name }

func setName(n string) parley.Change {
	return parley.Change{Axis: parley.AxisServerName, Op: parley.Replace, Text: n}
}

var dropName = parley.Change{Axis: parley.AxisServerName, Op: parley.Remove}
