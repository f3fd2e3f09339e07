package servers

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// openssl is any program that leaves these settings to the library, by lines of
// the system_default section of openssl.cnf, and s_server.
var openssl = software{Name: "openssl", Knobs: []parley.Knob{
	{Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "MinProtocol = TLSv1.2", Price: "for programs that set no minimum of their own", From: probed("OpenSSL 3.0.22")},
	{
		Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "MinProtocol = TLSv1 and CipherString = DEFAULT@SECLEVEL=0",
		Price: forbidden, From: probed("OpenSSL 3.0.22"),
	},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "CipherString = DEFAULT", From: sslConf},
	{Intent: parley.LimitSuites, Grade: parley.Best, Text: "CipherString = " + suites12, Price: "for programs that set no list of their own", From: sslConf},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "Groups = X25519:P-256:P-384", From: sslConf},
	{Intent: parley.AcceptSchemes, Grade: parley.Best, Text: "SignatureAlgorithms = " + schemes, From: sslConf},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "openssl s_server -cert FULLCHAIN.pem -key KEY.pem", From: sServer},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "openssl s_server -cert LEAF.pem -key KEY.pem -cert_chain INTERMEDIATES.pem", From: sServer},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "openssl s_server -cert LEAF.pem -key KEY.pem -cert_chain INTERMEDIATES.pem", From: sServer},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "openssl s_server -cert LEAF.pem -key KEY.pem -cert_chain INTERMEDIATES.pem", Price: "the new chain", From: sServer},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "openssl s_server -status_file RESPONSE.der", From: sServer},
	{Intent: parley.MatchCertificateType, Grade: parley.Best, Text: "openssl s_server -cert RSA.pem -key RSA.key -dcert ECDSA.pem -dkey ECDSA.key", Price: ofEach, From: sServer},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "openssl s_server -dhparam DH2048.pem", Price: makeDH, From: sServer},
	{Intent: parley.ServeName, Grade: parley.Best, Text: "openssl s_server -servername NAME -cert2 FULLCHAIN.pem -key2 KEY.pem", From: sServer},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: "openssl s_server -alpn h2,http/1.1", From: sServer},
	{Intent: parley.AllowRenegotiationInfo, Grade: parley.Best, Text: "OpenSSL 0.9.8m or later", From: said("OpenSSL, CHANGES 0.9.8m", "2010-02-25")},
	{Intent: parley.AllowEMS, Grade: parley.Best, Text: "OpenSSL 1.1.0 or later", From: said("OpenSSL, CHANGES 1.1.0", "2016-08-25")},
}}

var (
	sslConf = said("SSL_CONF_cmd(3ssl); accepted by OpenSSL 3.0.22", "2026-11-21")
	sServer = said("openssl-s_server(1ssl); accepted by OpenSSL 3.0.22", "2026-11-21")
)

// gnutls is any program that takes a priority string, and gnutls-serv.
var gnutls = software{Name: "gnutls", Knobs: []parley.Knob{
	{Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "--priority NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", From: gnutlsManual},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "--priority NORMAL", From: gnutlsManual},
	{Intent: parley.LimitSuites, Grade: parley.Best, Text: "--priority NORMAL:-KX-ALL:+ECDHE-RSA:+ECDHE-ECDSA:-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM", From: gnutlsManual},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "--priority NORMAL:+GROUP-ALL", From: gnutlsManual},
	{Intent: parley.AcceptSchemes, Grade: parley.Best, Text: "--priority NORMAL:+SIGN-ALL", From: gnutlsManual},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "gnutls-serv --x509certfile FULLCHAIN.pem --x509keyfile KEY.pem", From: gnutlsManual},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "gnutls-serv --x509certfile FULLCHAIN.pem --x509keyfile KEY.pem", Price: "the leaf, then each intermediate", From: gnutlsManual},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "gnutls-serv --x509certfile FULLCHAIN.pem --x509keyfile KEY.pem", Price: "the leaf first, and its key", From: gnutlsManual},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "gnutls-serv --x509certfile FULLCHAIN.pem --x509keyfile KEY.pem", Price: "the new chain", From: gnutlsManual},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "gnutls-serv --ocsp-response RESPONSE.der", From: gnutlsManual},
	{
		Intent: parley.MatchCertificateType, Grade: parley.Best,
		Text:  "gnutls-serv --x509certfile RSA.pem --x509keyfile RSA.key --x509certfile ECDSA.pem --x509keyfile ECDSA.key",
		Price: ofEach, From: gnutlsManual,
	},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "gnutls-serv --dhparams DH2048.pem", Price: makeDH, From: gnutlsManual},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: "gnutls-serv --alpn h2 --alpn http/1.1", From: gnutlsManual},
	{Intent: parley.AllowRenegotiationInfo, Grade: parley.Best, Text: "--priority NORMAL", Price: "without %DISABLE_SAFE_RENEGOTIATION", From: gnutlsManual},
	{Intent: parley.AllowEMS, Grade: parley.Best, Text: "--priority NORMAL", Price: "without %NO_SESSION_HASH", From: gnutlsManual},
}}

var gnutlsManual = said("GnuTLS manual; accepted by gnutls-serv 3.7.9", "2026-11-21")
