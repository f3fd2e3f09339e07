package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var gnutlsFamily = family{Name: "gnutls", Stack: "gnutls", Clients: []entry{
	{
		ID: "gnutls-3.7", Name: "GnuTLS 3.7.9", Aliases: []string{"gnutls-3.7.1", "gnutls-3.7.9", "gnutls-3.8.9", "ldapsearch-2.5", "lynx", "msmtp"},
		Able: from10, Notes: gnutlsNotes, Knobs: gnutlsKnobs, From: gnutlsAble,
	},
	{ID: "gnutls-3.8", Name: "GnuTLS 3.8.13", Aliases: []string{"gnutls", "gnutls-3.8.13", "gnutls-cli"}, Able: from10, Notes: gnutlsNotes, Knobs: gnutlsKnobs, From: gnutlsAble},
}}

var (
	gnutlsAble  = []parley.Source{measured("GnuTLS 3.7.1 to 3.8.13 complete 1.0 to 1.3")}
	gnutlsDoc   = said("GnuTLS manual, Priority Strings", "2026-11-21")
	gnutlsNotes = []parley.Note{{
		About: parley.AxisVersion, Text: "GnuTLS on Debian completes 1.0 and 1.1", From: measured("GnuTLS 3.7.1 to 3.8.13"),
	}}
	gnutlsKnobs = []parley.Knob{
		{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "--priority NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", From: gnutlsDoc},
		{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "--priority NORMAL:+3DES-CBC", Price: "blocks of 64 bits (Sweet32)", From: gnutlsDoc},
		{Intent: parley.OfferGroups, Grade: parley.Best, Text: "--priority NORMAL:+GROUP-ALL", From: gnutlsDoc},
		{Intent: parley.LimitDH, Grade: parley.Best, Text: "--priority NORMAL:-DHE-RSA", Price: "the server must accept ECDHE", From: gnutlsDoc},
		{Intent: parley.SendServerName, Grade: parley.Best, Text: "gnutls-cli --sni-hostname NAME", From: said("gnutls-cli(1)", "2026-11-21")},
	}
)

var wgetFamily = family{Name: "wget", Stack: "gnutls", Clients: []entry{
	{
		ID: "wget", Name: "wget 1.25.0 (GnuTLS 3.8.9, Debian 13)", Aliases: []string{"wget-1.21", "wget-1.25"},
		Able: from10, Notes: gnutlsNotes, Knobs: wgetKnobs, From: gnutlsAble,
	},
	{ID: "wget-sid", Name: "wget 1.25.0 (GnuTLS 3.8.13, Debian sid)", Able: from10, Notes: gnutlsNotes, Knobs: wgetKnobs, From: gnutlsAble},
}}

var wgetKnobs = []parley.Knob{
	{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS12}, Text: "wget --secure-protocol=TLSv1_2", From: wgetMan},
	{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "wget --ciphers=NORMAL:+3DES-CBC", Price: "blocks of 64 bits (Sweet32)", From: wgetMan},
}

var wgetMan = said("wget(1)", "2026-11-21")

var ariaFamily = family{Name: "aria2", Stack: "gnutls", Clients: []entry{{
	ID: "aria2", Name: "aria2 1.36.0 (GnuTLS)", Aliases: []string{"aria2c", "aria2-1.35", "aria2-1.36"}, Able: from10, From: gnutlsAble,
	Notes: []parley.Note{{About: parley.AxisVersion, Text: "aria2 begins at 1.2 itself", From: measured("aria2 1.35 to 1.37")}},
}}}

var gitFamily = family{Name: "git", Stack: "gnutls", Clients: []entry{
	{
		ID: "curl-gnutls", Name: "libcurl 7.88.1 (GnuTLS, Debian 12)", Aliases: []string{"curl-gnutls-7.74", "curl-gnutls-7.88"},
		Able: from10, Notes: gnutlsNotes, From: gnutlsAble,
	},
	{
		ID: "git", Name: "git 2.55.0 (libcurl with GnuTLS)", Aliases: []string{"git-2.55"}, Able: from10, Knobs: gitKnobs, From: gnutlsAble,
		Notes: []parley.Note{{About: parley.AxisVersion, Text: "libcurl begins at 1.2 since 8.16", From: said("curl, CURLOPT_SSLVERSION(3)", "2025-09")}},
	},
	{
		ID: "git-2.47", Name: "git 2.47.3 (libcurl with GnuTLS, Debian 13)", Aliases: []string{"curl-gnutls-8.14"},
		Able: from10, Notes: gnutlsNotes, Knobs: gitKnobs, From: gnutlsAble,
	},
}}

var gitKnobs = []parley.Knob{
	{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS12}, Text: "git -c http.sslVersion=tlsv1.2", From: said("git-config(1)", "2026-11-21")},
	{Intent: parley.OfferSuites, Grade: parley.Best, Text: "git -c http.sslCipherList=LIST", From: said("git-config(1)", "2026-11-21")},
}
