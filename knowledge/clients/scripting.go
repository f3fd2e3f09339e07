package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var pythonFamily = family{Name: "python", Stack: "openssl", Clients: []entry{
	{
		ID: "python-2.7", Name: "Python 2.7.18 (OpenSSL 1.1.1w, Debian 11)", Aliases: []string{"python2", "python-2", "python2.7"},
		Able: from10,
		Notes: []parley.Note{
			{About: parley.AxisVersion, Text: "the OpenSSL of the machine decides; here 1.2 by Debian's openssl.cnf", From: measured("Python 2.7.18 on Debian 11")},
			{About: parley.AxisVersion, Text: "on OpenSSL 1.0.0 it ends at 1.0, as openssl-1.0.0 does", From: measured("OpenSSL 1.0.0m")},
		},
		Knobs: knobs(opensslFile("MinProtocol = TLSv1, CipherString = DEFAULT@SECLEVEL=1", "OpenSSL 1.1.1 of Debian 11"),
			[]parley.Knob{{
				Intent: parley.UpgradeClient, Grade: parley.Best, Text: "Python 3 on OpenSSL 1.1.1 or later",
				From: said("PEP 644", "2021-10"),
			}, pythonName}),
		From: []parley.Source{measured("Ruby 2.7 on the same library completes 1.0 and 1.1")},
	},
	{
		ID: "python-3.11", Name: "Python 3.11.2 (OpenSSL 3.0, Debian 12)", Aliases: []string{"python", "python3", "python-3"},
		Able: from10, Notes: opensslNotes, Knobs: pythonKnobs, From: []parley.Source{secLevel},
	},
	{
		ID: "python-3.11-upstream", Name: "Python 3.11.7 (own build, OpenSSL 3.0)",
		Able: from10,
		Notes: append([]parley.Note{
			{About: parley.AxisSuite, Text: "Python since 3.10 leaves RSA key exchange and SHA-1 MACs off", From: said("CPython pull request 25778, bpo-43998", "2021-10")},
		}, opensslNotes...),
		Knobs: pythonKnobs, From: []parley.Source{secLevel},
	},
}}

var (
	pythonSSL   = said("Python documentation, ssl", "2026-11-21")
	pythonName  = parley.Knob{Intent: parley.SendServerName, Grade: parley.Best, Text: "context.wrap_socket(sock, server_hostname='NAME')", From: pythonSSL}
	pythonKnobs = []parley.Knob{
		{
			Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11},
			Text:  "context.minimum_version = ssl.TLSVersion.TLSv1; context.set_ciphers('DEFAULT@SECLEVEL=0')",
			Price: "1.0, SHA-1 signatures and short keys for every connection of this context", From: pythonSSL,
		},
		{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "context.set_ciphers('ALL:!aNULL')", Price: "offers every suite of the library", From: pythonSSL},
		{Intent: parley.AllowSmallDH, Grade: parley.Bridge, Text: "context.set_ciphers('DEFAULT@SECLEVEL=1')", Price: "this context takes DH primes and RSA keys of 1,024 bits", From: pythonSSL},
		{Intent: parley.LimitDH, Grade: parley.Best, Text: "context.set_ciphers('DEFAULT:!DH')", Price: "the server must accept ECDHE", From: pythonSSL},
		{Intent: parley.OfferALPN, Grade: parley.Best, Text: "context.set_alpn_protocols(['PROTOCOL'])", From: pythonSSL},
		{
			Intent: parley.AllowRenegotiationInfo, Grade: parley.Bridge, Text: "context.options |= ssl.OP_LEGACY_SERVER_CONNECT",
			Price: "a middleman can put data in front of the client's (CVE-2009-3555); before Python 3.12 write 0x4", From: pythonSSL,
		},
		pythonName,
	}
)

var perlFamily = family{Name: "perl", Stack: "openssl", Clients: []entry{
	{ID: "perl-5.32", Name: "Perl 5.32 LWP (OpenSSL 1.1.1w)", Able: from10, From: []parley.Source{secLevel}},
	{ID: "perl-5.36", Name: "Perl 5.36 LWP (OpenSSL 3.0)", Able: from10, Notes: opensslNotes, From: []parley.Source{secLevel}},
	{ID: "perl-5.40", Name: "Perl 5.40 LWP (OpenSSL 3.5)", Aliases: []string{"perl", "perl-5.42"}, Able: from10, Notes: opensslNotes, From: []parley.Source{secLevel}},
}}

var phpFamily = family{Name: "php", Stack: "openssl", Clients: []entry{
	{
		ID: "php-7.4", Name: "PHP 7.4.33 (OpenSSL 1.1.1w)", Able: from10, Knobs: phpKnobs,
		Notes: []parley.Note{{About: parley.AxisVersion, Text: "PHP asks OpenSSL for 1.0 itself, over Debian's MinProtocol", From: measured("PHP 7.4.33")}},
		From:  []parley.Source{measured("PHP 7.4.33 completes 1.0")},
	},
	{ID: "php-8.2", Name: "PHP 8.2.36 (OpenSSL 3.0)", Able: from10, Notes: opensslNotes, Knobs: phpKnobs, From: []parley.Source{secLevel}},
	{ID: "php-8.4", Name: "PHP 8.4.27 (OpenSSL 3.6)", Aliases: []string{"php"}, Able: from10, Notes: opensslNotes, Knobs: phpKnobs, From: []parley.Source{secLevel}},
}}

var (
	phpContext = said("PHP manual, SSL context options", "2026-11-21")
	phpKnobs   = []parley.Knob{
		{
			Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "stream context: 'ssl' => ['security_level' => 0]",
			Price: "1.0, SHA-1 signatures and short keys for every connection of this context", From: phpContext,
		},
		{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "stream context: 'ssl' => ['ciphers' => 'ALL:!aNULL']", Price: "offers every suite of the library", From: phpContext},
		{Intent: parley.AllowSmallDH, Grade: parley.Bridge, Text: "stream context: 'ssl' => ['security_level' => 1]", Price: "this context takes DH primes and RSA keys of 1,024 bits", From: phpContext},
		{Intent: parley.SendServerName, Grade: parley.Best, Text: "stream context: 'ssl' => ['SNI_enabled' => true, 'peer_name' => 'NAME']", From: phpContext},
		{Intent: parley.OfferALPN, Grade: parley.Best, Text: "stream context: 'ssl' => ['alpn_protocols' => 'PROTOCOL']", From: phpContext},
	}
)

var rubyFamily = family{Name: "ruby", Stack: "openssl", Clients: []entry{
	{
		ID: "ruby-2.7", Name: "Ruby 2.7.4 (OpenSSL 1.1.1w)", Able: from10, Knobs: rubyKnobs,
		Notes: []parley.Note{{About: parley.AxisVersion, Text: "Ruby 2.7 asks OpenSSL for 1.0 itself, over Debian's MinProtocol", From: measured("Ruby 2.7.4")}},
		From:  []parley.Source{measured("Ruby 2.7.4 completes 1.0")},
	},
	{ID: "ruby-3.3", Name: "Ruby 3.3.8 (OpenSSL 3.5)", Aliases: []string{"ruby"}, Able: from10, Notes: opensslNotes, Knobs: rubyKnobs, From: []parley.Source{secLevel}},
}}

var (
	rubyHTTP  = said("Ruby documentation, Net::HTTP", "2026-11-21")
	rubyKnobs = []parley.Knob{
		{
			Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "http.min_version = :TLS1; http.ciphers = 'DEFAULT@SECLEVEL=0'",
			Price: "1.0, SHA-1 signatures and short keys for every connection of this object", From: rubyHTTP,
		},
		{Intent: parley.AllowSmallDH, Grade: parley.Bridge, Text: "http.ciphers = 'DEFAULT@SECLEVEL=1'", Price: "this object takes DH primes and RSA keys of 1,024 bits", From: rubyHTTP},
		{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "http.ciphers = 'ALL:!aNULL'", Price: "offers every suite of the library", From: rubyHTTP},
	}
)
