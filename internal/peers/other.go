package peers

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/parley-tls/parley/iana"
)

func init() {
	drivers[Vsftpd] = &driver{
		programs: []string{"/usr/sbin/vsftpd"},
		root:     true,
		version:  []string{"dpkg-query", "-W", "-f", "vsftpd ${Version}", "vsftpd"},
		fields:   "Versions Ciphers Ciphers13 SigAlgs Cert CertFile KeyFile SecLevel NoEMS Plain StartTLS Extra",
		versions: openssl3Versions,
		certs:    []Cert{RSA2048, RSA1024, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521, Ed25519},
		starttls: []string{"ftp"},
		prepare:  prepareVsftpd,
	}
	drivers[SSHD] = &driver{
		programs: []string{"/usr/sbin/sshd", "ssh-keygen"},
		version:  []string{"ssh", "-V"},
		fields:   "Plain Extra",
		prepare:  prepareSSHD,
	}
	drivers[Squid] = &driver{
		programs: []string{"/usr/sbin/squid"},
		version:  []string{"/usr/sbin/squid", "-v"},
		fields:   "Versions Ciphers Ciphers13 Groups SigAlgs Cert CertFile KeyFile SecLevel NoEMS Plain Extra",
		versions: openssl3Versions,
		certs:    []Cert{RSA2048, RSA1024, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521},
		prepare:  prepareSquid,
	}
}

// prepareVsftpd serves FTP inside TLS, or AUTH TLS. Extra are lines of
// vsftpd.conf.
func prepareVsftpd(j *job) error {
	if err := os.Mkdir(j.path("empty"), 0o755); err != nil {
		return err
	}
	yes := func(b bool) string {
		if b {
			return "YES"
		}
		return "NO"
	}
	lines := []string{"background=NO", "listen=YES", "listen_address=" + j.host(), "listen_port=" + j.port(),
		"secure_chroot_dir=" + j.path("empty"), "anonymous_enable=YES", "anon_root=" + j.path("empty"), "ftp_username=nobody",
		"seccomp_sandbox=NO", "xferlog_enable=NO", "vsftpd_log_file=" + j.path("vsftpd.log"), "log_ftp_protocol=YES", "debug_ssl=YES",
		"dual_log_enable=YES", "pasv_enable=YES"}
	if !j.Plain {
		lines = append(lines, "ssl_enable=YES", "allow_anon_ssl=YES", "rsa_cert_file="+j.certPath, "rsa_private_key_file="+j.keyPath,
			"implicit_ssl="+yes(j.StartTLS == ""))
		if len(j.Versions) > 0 {
			// ssl_tlsv1 is the only one it knows; openssl.cnf does the rest.
			lines = append(lines, "ssl_tlsv1=YES")
		}
		if ciphers := j.ciphersOr("DEFAULT"); ciphers != "" {
			lines = append(lines, "ssl_ciphers="+ciphers)
		}
	}
	conf, err := j.write("vsftpd.conf", strings.Join(append(lines, j.Extra...), "\n")+"\n")
	if err != nil {
		return err
	}
	j.logs = []string{j.path("vsftpd.log")}
	j.argv = []string{"/usr/sbin/vsftpd", conf}
	return j.useOpenSSLConf()
}

// prepareSSHD serves SSH: what a client meets that took the wrong port. Extra
// are lines of sshd_config.
func prepareSSHD(j *job) error {
	if os.Geteuid() == 0 {
		// Its fixed place for giving up root; Debian makes it at boot.
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
			return err
		}
	}
	if err := j.command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", j.path("host_key")); err != nil {
		return err
	}
	lines := []string{"ListenAddress " + j.addr.String(), "HostKey " + j.path("host_key"), "PidFile none", "UsePAM no", "PasswordAuthentication no"}
	conf, err := j.write("sshd_config", strings.Join(append(lines, j.Extra...), "\n")+"\n")
	if err != nil {
		return err
	}
	j.argv = []string{"/usr/sbin/sshd", "-D", "-e", "-f", conf}
	return nil
}

// prepareSquid runs a forward proxy for loopback; with Plain it is reached
// without TLS, as HTTPS_PROXY mostly is. Extra are lines of squid.conf.
func prepareSquid(j *job) error {
	port := "http_port " + j.addr.String()
	if !j.Plain {
		port = "https_port " + j.addr.String() + " tls-cert=" + j.certPath + " tls-key=" + j.keyPath
		var options []string
		if len(j.Versions) > 0 {
			for v, name := range map[iana.Version]string{iana.TLS10: "NO_TLSv1", iana.TLS11: "NO_TLSv1_1", iana.TLS12: "NO_TLSv1_2", iana.TLS13: "NO_TLSv1_3"} {
				if !slices.Contains(j.Versions, v) {
					options = append(options, name)
				}
			}
		}
		if ciphers := j.ciphersOr("DEFAULT"); ciphers != "" {
			port += " cipher=" + ciphers
		}
		if len(options) > 0 {
			port += " options=" + strings.Join(options, ",")
		}
	}
	lines := append([]string{port}, j.squidLines()...)
	conf, err := j.write("squid.conf", strings.Join(append(lines, j.Extra...), "\n")+"\n")
	if err != nil {
		return err
	}
	if os.Geteuid() == 0 {
		j.user = "proxy"
		if err := j.chown(j.dir); err != nil {
			return err
		}
	}
	j.logs = []string{j.path("cache.log"), j.path("access.log")}
	j.argv = j.squidCommand(conf)
	return j.useOpenSSLConf()
}

// squidLines are what every Squid of these tests is told: to serve loopback
// alone, and to keep its files in its own directory.
func (j *job) squidLines() []string {
	return []string{"http_access allow localhost", "http_access deny all", "cache deny all", "pid_filename none", "coredump_dir " + j.dir,
		"access_log stdio:" + j.path("access.log"), "cache_log " + j.path("cache.log"), "cache_store_log none", "shutdown_lifetime 0 seconds",
		"netdb_filename none", "pinger_enable off", "icon_directory /usr/share/squid/icons", "visible_hostname " + Name, "workers 1", "sslproxy_session_cache_size 0", "memory_cache_shared off", "acl CONNECT method CONNECT"}
}

// squidCommand runs Squid under a name of its own: what it shares in memory goes
// by it, and two of the same name end one another.
func (j *job) squidCommand(conf string) []string {
	return []string{"/usr/sbin/squid", "-N", "-n", j.squidName(), "-f", conf, "-d", "1"}
}

func (j *job) squidName() string { return fmt.Sprintf("parley%d", j.addr.Port()) }

// dropShared removes what a Squid that was killed leaves in shared memory.
func (j *job) dropShared() {
	left, _ := filepath.Glob("/dev/shm/" + j.squidName() + "-*.shm")
	for _, f := range left {
		os.Remove(f)
	}
}
