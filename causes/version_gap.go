package causes

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var versionGap = &Cause{
	ID:    "version.gap",
	Title: "the server skips the version between two that it accepts",
	Meaning: "The server accepts an older and a newer version and not the one between. A client whose newest or only version is the " +
		"missing one cannot jump the hole. Software that states only a minimum and a maximum cannot even express such a set.",
	Phase: parley.PhaseHello,
	Best:  parley.Proved,
	Mistaken: []Mistake{
		{For: "version.client-too-old", Test: "the server accepts an older version than the client's too"},
		{For: "version.server-too-old", Test: "the server accepts a newer version than the client's too"},
	},
	Find: func(v *View) []parley.Finding {
		f, _, ok := v.versionFinding("version.gap", parley.ServerSide, parley.Seen)
		if !ok {
			return nil
		}
		offered := v.Offered()
		f = asReasons(f, "The server accepts "+list(v.ServerVersions())+"; the client offers "+list(offered)+".")
		f.Intents = []parley.Intent{
			{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Versions: []iana.Version{offered[0]},
				Plain: "accept " + offered[0].String() + " too, so that the versions are one range"},
		}
		return []parley.Finding{f}
	},
	Fixes:       []parley.Intent{{Side: parley.ServerSide, Grade: parley.Best, Kind: parley.AcceptVersions, Plain: "accept the version between, so that the versions are one range"}},
	WillNotHelp: []string{"importing the certificate", "-k", "another list of suites"},
	References:  []string{"RFC 8446, Section 4.2.1", "RFC 9325, Section 3.1.1"},
}
