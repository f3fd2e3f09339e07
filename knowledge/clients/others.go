package clients

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var browsersFamily = family{Name: "browser", Stack: "openssl", Clients: []entry{
	{ID: "links", Name: "Links 2.28 (OpenSSL 3.0)"},
	{ID: "phantomjs", Name: "PhantomJS 2.1.1 (OpenSSL 1.0.2)"},
	{ID: "w3m", Name: "w3m 0.5.3 (OpenSSL 3.0)"},
}}

var bunFamily = family{Name: "bun", Stack: "boringssl", Clients: []entry{
	{ID: "bun", Name: "Bun 1.4.5 fetch", Aliases: []string{"bun-1.4"}},
}}

var databaseFamily = family{Name: "database", Stack: "openssl", Clients: []entry{
	{ID: "mariadb-10.11", Name: "MariaDB client 10.11 (OpenSSL 3.0)", Knobs: mariadbKnobs},
	{ID: "mariadb-11.8", Name: "MariaDB client 11.8 (OpenSSL 3.6)", Aliases: []string{"mariadb"}, Knobs: mariadbKnobs},
	{
		ID: "psql", Name: "psql 18.6 (OpenSSL 3.6)", Aliases: []string{"libpq", "postgres", "psql-18"},
		Knobs: []parley.Knob{
			{Intent: parley.OfferVersions, Grade: parley.Bridge, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "ssl_min_protocol_version=TLSv1", Price: "on OpenSSL 3 it needs SECLEVEL 0 too", From: libpq},
			{Intent: parley.UseStartTLS, Grade: parley.Best, Text: "sslnegotiation=postgres", From: libpq},
			{Intent: parley.UseImplicitTLS, Grade: parley.Best, Text: "sslnegotiation=direct", Price: "needs PostgreSQL 17 on the server", From: libpq},
			{Intent: parley.SendServerName, Grade: parley.Best, Text: "sslsni=1", From: libpq},
			{Intent: parley.SpeakPlain, Grade: parley.Last, Text: "sslmode=disable", Price: "passwords and data in clear", From: libpq},
		},
	},
}}

var (
	libpq        = said("PostgreSQL documentation, libpq, Parameter Key Words", "2026-11-21")
	mariadbKnobs = []parley.Knob{
		{Intent: parley.OfferVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "--tls-version=TLSv1.2,TLSv1.3", From: said("MariaDB documentation, mariadb command-line client", "2026-11-21")},
	}
)

var mbedtlsFamily = family{Name: "mbedtls", Stack: "mbedtls", Clients: []entry{
	{ID: "mbedtls-2.16", Name: "mbed TLS 2.16.9"},
	{ID: "mbedtls-2.28", Name: "mbed TLS 2.28.3"},
	{ID: "mbedtls-3.6", Name: "Mbed TLS 3.6.7", Aliases: []string{"mbedtls"}},
}}

var wolfsslFamily = family{Name: "wolfssl", Stack: "wolfssl", Clients: []entry{
	{ID: "wolfssl-4.6", Name: "wolfSSL 4.6.0"},
	{ID: "wolfssl-5.5", Name: "wolfSSL 5.5.4", Aliases: []string{"wolfssl"}},
}}
