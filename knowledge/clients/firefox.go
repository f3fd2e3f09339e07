package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var firefoxFamily = family{Name: "firefox", Stack: "nss", Clients: []entry{
	{
		ID: "firefox", Name: "Firefox 153 ESR", Aliases: []string{"firefox-153", "firefox-esr"},
		Notes: []parley.Note{
			{About: parley.AxisGroup, Text: "its hello needs two packets: it carries a share of X25519MLKEM768", From: measured("Firefox 153.7 ESR")},
			{About: parley.AxisVersion, Text: "Firefox leaves 1.0 and 1.1 off since 78", From: said("Mozilla Hacks, It's the Boot for TLS 1.0 and TLS 1.1", "2020-02")},
		},
		Able: from10, From: []parley.Source{measured("Firefox 153.7 ESR with security.tls.version.min=1 offers 1.0 to 1.3")},
		Knobs: []parley.Knob{
			{
				Intent: parley.OfferVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "about:config security.tls.version.min = 1",
				Price: "1.0 and 1.1 for every site", From: measured("Firefox 153.7 ESR offers 1.0 then"),
			},
			{
				Intent: parley.OfferGroups, Grade: parley.Bridge, Text: "about:config security.tls.enable_kyber = false",
				Price: "no post-quantum key exchange", From: measured("Firefox 153.7 ESR offers no X25519MLKEM768 then"),
			},
		},
	},
}}

var nssFamily = family{Name: "nss", Stack: "nss", Clients: []entry{
	{ID: "nss-3.110", Name: "NSS 3.110 tstclnt", Notes: nssNotes},
	{ID: "nss-3.132", Name: "NSS 3.132 tstclnt", Aliases: []string{"nss", "tstclnt"}, Notes: nssNotes},
	{ID: "nss-3.87", Name: "NSS 3.87 tstclnt", Aliases: []string{"nss-3.61"}, Notes: nssNotes},
}}

var nssNotes = []parley.Note{{
	About: parley.AxisVersion, Text: "tstclnt offers 1.0 and 1.1, which the library's default leaves off",
	From: said("NSS, lib/ssl/sslsock.c", "2021"),
}}
