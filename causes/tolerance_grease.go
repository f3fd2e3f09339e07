package causes

import (
	"slices"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var toleranceGREASE = &Cause{
	ID:    "tolerance.grease",
	Title: "the server fails on values reserved for GREASE",
	Meaning: "Clients put reserved values (GREASE) among suites, groups, versions and extensions, so that servers keep passing over what they do not " +
		"know. This one refuses the hello for them, and will refuse every value that is new.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "tolerance.extension", Test: "the hello completes without the reserved values, and with every extension it had"},
		{For: "version.intolerance", Test: "the hello completes without the reserved values, and with every version it had"},
	},
	Tries: func(v *View) [][]parley.Change {
		if !v.oddlyRefused() && !v.refusedForVersions() || v.endedIn(parley.EndSilence) || !parley.HasGREASE(v.Base.Hello) {
			return nil
		}
		return [][]parley.Change{{{Axis: parley.AxisGREASE, Op: parley.Remove}}}
	},
	Find: func(v *View) []parley.Finding {
		_, ok := v.flippedBy(parley.AxisGREASE)
		return v.intolerant("tolerance.grease", ok, "The reserved values")
	},
	Fixes: []parley.Intent{
		{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.UpgradeServer, Plain: "a release or firmware that passes over values it does not know"},
		{Side: parley.ClientSide, Grade: parley.Bridge, Kind: parley.UseOtherClient, Plain: "a client that sends no GREASE, until then"},
	},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 8701, Section 3", "RFC 8446, Section 9.3"},
	Cases: []Case{
		{
			Name: "without GREASE the hello completes", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal decode_error(50)

base - grease x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "it is refused by alert 70 although 1.3 is accepted", Fires: parley.Proved, Side: parley.ServerSide,
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal protocol_version(70)

reference all of 1.3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256

base - grease x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
		{
			Name: "it is refused without GREASE too, and completes without one extension", Instead: "tolerance.extension",
			Transcript: `
client chrome
server 192.0.2.7:443 shop.example

base x2
< Alert  fatal decode_error(50)

base - grease
< Alert  fatal decode_error(50)

base - extension compress_certificate x2
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
`,
		},
	},
}

// refusedForVersions says that the base was refused by alert 70 although it offers a
// version that is accepted: there is one in it that the server does not know.
func (v *View) refusedForVersions() bool {
	return v.Base.Hello != nil && v.Base.SSL2 == nil && v.RefusedBy(iana.AlertProtocolVersion) && slices.ContainsFunc(v.Offered(), func(x iana.Version) bool {
		return v.Accepts(x) == parley.Yes
	})
}
