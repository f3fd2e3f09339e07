package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var curlFamily = family{Name: "curl", Stack: "openssl", Clients: []entry{
	{
		ID: "curl", Name: "curl 7.88.1 (OpenSSL 3.0, Debian 12)", Aliases: []string{"curl-7.88", "curl-7.88.1"},
		Able: from10, Notes: opensslNotes, Knobs: curlKnobs, From: []parley.Source{secLevel},
	},
	{
		ID: "curl-8.23", Name: "libcurl 8.23.0 (OpenSSL 3.6)",
		Able: from10,
		Notes: append([]parley.Note{
			{About: parley.AxisVersion, Text: "curl begins at 1.2 since 8.16", From: said("curl, CURLOPT_SSLVERSION(3)", "2025-09")},
		}, opensslNotes...),
		Knobs: curlKnobs, From: []parley.Source{secLevel},
	},
}}

var (
	curlMan = said("curl(1)", "2026-11-21")

	curlKnobs = []parley.Knob{
		{Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "curl --tlsv1.0 --ciphers DEFAULT@SECLEVEL=0", Price: "this call takes 1.0, SHA-1 signatures and short keys", From: curlMan},
		{Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS12, iana.TLS12}, Text: "curl --tls-max 1.2", Price: "no 1.3", From: curlMan},
		{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "curl --ciphers ALL:!aNULL", Price: "offers every suite of the library", From: curlMan},
		{Intent: parley.OfferGroups, Grade: parley.Best, Text: "curl --curves X25519:P-256:P-384:P-521", From: curlMan},
		{Intent: parley.AllowSmallDH, Grade: parley.Bridge, Text: "curl --ciphers DEFAULT@SECLEVEL=1", Price: "this call takes DH primes and RSA keys of 1,024 bits", From: curlMan},
		{Intent: parley.LimitDH, Grade: parley.Best, Text: "curl --ciphers DEFAULT:!DH", Price: "the server must accept ECDHE", From: curlMan},
		{Intent: parley.SendServerName, Grade: parley.Best, Text: "curl --connect-to NAME:443:ADDRESS:443 https://NAME/", From: curlMan},
		{Intent: parley.UseServerName, Grade: parley.Best, Text: "curl --connect-to NAME:443:ADDRESS:443 https://NAME/", From: curlMan},
		{Intent: parley.OfferALPN, Grade: parley.Best, Text: "curl --no-alpn", From: curlMan},
		{Intent: parley.UseHTTPProxyScheme, Grade: parley.Best, Text: "curl --proxy http://PROXY:PORT", From: curlMan},
		{Intent: parley.UseStartTLS, Grade: parley.Best, Text: "curl --ssl-reqd smtp://HOST:587", From: curlMan},
		{
			Intent: parley.AllowRenegotiationInfo, Grade: parley.Bridge, Text: "OPENSSL_CONF=FILE for that program, in FILE: Options = UnsafeLegacyServerConnect",
			Price: "a middleman can put data in front of the client's (CVE-2009-3555)", From: sslConf,
		},
	}
)
