package servers

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

var postfix = software{Name: "postfix", Knobs: []parley.Knob{
	{
		Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "postconf -e 'smtpd_tls_protocols = >=TLSv1.2' 'smtpd_tls_mandatory_protocols = >=TLSv1.2'",
		Price: "needs Postfix 3.6", From: probed("Postfix 3.7.11"),
	},
	{
		Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "postconf -e 'smtpd_tls_protocols = >=TLSv1' 'smtpd_tls_mandatory_protocols = >=TLSv1'",
		Price: forbidden, From: probed("Postfix 3.7.11"),
	},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_ciphers = medium' 'smtpd_tls_mandatory_ciphers = medium'", From: postconf},
	{
		Intent: parley.LimitSuites, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_exclude_ciphers = aNULL, eNULL, kRSA, SHA1, SHA256, SHA384'",
		Price: "what is left is AEAD: the three last exclude what authenticates with an HMAC", From: postconf,
	},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "postconf -e 'tls_eecdh_auto_curves = X25519 prime256v1 secp384r1'", From: postconf},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_chain_files = KEY.pem, FULLCHAIN.pem'", Price: "needs Postfix 3.4", From: postconf},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_chain_files = KEY.pem, FULLCHAIN.pem'", Price: "the leaf, then each intermediate; needs Postfix 3.4", From: postconf},
	{Intent: parley.TrimChain, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_chain_files = KEY.pem, FULLCHAIN.pem'", Price: "without the expired certificate; needs Postfix 3.4", From: postconf},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_chain_files = KEY.pem, FULLCHAIN.pem'", Price: "each key before its certificate, the leaf before the others; needs Postfix 3.4", From: postconf},
	{Intent: parley.RenewCertificate, Grade: parley.Best, Text: "postfix reload", Price: "once the new files are in place", From: postconf},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_chain_files = KEY.pem, FULLCHAIN.pem'", Price: "the new chain; needs Postfix 3.4", From: postconf},
	{Intent: parley.MatchCertificateType, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_chain_files = RSA.key, RSA.pem, ECDSA.key, ECDSA.pem'", Price: ofEach, From: postconf},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_dh1024_param_file = DH2048.pem'", Price: makeDH, From: postconf},
	{Intent: parley.ServeName, Grade: parley.Best, Text: "postconf -e 'tls_server_sni_maps = hash:/etc/postfix/sni'", Price: "needs Postfix 3.4", From: postconf},
	{Intent: parley.SpeakTLS, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_security_level = may'", Price: "STARTTLS; implicit TLS needs smtpd_tls_wrappermode=yes", From: postconf},
	{Intent: parley.DropProxyHeader, Grade: parley.Best, Text: "postconf -X smtpd_upstream_proxy_protocol", From: postconf},
	{Intent: parley.ReadServerLog, Grade: parley.Best, Text: "postconf -e 'smtpd_tls_loglevel = 1'", From: postconf},
}}

var postconf = said("postconf(5); known to Postfix 3.7.11", "2026-11-21")
