package peers

import (
	"os"
	"strings"
)

func init() {
	drivers[Apache] = &driver{
		programs: []string{"/usr/sbin/apache2"},
		version:  []string{"/usr/sbin/apache2", "-v"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile Chain ClientAuth ClientCA DHBits SecLevel ALPN NoEMS ProxyProtocol Plain Extra",
		versions: openssl3Versions,
		certs:    allCerts,
		auths:    []ClientAuth{Asked, Optional, Required, RequiredLater},
		prepare:  prepareApache,
	}
}

// prepareApache writes a configuration that loads no more modules than it
// needs; Debian's /etc/apache2 plays no part. Extra goes into the virtual host.
func prepareApache(j *job) error {
	var lines []string
	modules := []string{"mpm_event", "authz_core", "dir"}
	if os.Geteuid() == 0 {
		modules = append(modules, "unixd") // is a module of its own only in name
	}
	if !j.Plain {
		modules = append(modules, "socache_shmcb", "ssl")
	}
	if j.ProxyProtocol {
		modules = append(modules, "remoteip")
	}
	for _, p := range j.ALPN {
		if p == "h2" {
			modules = append(modules, "http2")
		}
	}
	for _, m := range modules {
		file := "/usr/lib/apache2/modules/mod_" + m + ".so"
		if _, err := os.Stat(file); err != nil && m == "unixd" {
			continue // built in
		}
		lines = append(lines, "LoadModule "+m+"_module "+file)
	}
	if os.Geteuid() == 0 {
		lines = append(lines, "User nobody", "Group nogroup")
	}
	lines = append(lines, "ServerRoot "+j.dir, "PidFile "+j.path("apache.pid"), "DefaultRuntimeDir "+j.dir,
		"Mutex file:"+j.dir, "ServerName "+Name, "ErrorLog "+j.path("error.log"), "LogLevel info",
		"Listen "+j.addr.String(), "<VirtualHost *:"+j.port()+">", "DocumentRoot "+j.dir)
	if j.ProxyProtocol {
		lines = append(lines, "RemoteIPProxyProtocol On")
	}
	if len(j.ALPN) > 0 {
		lines = append(lines, "Protocols "+strings.Join(j.ALPN, " "))
	}
	if !j.Plain {
		tls, err := j.apacheTLS()
		if err != nil {
			return err
		}
		lines = append(lines, tls...)
	}
	if _, err := j.write("index.html", "ok\n"); err != nil {
		return err
	}
	lines = append(lines, j.Extra...)
	lines = append(lines, "</VirtualHost>")
	conf, err := j.write("httpd.conf", strings.Join(lines, "\n")+"\n")
	if err != nil {
		return err
	}
	j.logs = []string{j.path("error.log")}
	j.argv = []string{"/usr/sbin/apache2", "-f", conf, "-X"}
	return j.useOpenSSLConf()
}

func (j *job) apacheTLS() ([]string, error) {
	lines := []string{"SSLEngine on", "SSLSessionTickets on"}
	dh, err := j.dhParams()
	if err != nil {
		return nil, err
	}
	if dh != "" {
		// mod_ssl takes them from the certificate's file; SSLOpenSSLConfCmd
		// DHParameters loses against the size it chooses from the key.
		if err := appendFile(j.certPath, dh); err != nil {
			return nil, err
		}
	}
	for _, p := range j.pairs() {
		lines = append(lines, "SSLCertificateFile "+p.cert, "SSLCertificateKeyFile "+p.key)
	}
	if len(j.Versions) > 0 {
		lines = append(lines, "SSLProtocol -all +"+j.versionWords(" +"))
	}
	if ciphers := j.ciphersOr("DEFAULT"); ciphers != "" {
		lines = append(lines, "SSLCipherSuite "+ciphers)
	}
	if j.Ciphers13 != "" {
		lines = append(lines, "SSLCipherSuite TLSv1.3 "+j.Ciphers13)
	}
	for _, l := range [][2]string{{"Groups", j.Groups}, {"SignatureAlgorithms", j.SigAlgs}} {
		if l[1] != "" {
			lines = append(lines, "SSLOpenSSLConfCmd "+l[0]+" "+l[1])
		}
	}
	asks, err := j.clientAuth(map[ClientAuth][]string{
		Asked:         {"SSLVerifyClient optional_no_ca", "SSLCACertificateFile $CA"},
		Optional:      {"SSLVerifyClient optional", "SSLCACertificateFile $CA"},
		Required:      {"SSLVerifyClient require", "SSLCACertificateFile $CA"},
		RequiredLater: {"SSLCACertificateFile $CA", "<Location />", "SSLVerifyClient require", "</Location>"},
	})
	return append(lines, asks...), err
}

// appendFile adds the text of another file to one.
func appendFile(to, from string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(text)
	return err
}
