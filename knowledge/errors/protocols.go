package errors

// Protocol is one in which TLS is asked for on a port of its own, told by what
// stands in a text: the command that tests it names port and upgrade.
type Protocol struct {
	StartTLS string // as --starttls has it; "": TLS from the first byte
	// Ports are those in use for it: the one that the text names, or else the first.
	Ports []string
	// Signs give it away, in lower case.
	Signs []string
}

// Protocols are those that texts name beside HTTP. One with TLS from the first
// byte stands before the same one with an upgrade.
var Protocols = []Protocol{
	{StartTLS: "postgres", Ports: []string{"5432", "6432"}, Signs: []string{"psycopg", "postgres", "libpq", "psql", "pg_hba", "npgsql", ":5432"}},
	{StartTLS: "mysql", Ports: []string{"3306"}, Signs: []string{"mysql", "mariadb", "(hy000)", ":3306"}},
	{StartTLS: "mssql", Ports: []string{"1433"}, Signs: []string{"sqlclient", "pre-login", "prelogin", "sql server", "sqlserver", ":1433"}},
	{Ports: []string{"27017"}, Signs: []string{"mongo", ":27017"}},
	{Ports: []string{"6379", "6380"}, Signs: []string{"redis", ":6379"}},
	{Ports: []string{"636"}, Signs: []string{"ldaps", ":636"}},
	{StartTLS: "ldap", Ports: []string{"389", "3268"}, Signs: []string{"ldap", ":389"}},
	{Ports: []string{"993"}, Signs: []string{"imaps", ":993"}},
	{StartTLS: "imap", Ports: []string{"143"}, Signs: []string{"imap", ":143"}},
	{Ports: []string{"995"}, Signs: []string{"pop3s", ":995"}},
	{StartTLS: "pop3", Ports: []string{"110"}, Signs: []string{"pop3", ":110"}},
	{Ports: []string{"465"}, Signs: []string{"smtps", ":465"}},
	{StartTLS: "smtp", Ports: []string{"587", "25", "2525"}, Signs: []string{"smtp", "nodemailer", "must issue a starttls", ":587", "]:25"}},
	{StartTLS: "xmpp", Ports: []string{"5222"}, Signs: []string{"xmpp", ":5222"}},
	{StartTLS: "ftp", Ports: []string{"21"}, Signs: []string{"ftps", "vsftpd", "proftpd", "filezilla", "ftp:"}},
}

// Unspoken are what gives away the protocols that carry TLS and that no check
// speaks, in lower case: OpenVPN, and EAP within RADIUS or 802.1X.
var Unspoken = []string{
	"openvpn", "tls key negotiation failed", "tls error: tls ", "tls_error: bio", "tls-auth", "tls-crypt", "verify error: depth", "rlm_eap", "freeradius", "radiusd", "eap_tls", "eap-tls", "eap_peap", "eap_ttls",
	"ctrl-event-eap", "wpa_supplicant", "hostapd", "(tls) recv tls", "(tls) send tls", "(tls) alert ",
}

// SSH are what gives a message of SSH away, in lower case: it is a protocol of
// its own, with words that those of TLS resemble.
var SSH = []string{
	"kex_exchange_identification", "ssh_exchange_identification", "ssh: handshake failed", "ssh: unable to authenticate", "ssh_dispatch_run_fatal",
	"no matching host key type found", "no matching key exchange method found", "no matching cipher found. their offer",
	"no matching mac found", "host key verification failed", "permission denied (publickey", "sshd[", "paramiko.ssh_exception",
	"com.jcraft.jsch", "ssh: connect to host", "remote host identification has changed",
}
