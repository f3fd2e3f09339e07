package parley

import "slices"

// Service is what the scheme of a URL says about a server.
type Service struct {
	Scheme string
	Port   uint16 // where the URL names none: registered (IANA), or in general use
	// StartTLS is the Upgrade that comes before the hello, by its name; empty: TLS
	// comes from the first byte.
	StartTLS string
	// ALPN is the protocol that a hello of this service has to offer; empty: none,
	// or what the client offers anyway.
	ALPN string
	// Transport is what carries the handshake; zero: TCP.
	Transport Transport
}

// services are all schemes, sorted.
var services = []Service{
	{Scheme: "acap", Port: 674, StartTLS: "acap"},
	{Scheme: "amqps", Port: 5671},
	{Scheme: "coaps", Port: 5684, Transport: TransportDTLS},           // RFC 7252, Section 6.2
	{Scheme: "doq", Port: 853, ALPN: "doq", Transport: TransportQUIC}, // RFC 9250, Section 8
	{Scheme: "dot", Port: 853, ALPN: "dot"},
	{Scheme: "dtls", Port: 443, Transport: TransportDTLS},
	{Scheme: "ftp", Port: 21, StartTLS: "ftp"},
	{Scheme: "ftpes", Port: 21, StartTLS: "ftp"},
	{Scheme: "ftps", Port: 990},
	{Scheme: "grpcs", Port: 443},
	{Scheme: "h3", Port: 443, ALPN: "h3", Transport: TransportQUIC}, // RFC 9114, Section 3.1
	{Scheme: "https", Port: 443},
	{Scheme: "imap", Port: 143, StartTLS: "imap"},
	{Scheme: "imaps", Port: 993},
	{Scheme: "irc", Port: 6667, StartTLS: "irc"},
	{Scheme: "ircs", Port: 6697},
	{Scheme: "ldap", Port: 389, StartTLS: "ldap"},
	{Scheme: "ldaps", Port: 636},
	{Scheme: "lmtp", Port: 24, StartTLS: "lmtp"},
	{Scheme: "managesieve", Port: 4190, StartTLS: "sieve"},
	{Scheme: "mariadb", Port: 3306, StartTLS: "mysql"},
	{Scheme: "mongodb", Port: 27017},
	{Scheme: "mqtts", Port: 8883},
	{Scheme: "mssql", Port: 1433, StartTLS: "mssql"},
	{Scheme: "mysql", Port: 3306, StartTLS: "mysql"},
	{Scheme: "nats", Port: 4222, StartTLS: "nats"},
	{Scheme: "nntp", Port: 119, StartTLS: "nntp"},
	{Scheme: "nntps", Port: 563},
	{Scheme: "pop3", Port: 110, StartTLS: "pop3"},
	{Scheme: "pop3s", Port: 995},
	{Scheme: "postgres", Port: 5432, StartTLS: "postgres"},
	{Scheme: "postgresql", Port: 5432, StartTLS: "postgres"},
	{Scheme: "quic", Port: 443, Transport: TransportQUIC},
	{Scheme: "rdp", Port: 3389, StartTLS: "rdp"},
	{Scheme: "rediss", Port: 6379},
	{Scheme: "sieve", Port: 4190, StartTLS: "sieve"},
	{Scheme: "sips", Port: 5061},
	{Scheme: "smtp", Port: 25, StartTLS: "smtp"},
	{Scheme: "smtps", Port: 465},
	{Scheme: "snews", Port: 563},
	{Scheme: "sqlserver", Port: 1433, StartTLS: "mssql"},
	{Scheme: "stuns", Port: 5349}, // RFC 7064, Section 3.2
	{Scheme: "submission", Port: 587, StartTLS: "smtp"},
	{Scheme: "submissions", Port: 465},
	{Scheme: "telnet", Port: 23, StartTLS: "telnet"},
	{Scheme: "telnets", Port: 992},
	{Scheme: "tls", Port: 443},
	{Scheme: "turns", Port: 5349}, // RFC 7065, Section 3.2
	{Scheme: "vnc", Port: 5900, StartTLS: "vnc"},
	{Scheme: "wss", Port: 443},
	{Scheme: "xmpp", Port: 5222, StartTLS: "xmpp"},
	{Scheme: "xmpp-server", Port: 5269, StartTLS: "xmpp-server"},
	{Scheme: "xmpps", Port: 5223, ALPN: "xmpp-client"},        // XEP-0368
	{Scheme: "xmpps-server", Port: 5270, ALPN: "xmpp-server"}, // XEP-0368
}

// direct are the services that their own setting takes from an upgrade to TLS
// from the first byte, as it stands in the query of a URL.
var direct = []struct{ upgrade, key, value, alpn string }{
	{upgrade: "postgres", key: "sslnegotiation", value: "direct", alpn: "postgresql"}, // PostgreSQL 17 and later
	{upgrade: "mssql", key: "encrypt", value: "strict", alpn: "tds/8.0"},              // TDS 8.0: SQL Server 2022 and later
}

// Services returns what each known scheme means, sorted by scheme.
func Services() []Service { return slices.Clone(services) }

// ServiceOf returns what a scheme in lower case means, with the setting that its
// URL's query has, if it is one: sslnegotiation=direct of PostgreSQL and
// encrypt=strict of SQL Server mean TLS from the first byte, transport=udp of STUN
// and TURN means DTLS (RFC 7350, Section 4.6).
func ServiceOf(scheme, setting string) (Service, bool) {
	i := slices.IndexFunc(services, func(s Service) bool { return s.Scheme == scheme })
	if i < 0 {
		return Service{}, false
	}
	s := services[i]
	for _, d := range direct {
		if s.StartTLS == d.upgrade && setting == d.key+"="+d.value {
			s.StartTLS, s.ALPN = "", d.alpn
		}
	}
	if (scheme == "stuns" || scheme == "turns") && setting == "transport=udp" {
		s.Transport = TransportDTLS
	}
	return s, true
}

// Upgrade is a protocol that begins in clear and turns to TLS.
type Upgrade struct {
	Name  string   // as a Step of StepStartTLS and --starttls have it
	Also  []string // what else people call it
	Title string   // in a sentence
	Asks  string   // how the client asks for TLS
	// Speaks are the names that IdentifyPlain gives to its servers.
	Speaks []string
	// Shares are such names that are first of all another's: the port decides.
	Shares []string
	// Ports are registered for it, or in general use, in clear at first.
	Ports []uint16
	// TLSPort is the same protocol with TLS from the first byte; 0: there is none.
	TLSPort uint16
	// Quiet servers wait for the client to speak: no greeting tells them.
	Quiet bool
}

// upgrades are all of them, sorted by name.
var upgrades = []Upgrade{
	{Name: "acap", Title: "ACAP", Asks: "STARTTLS", Speaks: []string{"ACAP"}, Ports: []uint16{674}},
	{Name: "ftp", Also: []string{"ftpes"}, Title: "FTP", Asks: "AUTH TLS", Speaks: []string{"FTP"}, Shares: []string{"SMTP or FTP"}, Ports: []uint16{21}, TLSPort: 990},
	{Name: "imap", Title: "IMAP", Asks: "STARTTLS", Speaks: []string{"IMAP"}, Ports: []uint16{143}, TLSPort: 993},
	{Name: "irc", Title: "IRC", Asks: "STARTTLS", Speaks: []string{"IRC"}, Ports: []uint16{6667}, TLSPort: 6697},
	{Name: "ldap", Title: "LDAP", Asks: "the StartTLS operation", Speaks: []string{"LDAP"}, Ports: []uint16{389, 3268}, TLSPort: 636, Quiet: true},
	{Name: "lmtp", Title: "LMTP", Asks: "STARTTLS", Speaks: []string{"LMTP"}, Shares: []string{"SMTP", "SMTP or FTP"}, Ports: []uint16{24}},
	{Name: "mssql", Also: []string{"sqlserver", "tds"}, Title: "SQL Server", Asks: "PRELOGIN", Speaks: []string{"SQL Server"}, Ports: []uint16{1433}, Quiet: true},
	{Name: "mysql", Also: []string{"mariadb"}, Title: "MySQL", Asks: "an SSLRequest", Speaks: []string{"MySQL", "MariaDB"}, Ports: []uint16{3306}},
	{Name: "nats", Title: "NATS", Asks: "its INFO", Speaks: []string{"NATS"}, Ports: []uint16{4222}},
	{Name: "nntp", Title: "NNTP", Asks: "STARTTLS", Speaks: []string{"NNTP"}, Ports: []uint16{119, 433}, TLSPort: 563},
	{Name: "pop3", Title: "POP3", Asks: "STLS", Speaks: []string{"POP3"}, Ports: []uint16{110}, TLSPort: 995},
	{Name: "postgres", Also: []string{"postgresql"}, Title: "PostgreSQL", Asks: "an SSLRequest", Speaks: []string{"PostgreSQL"}, Ports: []uint16{5432}, Quiet: true},
	{Name: "rdp", Title: "RDP", Asks: "a negotiation request", Speaks: []string{"RDP"}, Ports: []uint16{3389}, Quiet: true},
	{Name: "sieve", Also: []string{"managesieve"}, Title: "ManageSieve", Asks: "STARTTLS", Speaks: []string{"ManageSieve"}, Ports: []uint16{4190}},
	{Name: "smtp", Also: []string{"submission"}, Title: "SMTP", Asks: "STARTTLS", Speaks: []string{"SMTP", "SMTP or FTP"}, Ports: []uint16{25, 587, 2525}, TLSPort: 465},
	{Name: "telnet", Title: "telnet", Asks: "the option START_TLS", Speaks: []string{"telnet"}, Ports: []uint16{23}, TLSPort: 992},
	{Name: "vnc", Also: []string{"rfb"}, Title: "VNC", Asks: "VeNCrypt", Speaks: []string{"VNC"}, Ports: []uint16{5900, 5901}},
	{Name: "xmpp", Also: []string{"xmpp-client"}, Title: "XMPP", Asks: "STARTTLS", Speaks: []string{"XMPP"}, Ports: []uint16{5222}, TLSPort: 5223, Quiet: true},
	{Name: "xmpp-server", Title: "XMPP between servers", Asks: "STARTTLS", Shares: []string{"XMPP"}, Ports: []uint16{5269}, TLSPort: 5270, Quiet: true},
}

// Upgrades returns every protocol that turns to TLS, sorted by name.
func Upgrades() []Upgrade { return slices.Clone(upgrades) }

// UpgradeNamed returns the upgrade that people call name.
func UpgradeNamed(name string) (Upgrade, bool) {
	return upgradeWhere(func(u Upgrade) bool { return u.Name == name || slices.Contains(u.Also, name) })
}

// Answers says whether a server of it can be what IdentifyPlain names protocol.
func (u Upgrade) Answers(protocol string) bool {
	return slices.Contains(u.Speaks, protocol) || slices.Contains(u.Shares, protocol)
}

// UpgradeSpoken returns the upgrade of the protocol that IdentifyPlain names
// protocol, for what answers on port.
func UpgradeSpoken(protocol string, port uint16) (Upgrade, bool) {
	if u, ok := UpgradeOnPort(port); ok && slices.Contains(u.Shares, protocol) {
		return u, true
	}
	return upgradeWhere(func(u Upgrade) bool { return slices.Contains(u.Speaks, protocol) })
}

// UpgradeOnPort returns the upgrade that a port is used for.
func UpgradeOnPort(port uint16) (Upgrade, bool) {
	return upgradeWhere(func(u Upgrade) bool { return slices.Contains(u.Ports, port) })
}

func upgradeWhere(is func(Upgrade) bool) (Upgrade, bool) {
	if i := slices.IndexFunc(upgrades, is); i >= 0 {
		return upgrades[i], true
	}
	return Upgrade{}, false
}
