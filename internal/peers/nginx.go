package peers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

func init() {
	drivers[Nginx] = &driver{
		programs: []string{"/usr/sbin/nginx"},
		version:  []string{"/usr/sbin/nginx", "-v"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits SecLevel ALPN SNI NoEMS ProxyProtocol Plain Extra",
		versions: openssl3Versions,
		certs:    allCerts,
		sni:      []SNIPolicy{RejectUnknown, RequireName},
		auths:    []ClientAuth{Asked, Optional, Required},
		prepare:  prepareNginx,
	}
}

// prepareNginx writes one http server. By itself nginx 1.22 accepts TLS 1.0 to
// 1.2 (of which OpenSSL leaves 1.2), not 1.3. Extra goes into its server block.
func prepareNginx(j *job) error {
	listen := j.addr.String()
	if !j.Plain {
		listen += " ssl"
	}
	// Without http2 nginx knows http/1.1, http/1.0 and http/0.9.
	switch {
	case slices.Equal(j.ALPN, []string{"h2", "http/1.1"}):
		listen += " http2"
	case j.ALPN != nil && !slices.Equal(j.ALPN, []string{"http/1.1"}):
		return fmt.Errorf("ALPN can be http/1.1, or h2 and http/1.1, not %q", j.ALPN)
	}
	if j.ProxyProtocol {
		listen += " proxy_protocol"
	}
	if j.Ciphers13 != "" && !slices.Contains(j.Versions, iana.TLS13) {
		return errors.New("nginx 1.22 speaks TLS 1.3 only when Versions lists it, so Ciphers13 has no use")
	}
	tls, err := j.nginxTLS()
	if err != nil {
		return err
	}
	server := func(listen, names string, directives ...string) string {
		return fmt.Sprintf("server {\nlisten %s;\nserver_name %s;\n%s\nlocation / { return 200 \"ok\\n\"; }\n}\n",
			listen, names, strings.Join(directives, "\n"))
	}
	directives := append(tls, j.Extra...)
	var servers string
	switch j.SNI {
	case RejectUnknown:
		servers = server(listen+" default_server", Name, directives...) +
			server(listen, "~.", append(slices.Clone(tls), "ssl_reject_handshake on;")...)
	case RequireName:
		servers = server(listen, Name, directives...) +
			server(listen+" default_server", `""`, "ssl_reject_handshake on;")
	default:
		servers = server(listen, Name, directives...)
	}
	conf, err := j.write("nginx.conf", `daemon off;
master_process off;
pid nginx.pid;
error_log stderr info;
events { worker_connections 256; }
http {
access_log off;
client_body_temp_path body;
proxy_temp_path proxy;
fastcgi_temp_path fastcgi;
uwsgi_temp_path uwsgi;
scgi_temp_path scgi;
`+servers+"}\n")
	if err != nil {
		return err
	}
	j.argv = []string{"/usr/sbin/nginx", "-p", j.dir, "-c", conf, "-e", "stderr"}
	return j.useOpenSSLConf()
}

func (j *job) nginxTLS() ([]string, error) {
	if j.Plain {
		return nil, nil
	}
	var lines []string
	for _, p := range j.pairs() {
		lines = append(lines, "ssl_certificate "+p.cert+";", "ssl_certificate_key "+p.key+";")
	}
	if len(j.Versions) > 0 {
		lines = append(lines, "ssl_protocols "+j.versionWords(" ")+";")
	}
	if ciphers := j.ciphersOr("HIGH:!aNULL:!MD5"); ciphers != "" {
		lines = append(lines, "ssl_ciphers "+ciphers+";")
	}
	if j.Groups != "" {
		lines = append(lines, "ssl_ecdh_curve "+j.Groups+";")
	}
	dh, err := j.dhParams()
	if dh != "" {
		lines = append(lines, "ssl_dhparam "+dh+";")
	}
	if err != nil {
		return nil, err
	}
	asks, err := j.clientAuth(map[ClientAuth][]string{
		Asked:    {"ssl_verify_client optional_no_ca;", "ssl_client_certificate $CA;"},
		Optional: {"ssl_verify_client optional;", "ssl_client_certificate $CA;"},
		Required: {"ssl_verify_client on;", "ssl_client_certificate $CA;"},
	})
	return append(lines, asks...), err
}
