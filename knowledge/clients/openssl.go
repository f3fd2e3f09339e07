package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var opensslFamily = family{Name: "openssl", Stack: "openssl", Clients: []entry{
	{
		ID: "openssl-1.0.0", Name: "OpenSSL 1.0.0m (Node.js 0.8.28)", Aliases: []string{"openssl-1.0", "node-0.8", "node-0.8.28"},
		Able: upTo10,
		Notes: []parley.Note{
			{About: parley.AxisVersion, Text: "OpenSSL 1.0.0 ends at 1.0", From: measured("Node.js 0.8.28, refuses 1.1 and 1.2")},
		},
		Knobs: []parley.Knob{
			{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS13, iana.TLS13}, Text: "a program on OpenSSL 1.1.1 or later", From: measured("Ruby 2.7 on OpenSSL 1.1.1 offers 1.3, Node.js 10.0 on 1.1.0 does not")},
			{Intent: parley.UpgradeClient, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS11, iana.TLS12}, Text: "a program on OpenSSL 1.0.1 or later", From: measured("Node.js 0.10 on OpenSSL 1.0.1 completes 1.2")},
		},
		From: []parley.Source{measured("Node.js 0.8.28")},
	},
	{
		ID: "openssl-1.1.1", Name: "OpenSSL 1.1.1w (Debian 11)", Aliases: []string{"openssl-1.1.1w", "python-3.9"},
		Able: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		Notes: []parley.Note{
			{About: parley.AxisVersion, Text: "Debian 11 sets MinProtocol=TLSv1.2 in openssl.cnf", From: said("Debian openssl NEWS 1.1.1-2", "2018-10-28")},
		},
		Knobs: knobs(opensslFile("MinProtocol = TLSv1, CipherString = DEFAULT@SECLEVEL=1", "OpenSSL 1.1.1 of Debian 11"), opensslKnobs),
		From:  []parley.Source{measured("Ruby 2.7 on the same library completes 1.0 and 1.1")},
	},
	{
		ID: "openssl-3.0", Name: "OpenSSL 3.0.22 (Debian 12)", Aliases: []string{"openssl", "openssl-3.0.22", "openssl-3"},
		Able:  []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		Notes: opensslNotes, Knobs: openssl3Knobs,
		From: []parley.Source{measured("OpenSSL 3.0.22 at SECLEVEL 0")},
	},
	{
		ID: "openssl-3.0-fips", Name: "OpenSSL 3.0 with the FIPS provider", Aliases: []string{"openssl-fips", "rhel-9-fips"},
		Able: []iana.Version{iana.TLS12, iana.TLS13},
		Notes: []parley.Note{
			{About: parley.AxisExtension, Text: "demands extended_master_secret in 1.2 (FIPS 140-3)", From: fipsEMS},
			{About: parley.AxisGroup, Text: "X25519 is not approved in FIPS 140-3", From: said("EVP_KEYEXCH-X25519(7ssl)", "2026-04-07")},
		},
		Knobs: knobs([]parley.Knob{
			{Intent: parley.AllowEMS, Grade: parley.Bridge, Text: "update-crypto-policies --set FIPS:NO-ENFORCE-EMS", Price: "TLS 1.2 without EMS is not approved in FIPS 140-3", From: fipsEMS},
		}, opensslKnobs),
		From: []parley.Source{fipsEMS},
	},
	{
		ID: "openssl-3.5", Name: "OpenSSL 3.5.7 (Debian 13)",
		Aliases: []string{"openssl-3.5.7", "openssl-3.6", "openssl-3.6.5", "python-3.13", "python-3.14", "ldapsearch-2.6"},
		Able:    []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13},
		Notes: append([]parley.Note{
			{About: parley.AxisGroup, Text: "its hello needs two packets: it carries a share of X25519MLKEM768", From: said("OpenSSL CHANGES 3.5.0", "2025-04-08")},
		}, opensslNotes...),
		Knobs: openssl3Knobs,
		From:  []parley.Source{said("Debian libssl3t64 NEWS 3.1.4-2: 1.0 and 1.1 at SECLEVEL 0", "2023-11-25")},
	},
}}

var (
	fipsEMS    = said("OpenSSL FIPS: enforce EMS in TLS 1.2, distribution patch; openssl-fipsinstall(1ssl)", "2023-08-21")
	sslConf    = said("SSL_CONF_cmd(3ssl)", "2026-11-21")
	secLevel   = said("SSL_CTX_set_security_level(3ssl)", "2026-11-21")
	isWeakened = "this program takes 1.0, SHA-1 signatures and short keys from every server"
)

var opensslNotes = []parley.Note{
	{About: parley.AxisVersion, Text: "OpenSSL 3 has 1.0 and 1.1 and completes them at SECLEVEL 0 alone", From: secLevel},
	{About: parley.AxisDH, Text: "SECLEVEL 2 takes DH primes of 2,048 bits and more", From: secLevel},
	{About: parley.AxisExtension, Text: "OpenSSL 3 demands renegotiation_info (RFC 5746)", From: measured("OpenSSL 3.0.22")},
}

// opensslFile sets a library option for one program.
func opensslFile(settings, by string) []parley.Knob {
	return []parley.Knob{{
		Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "OPENSSL_CONF=FILE for that program, in FILE: " + settings,
		Price: isWeakened, From: measured(by),
	}}
}

// opensslKnobs are lines of the system_default section of openssl.cnf.
var opensslKnobs = []parley.Knob{
	{Intent: parley.OfferSuites, Grade: parley.Bridge, Text: "CipherString = ALL:!aNULL", Price: "offers every suite of the library", From: sslConf},
	{Intent: parley.OfferGroups, Grade: parley.Best, Text: "Groups = X25519:P-256:P-384:P-521", From: sslConf},
	{Intent: parley.OfferSchemes, Grade: parley.Bridge, Text: "SignatureAlgorithms = ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256:RSA+SHA1", Price: "takes SHA-1 signatures", From: sslConf},
	{Intent: parley.LimitDH, Grade: parley.Best, Text: "CipherString = DEFAULT:!DH", Price: "the server must accept ECDHE", From: sslConf},
	{Intent: parley.AllowSmallDH, Grade: parley.Bridge, Text: "CipherString = DEFAULT@SECLEVEL=1", Price: "this program takes DH primes and RSA keys of 1,024 bits from every server", From: secLevel},
}

var openssl3Knobs = knobs(
	opensslFile("MinProtocol = TLSv1, CipherString = DEFAULT@SECLEVEL=0", "OpenSSL 3.0.22"),
	[]parley.Knob{{
		Intent: parley.AllowRenegotiationInfo, Grade: parley.Bridge, Text: "Options = UnsafeLegacyServerConnect",
		Price: "a middleman can put data in front of the client's (CVE-2009-3555)", From: sslConf,
	}},
	opensslKnobs,
)
