package peers

import (
	"os"
	"strings"
)

// The servers here are for the upgrade of their protocol to TLS, and for nothing
// else: they honour no field of Config beyond StartTLS, Plain and the certificate.
func init() {
	for stack, d := range map[Stack]*driver{
		Prosody: {
			programs: []string{"/usr/bin/prosody"},
			version:  []string{"dpkg-query", "-W", "-f", "Prosody ${Version}", "prosody"},
			starttls: []string{"xmpp", "xmpp-server"},
			prepare:  prepareProsody,
		},
		InspIRCd: {
			programs: []string{"/usr/sbin/inspircd"},
			version:  []string{"dpkg-query", "-W", "-f", "InspIRCd ${Version}", "inspircd"},
			starttls: []string{"irc"},
			prepare:  prepareInspIRCd,
		},
		INN: {
			programs: []string{"/usr/lib/news/bin/nnrpd", "/usr/lib/news/bin/makehistory"},
			root:     true,
			version:  []string{"dpkg-query", "-W", "-f", "INN ${Version}", "inn2"},
			starttls: []string{"nntp"},
			prepare:  prepareINN,
		},
		NATS: {
			programs: []string{"/usr/sbin/nats-server"},
			version:  []string{"/usr/sbin/nats-server", "--version"},
			starttls: []string{"nats"},
			prepare:  prepareNATS,
		},
		TigerVNC: {
			programs: []string{"/usr/bin/Xtigervnc"},
			version:  []string{"dpkg-query", "-W", "-f", "TigerVNC ${Version}", "tigervnc-standalone-server"},
			starttls: []string{"vnc"},
			prepare:  prepareTigerVNC,
		},
		Xrdp: {
			programs: []string{"/usr/sbin/xrdp"},
			root:     true,
			version:  []string{"dpkg-query", "-W", "-f", "xrdp ${Version}", "xrdp"},
			starttls: []string{"rdp"},
			prepare:  prepareXrdp,
		},
		Telnetd: {
			programs: []string{"/usr/sbin/telnetd", "/usr/bin/socat"},
			root:     true,
			version:  []string{"/usr/sbin/telnetd", "--version"},
			prepare:  prepareTelnetd,
		},
	} {
		d.fields, d.certs, d.narrow = "CertFile KeyFile Plain StartTLS", []Cert{RSA2048}, true
		drivers[stack] = d
	}
}

// setUp writes a file of lines and sets the command.
func (j *job) setUp(name string, lines []string, argv ...string) error {
	_, err := j.write(name, strings.Join(lines, "\n")+"\n")
	j.argv = argv
	return err
}

// prepareProsody serves one host to clients, or to servers.
func prepareProsody(j *job) error {
	clients, servers, tls := j.port(), "", `"tls";`
	if j.StartTLS == "xmpp-server" {
		clients, servers = servers, clients
	}
	if j.Plain {
		tls = ""
	}
	j.logs = []string{j.path("prosody.log")}
	return j.setUp("prosody.cfg.lua", []string{
		`run_as_root = true`, `daemonize = false`, `pidfile = "` + j.path("pid") + `"`, `data_path = "` + j.dir + `"`,
		`modules_enabled = { ` + tls + ` "saslauth"; "dialback"; "disco" }`, `interfaces = { "` + j.host() + `" }`,
		`c2s_ports = { ` + clients + ` }`, `s2s_ports = { ` + servers + ` }`, `c2s_direct_tls_ports = {}`, `s2s_direct_tls_ports = {}`,
		`ssl = { certificate = "` + j.certPath + `"; key = "` + j.keyPath + `" }`,
		`log = { info = "` + j.path("prosody.log") + `" }`, `VirtualHost "` + Name + `"`,
	}, "/usr/bin/prosody", "-F", "--config", j.path("prosody.cfg.lua"))
}

// prepareInspIRCd serves one IRC server without services.
func prepareInspIRCd(j *job) error {
	lines := []string{
		`<server name="irc.parley.test" description="peer" network="Peers" id="1AA">`,
		`<admin name="peer" nick="peer" email="peer@parley.test">`, `<pid file="` + j.path("pid") + `">`,
		`<bind address="` + j.host() + `" port="` + j.port() + `" type="clients">`, `<connect allow="*" timeout="60">`,
		`<path configdir="` + j.dir + `" datadir="` + j.dir + `" logdir="` + j.dir + `" moduledir="/usr/lib/inspircd/modules">`,
	}
	if !j.Plain {
		lines = append(lines, `<module name="ssl_gnutls">`, `<module name="starttls">`,
			`<sslprofile name="peer" provider="gnutls" certfile="`+j.certPath+`" keyfile="`+j.keyPath+`">`, `<starttls profile="peer">`)
	}
	return j.setUp("inspircd.conf", lines, "/usr/sbin/inspircd", "--config="+j.path("inspircd.conf"), "--nofork", "--runasroot", "--nopid")
}

// prepareINN serves an empty spool to readers. nnrpd reads the key as the account
// that it gives root up for, and only if nobody else can.
func prepareINN(j *job) error {
	j.user = "news"
	lines := []string{
		"domain: parley.test", "mta: /bin/true", "pathnews: /usr/lib/news", "pathbin: /usr/lib/news/bin", "hismethod: hisv6", "ovmethod: tradindexed",
		"nnrpdloadlimit: 0", // a machine that runs tests is busy
	}
	for _, dir := range []string{"run", "db", "log", "articles", "overview", "spool", "etc", "tmp"} {
		lines = append(lines, "path"+dir+": "+j.dir)
	}
	if !j.Plain {
		key, err := os.ReadFile(j.keyPath)
		if err != nil {
			return err
		}
		if err := os.WriteFile(j.path("news.key"), key, 0o600); err != nil {
			return err
		}
		lines = append(lines, "tlscertfile: "+j.certPath, "tlskeyfile: "+j.path("news.key"))
	}
	for name, text := range map[string]string{
		"storage.conf": "method trash {\nnewsgroups: *\nclass: 0\n}\n",
		"readers.conf": "auth all {\nhosts: \"*\"\ndefault: \"reader\"\n}\naccess all {\nusers: \"reader\"\nnewsgroups: \"*\"\n}\n",
		"active":       "control 0000000000 0000000001 n\n", "active.times": "", "newsgroups": "", "history": "",
	} {
		if _, err := j.write(name, text); err != nil {
			return err
		}
	}
	if err := j.setUp("inn.conf", lines, "/usr/lib/news/bin/nnrpd", "-D", "-f", "-p", j.port(), "-4", j.host()); err != nil {
		return err
	}
	j.env = append(j.env, "INNCONF="+j.path("inn.conf"))
	if err := j.chown(j.dir); err != nil {
		return err
	}
	return j.command("/usr/lib/news/bin/makehistory", "-x", "-O")
}

func prepareNATS(j *job) error {
	lines := []string{"host: " + j.host(), "port: " + j.port()}
	if !j.Plain {
		lines = append(lines, `tls { cert_file: "`+j.certPath+`", key_file: "`+j.keyPath+`" }`)
	}
	return j.setUp("nats.conf", lines, "/usr/sbin/nats-server", "-c", j.path("nats.conf"))
}

// prepareTigerVNC serves an X display that nothing else uses: its number is that
// of the port.
func prepareTigerVNC(j *job) error {
	types := "X509None,TLSNone"
	if j.Plain {
		types = "None"
	}
	j.argv = []string{"/usr/bin/Xtigervnc", ":" + j.port(), "-rfbport", j.port(), "-interface", j.host(), "-nolisten", "unix", "-nolock",
		"-SecurityTypes", types, "-X509Cert", j.certPath, "-X509Key", j.keyPath, "-geometry", "64x64", "-depth", "16"}
	return nil
}

// prepareXrdp serves the way to a session; none can be begun.
func prepareXrdp(j *job) error {
	layer := "negotiate"
	if j.Plain {
		layer = "rdp"
	}
	j.logs = []string{j.path("xrdp.log")}
	return j.setUp("xrdp.ini", []string{
		"[Globals]", "ini_version=1", "fork=true", "port=tcp://" + j.addr.String(), "security_layer=" + layer, "crypt_level=high",
		"certificate=" + j.certPath, "key_file=" + j.keyPath, "ssl_protocols=TLSv1.2, TLSv1.3",
		"[Logging]", "LogFile=" + j.path("xrdp.log"), "LogLevel=INFO", "EnableSyslog=false",
		"[Xorg]", "name=Xorg", "lib=libxup.so",
	}, "/usr/sbin/xrdp", "--nodaemon", "--config", j.path("xrdp.ini"))
}

// prepareTelnetd serves telnet without any TLS, each connection by a process.
func prepareTelnetd(j *job) error {
	j.argv = []string{"/usr/bin/socat", "TCP-LISTEN:" + j.port() + ",bind=" + j.host() + ",fork,reuseaddr", "EXEC:/usr/sbin/telnetd -h -E /bin/false,nofork"}
	return nil
}
