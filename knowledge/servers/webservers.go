package servers

import (
	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

const (
	suites12 = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384"
	suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"
	schemes  = "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256"

	makeDH  = "openssl dhparam -out DH2048.pem 2048"
	ofEach  = "a certificate of each key type"
	leafKey = "SITE.pem holds the chain, leaf first, and the key"
)

var nginx = software{Name: "nginx", Knobs: []parley.Knob{
	{
		Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "ssl_protocols TLSv1.2 TLSv1.3;",
		Price: "before 1.29.2 in the default server of the listen socket", From: probed("nginx 1.18 to 1.31"),
	},
	{
		Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers DEFAULT@SECLEVEL=0;",
		Price: forbidden, From: probed("nginx 1.18 to 1.31"),
	},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "ssl_ciphers " + suites12 + ";", From: nginxSSL},
	{Intent: parley.LimitSuites, Grade: parley.Best, Text: "ssl_ciphers " + suites12 + ";", From: nginxSSL},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "ssl_conf_command Ciphersuites " + suites13 + ";", Price: "1.3 only; needs nginx 1.19.4", From: nginxSSL},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "ssl_ecdh_curve X25519:prime256v1:secp384r1;", From: nginxSSL},
	{Intent: parley.AcceptSchemes, Grade: parley.Best, Text: "ssl_conf_command SignatureAlgorithms " + schemes + ";", Price: "needs nginx 1.19.4", From: nginxSSL},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "ssl_certificate FULLCHAIN.pem; ssl_certificate_key KEY.pem;", From: nginxSSL},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "ssl_certificate FULLCHAIN.pem;", Price: "the leaf, then each intermediate; then nginx -s reload", From: nginxSSL},
	{Intent: parley.TrimChain, Grade: parley.Best, Text: "ssl_certificate FULLCHAIN.pem;", Price: "without the expired certificate; then nginx -s reload", From: nginxSSL},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "ssl_certificate FULLCHAIN.pem; ssl_certificate_key KEY.pem;", Price: "the leaf first, and its key; then nginx -s reload", From: nginxSSL},
	{Intent: parley.RenewCertificate, Grade: parley.Best, Text: "nginx -s reload", Price: "once the new files are in place", From: nginxSSL},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "ssl_certificate FULLCHAIN.pem; ssl_certificate_key KEY.pem;", Price: "the new chain; then nginx -s reload", From: nginxSSL},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "ssl_stapling on; ssl_stapling_verify on; resolver ADDRESS;", Price: "the first connection after a start goes without", From: nginxSSL},
	{
		Intent: parley.MatchCertificateType, Grade: parley.Best,
		Text:  "ssl_certificate RSA.pem; ssl_certificate_key RSA.key; ssl_certificate ECDSA.pem; ssl_certificate_key ECDSA.key;",
		Price: ofEach, From: nginxSSL,
	},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "ssl_dhparam DH2048.pem;", Price: makeDH, From: nginxSSL},
	{
		Intent: parley.ServeName, Grade: parley.Best,
		Text: "server { listen 443 ssl; server_name NAME; ssl_certificate FULLCHAIN.pem; ssl_certificate_key KEY.pem; }", From: nginxSSL,
	},
	{Intent: parley.SpeakTLS, Grade: parley.Best, Text: "listen 443 ssl;", From: nginxSSL},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: "http2 on;", Price: "needs nginx 1.25.1; before: listen 443 ssl http2;", From: nginxH2},
	{Intent: parley.SendProxyHeader, Grade: parley.Best, Text: "proxy_protocol on;", Price: "in the stream server that forwards", From: nginxStream},
	{Intent: parley.DropProxyHeader, Grade: parley.Best, Text: "listen 443 ssl;", Price: "without proxy_protocol", From: nginxStream},
	{Intent: parley.ReadServerLog, Grade: parley.Best, Text: "error_log /var/log/nginx/error.log info;", From: said("nginx, core functionality, error_log", "2026-11-21")},
}}

var (
	nginxSSL    = said("nginx, ngx_http_ssl_module; accepted by nginx 1.22.1", "2026-11-21")
	nginxH2     = said("nginx, ngx_http_v2_module", "2026-11-21")
	nginxStream = said("nginx, Accepting the PROXY Protocol", "2026-11-21")
)

var apache = software{Name: "apache", Knobs: []parley.Knob{
	{
		Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "SSLProtocol -all +TLSv1.2 +TLSv1.3",
		Price: "before 2.4.42 in the first virtual host of the address", From: probed("Apache httpd 2.4.71"),
	},
	{
		Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "SSLProtocol all -SSLv3 and SSLCipherSuite DEFAULT@SECLEVEL=0",
		Price: forbidden, From: probed("Apache httpd 2.4.71"),
	},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "SSLCipherSuite " + suites12, From: modSSL},
	{Intent: parley.LimitSuites, Grade: parley.Best, Text: "SSLCipherSuite " + suites12, From: modSSL},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "SSLCipherSuite TLSv1.3 " + suites13, Price: "1.3 only; needs 2.4.36", From: modSSL},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "SSLOpenSSLConfCmd Groups X25519:P-256:P-384", From: modSSL},
	{Intent: parley.AcceptSchemes, Grade: parley.Best, Text: "SSLOpenSSLConfCmd SignatureAlgorithms " + schemes, From: modSSL},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "SSLCertificateFile FULLCHAIN.pem and SSLCertificateKeyFile KEY.pem", From: modSSL},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "SSLCertificateFile FULLCHAIN.pem", Price: "the leaf, then each intermediate; before 2.4.8 SSLCertificateChainFile has these", From: modSSL},
	{Intent: parley.TrimChain, Grade: parley.Best, Text: "SSLCertificateFile FULLCHAIN.pem", Price: "without the expired certificate; then apachectl graceful", From: modSSL},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "SSLCertificateFile FULLCHAIN.pem and SSLCertificateKeyFile KEY.pem", Price: "the leaf first, and its key", From: modSSL},
	{Intent: parley.RenewCertificate, Grade: parley.Best, Text: "apachectl graceful", Price: "once the new files are in place", From: modSSL},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "SSLCertificateFile FULLCHAIN.pem and SSLCertificateKeyFile KEY.pem", Price: "the new chain; then apachectl graceful", From: modSSL},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "SSLUseStapling On and SSLStaplingCache shmcb:/run/ocsp(128000)", Price: "SSLStaplingCache stands outside of the virtual hosts", From: modSSL},
	{
		Intent: parley.MatchCertificateType, Grade: parley.Best,
		Text:  "SSLCertificateFile RSA.pem and SSLCertificateKeyFile RSA.key, and both again for ECDSA",
		Price: ofEach, From: modSSL,
	},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "SSLOpenSSLConfCmd DHParameters DH2048.pem", Price: makeDH, From: modSSL},
	{Intent: parley.ServeName, Grade: parley.Best, Text: "ServerName NAME", Price: "in a virtual host of its own, or ServerAlias NAME", From: said("Apache httpd, core features", "2026-11-21")},
	{Intent: parley.SpeakTLS, Grade: parley.Best, Text: "SSLEngine on", Price: "needs mod_ssl and a certificate", From: modSSL},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: "Protocols h2 http/1.1", Price: "needs mod_http2", From: said("Apache httpd, mod_http2", "2026-11-21")},
	{Intent: parley.DropProxyHeader, Grade: parley.Best, Text: "RemoteIPProxyProtocol Off", From: said("Apache httpd, mod_remoteip", "2026-11-21")},
	{Intent: parley.ReadServerLog, Grade: parley.Best, Text: "LogLevel ssl:debug", From: modSSL},
}}

var modSSL = said("Apache httpd, mod_ssl; accepted by 2.4.71", "2026-11-21")

var haproxy = software{Name: "haproxy", Knobs: []parley.Knob{
	{
		Intent: parley.AcceptVersions, Grade: parley.Best, Versions: [2]iana.Version{iana.TLS12, iana.TLS13}, Text: "bind :443 ssl crt SITE.pem ssl-min-ver TLSv1.2",
		Price: "in place of every no-tlsv1x of that line", From: probed("HAProxy 2.6 and 3.2"),
	},
	{
		Intent: parley.AcceptVersions, Grade: parley.Last, Versions: [2]iana.Version{iana.TLS10, iana.TLS11}, Text: "bind :443 ssl crt SITE.pem ssl-min-ver TLSv1.0 ciphers DEFAULT@SECLEVEL=0",
		Price: forbidden, From: probed("HAProxy 2.6 and 3.2"),
	},
	{
		Intent: parley.AcceptSuites, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem ciphers " + suites12,
		Price: "takes the place of ssl-default-bind-ciphers", From: haproxyManual,
	},
	{
		Intent: parley.LimitSuites, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem ciphers " + suites12,
		Price: "takes the place of ssl-default-bind-ciphers", From: haproxyManual,
	},
	{Intent: parley.AcceptSuites, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem ciphersuites " + suites13, Price: "1.3 only", From: haproxyManual},
	{Intent: parley.AcceptGroups, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem curves X25519:P-256:P-384", From: haproxyManual},
	{Intent: parley.InstallCertificate, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: leafKey, From: haproxyManual},
	{Intent: parley.SendIntermediates, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: "SITE.pem holds the leaf, then each intermediate, and the key", From: haproxyManual},
	{Intent: parley.TrimChain, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: "SITE.pem without the expired certificate", From: haproxyManual},
	{Intent: parley.OrderChain, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: "SITE.pem has the leaf first, and the key that is the leaf's", From: haproxyManual},
	{Intent: parley.RenewCertificate, Grade: parley.Best, Text: "systemctl reload haproxy", Price: "once SITE.pem is in place", From: haproxyManual},
	{Intent: parley.ReissueCertificate, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: "the new chain and key; then systemctl reload haproxy", From: haproxyManual},
	{Intent: parley.StapleResponse, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: "the OCSP response is SITE.pem.ocsp beside it; since 2.8 ocsp-update on fetches it", From: haproxyManual},
	{Intent: parley.MatchCertificateType, Grade: parley.Best, Text: "bind :443 ssl crt RSA.pem crt ECDSA.pem", Price: ofEach, From: haproxyManual},
	{Intent: parley.EnlargeDH, Grade: parley.Best, Text: "tune.ssl.default-dh-param 2048", From: haproxyManual},
	{Intent: parley.ServeName, Grade: parley.Best, Text: "bind :443 ssl crt OTHER.pem crt SITE.pem", Price: "SITE.pem holds the chain for the name, leaf first, and the key", From: haproxyManual},
	{Intent: parley.SpeakTLS, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: leafKey, From: haproxyManual},
	{Intent: parley.AcceptALPN, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem alpn h2,http/1.1", From: haproxyManual},
	{Intent: parley.SendProxyHeader, Grade: parley.Best, Text: "server NAME ADDRESS:PORT send-proxy", From: haproxyManual},
	{Intent: parley.DropProxyHeader, Grade: parley.Best, Text: "bind :443 ssl crt SITE.pem", Price: "without accept-proxy", From: haproxyManual},
	{Intent: parley.ReadServerLog, Grade: parley.Best, Text: "option log-separate-errors", From: haproxyManual},
}}

var haproxyManual = said("HAProxy, configuration manual; accepted by 2.6.12", "2026-11-21")
