package parley

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parley-tls/parley/internal/lazy"
)

// IdentifyPlain names the protocol whose first bytes b are, and gives its words:
// the line it sent, or what its first packet says. A name with "or" is as
// close as the bytes come. Unknown bytes have no name, and as words their first
// line, or hex if they are no text. Some servers wait and answer only with an
// error, so both greetings and errors are known.
func IdentifyPlain(b []byte) (name, words string) {
	for _, p := range plainProtocols {
		if words, ok := p.read(b); ok {
			return p.name, words
		}
	}
	if len(b) == 0 {
		return "", ""
	}
	if line := firstLine(b); isText(b) {
		return "", line
	}
	return "", hex.EncodeToString(b[:min(len(b), 16)])
}

// plainProtocol is one row: how a protocol is recognised, and bytes that a real
// server sends.
type plainProtocol struct {
	name     string
	read     func([]byte) (words string, ok bool)
	specimen string
}

// plainProtocols are tried in order: what is certain from a signature comes
// before what is told by words.
var plainProtocols = []plainProtocol{
	{name: "MongoDB", read: text(`^HTTP/1\.[01] (?s:.*)MongoDB over HTTP`),
		specimen: "HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nIt looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n"},
	{name: "HTTP", read: text(`^HTTP/\d`), specimen: "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"},
	{name: "HTTP", read: text(`(?i)^\s*(<!doctype html|<html|<head|<title)`), specimen: "<html>\r\n<head><title>400 Bad Request</title></head>\r\n"},
	{name: "RTSP", read: text(`^RTSP/1\.0 `), specimen: "RTSP/1.0 400 Bad Request\r\n\r\n"},
	{name: "SIP", read: text(`^SIP/2\.0 `), specimen: "SIP/2.0 400 Bad Request\r\n\r\n"},
	{name: "SSH", read: text(`^(SSH-\d|Invalid SSH identification|Protocol mismatch\.|Exceeded MaxStartups|Not allowed at this time)`), specimen: "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"},
	{name: "PROXY protocol", read: text(`^PROXY (TCP[46]|UNKNOWN)`), specimen: "PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\n"},
	{name: "PROXY protocol", read: signature("\r\n\r\n\x00\r\nQUIT\n", "version 2"), specimen: "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c"},
	{name: "VNC", read: text(`^RFB \d{3}\.\d{3}`), specimen: "RFB 003.008\n"},
	{name: "NATS", read: readNATS, specimen: "INFO {\"server_id\":\"N1\",\"version\":\"2.9.10\",\"tls_required\":true} \r\n"},
	{name: "ACAP", read: text(`^\* ACAP\b`), specimen: "* ACAP (IMPLEMENTATION \"example\") (STARTTLS)\r\n"},
	{name: "rsync", read: text(`^@RSYNCD: `), specimen: "@RSYNCD: 31.0 sha512 sha256\n"},
	{name: "ManageSieve", read: text(`(?i)^"(IMPLEMENTATION|SIEVE|STARTTLS|SASL)"`), specimen: "\"IMPLEMENTATION\" \"Dovecot Pigeonhole\"\r\n"},
	{name: "XMPP", read: text(`^(<\?xml[^>]*>\s*)?<(stream:|/stream:|[^>]*jabber:)`), specimen: "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'>"},
	{name: "AMQP", read: readAMQP, specimen: "AMQP\x00\x00\x09\x01"},
	{name: "IMAP", read: text(`^\* (OK|PREAUTH|BYE|BAD)\b`), specimen: "* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot ready.\r\n"},
	{name: "POP3", read: text(`^\+OK`), specimen: "+OK Dovecot ready.\r\n"},
	{name: "POP3", read: text(`(?i)^-ERR .*(\bPOP3?\b|mailbox|\[(SYS|AUTH|IN-USE|LOGIN-DELAY)|too many connections)`), specimen: "-ERR [SYS/TEMP] POP3 server busy\r\n"},
	{name: "Redis", read: text(`^-(ERR|DENIED|NOAUTH|WRONGPASS|LOADING|MISCONF|NOPERM)\b`), specimen: "-DENIED Redis is running in protected mode because protected mode is enabled\r\n"},
	{name: "NNTP", read: text(`^(20[01] |(400|502|500) .*(?i:nntp|news|what\?))`), specimen: "200 news.example InterNetNews NNRP server INN 2.7.1 ready (posting ok)\r\n"},
	{name: "LMTP", read: text(`^220[ -].*\bLMTP\b`), specimen: "220 mail.example Dovecot LMTP ready.\r\n"},
	{name: "FTP", read: readMailOrFiles(files), specimen: "220 (vsFTPd 3.0.5)\r\n"},
	{name: "SMTP", read: readMailOrFiles(mail), specimen: "220 ftp.example ESMTP Postfix (Debian/GNU)\r\n"},
	{name: "SMTP or FTP", read: readMailOrFiles(neither), specimen: "220 server.example ready\r\n"},
	{name: "IRC", read: text(`^(:\S+ (NOTICE|\d{3}) |NOTICE (AUTH|\*)|ERROR :)`), specimen: ":irc.example NOTICE * :*** Looking up your hostname...\r\n"},
	{name: "memcached", read: text(`^(ERROR\r|CLIENT_ERROR |SERVER_ERROR |ERROR Too many open)`), specimen: "ERROR\r\n"},
	{name: "beanstalkd", read: text(`^(UNKNOWN_COMMAND|BAD_FORMAT)\r`), specimen: "UNKNOWN_COMMAND\r\n"},
	{name: "PostgreSQL", read: readPostgres, specimen: "E\x00\x00\x00\x34SFATAL\x00VFATAL\x00C0A000\x00Munsupported frontend protocol\x00\x00"},
	{name: "PostgreSQL", read: exactly("N", "N, the answer to an SSLRequest"), specimen: "N"},
	{name: "PostgreSQL", read: exactly("S", "S, the answer to an SSLRequest"), specimen: "S"},
	{name: "MariaDB", read: readMySQL(true), specimen: "\x5e\x00\x00\x00\x0a5.5.5-10.11.6-MariaDB-0+deb12u1\x00"},
	{name: "MariaDB", read: readMySQLError("MariaDB"), specimen: "\x45\x00\x00\x00\xff\x6a\x04Host '192.0.2.1' is not allowed to connect to this MariaDB server"},
	{name: "MySQL", read: readMySQL(false), specimen: "\x4a\x00\x00\x00\x0a8.0.36\x00"},
	{name: "MySQL", read: readMySQLError(""), specimen: "\x21\x00\x00\x01\xff\x84\x04#08S01Got packets out of order"},
	{name: "HTTP/2", read: readHTTP2, specimen: "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"},
	{name: "SQL Server", read: readTDS, specimen: "\x04\x01\x00\x09\x00\x00\x01\x00\xff"},
	{name: "RDP", read: readTPKT, specimen: "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x00\x08\x00\x02\x00\x00\x00"},
	{name: "LDAP", read: readLDAP, specimen: "\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20036"},
	{name: "MQTT", read: readMQTT, specimen: "\x20\x02\x00\x01"},
	{name: "Cassandra", read: readCassandra, specimen: "\x84\x00\x00\x00\x00\x00\x00\x00\x1b\x00\x00\x00\x0a\x00\x15Invalid version number"},
	{name: "MongoDB", read: readMongo, specimen: "\x24\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\xdd\x07\x00\x00"},
	{name: "Gearman", read: signature("\x00RES", "binary response"), specimen: "\x00RES\x00\x00\x00\x13"},
	{name: "telnet", read: readTelnet, specimen: "\xff\xfd\x18\xff\xfd\x20"},
	{name: "SOCKS", read: readSOCKS, specimen: "\x05\xff"},
	{name: "DNS", read: readDNS, specimen: "\x00\x0c\x01\x00\x80\x01\x00\x00\x00\x00\x00\x00\x00\x00"},
}

// text recognises a protocol by how its text begins; its words are the first line.
func text(pattern string) func([]byte) (string, bool) {
	re := lazy.Regexp(pattern)
	return func(b []byte) (string, bool) { return firstLine(b), re().Match(b) }
}

func signature(s, words string) func([]byte) (string, bool) {
	return func(b []byte) (string, bool) { return words, bytes.HasPrefix(b, []byte(s)) }
}

func exactly(s, words string) func([]byte) (string, bool) {
	return func(b []byte) (string, bool) { return words, string(b) == s }
}

// kindOf220 is what the words of a greeting with a reply code speak of.
type kindOf220 uint8

const (
	neither kindOf220 = iota + 1
	mail
	files
)

var (
	replyCode  = lazy.Regexp(`^(220|421|500|501|503|530|554)[ -]`)
	filesWords = lazy.Regexp(`(?i)ftpd|filezilla|\bftp (server|service|access)|pure-ftp|serv-u|(^|[\s(\[])ftp\b($|[^.])`)
	mailWords  = lazy.Regexp(`(?i)\b(e?smtp|postfix|exim|sendmail|mailenable|mail (server|service))\b($|[^.])|\b[245]\.\d{1,3}\.\d{1,3}\b`)
)

// readMailOrFiles tells SMTP from FTP, which share their reply codes. A host
// name does not count: ftp.example may well run a mail server.
func readMailOrFiles(want kindOf220) func([]byte) (string, bool) {
	return func(b []byte) (string, bool) {
		if !replyCode().Match(b) {
			return "", false
		}
		line := firstLine(b)
		is := neither
		switch rest := line[3:]; {
		case mailWords().MatchString(rest):
			is = mail
		case filesWords().MatchString(rest):
			is = files
		}
		return line, is == want
	}
}

var (
	natsInfo    = lazy.Regexp(`^INFO \{`)
	natsVersion = lazy.Regexp(`"version": ?"([^"]+)"`)
)

// readNATS reads the INFO that a server begins with, of which only the version
// tells a person something.
func readNATS(b []byte) (string, bool) {
	if v := natsVersion().FindSubmatch(b); v != nil {
		return "INFO, version " + firstLine(v[1]), natsInfo().Match(b)
	}
	return firstLine(b), natsInfo().Match(b)
}

func readAMQP(b []byte) (string, bool) {
	if len(b) < 8 || string(b[:4]) != "AMQP" {
		return "", false
	}
	if b[4] == 0 && b[5] == 0 { // 0-9-1 writes a zero first, 1.0 the kind of protocol
		return fmt.Sprintf("%d-%d-%d", 0, b[6], b[7]), true
	}
	return fmt.Sprintf("%d.%d.%d", b[5], b[6], b[7]), true
}

// readPostgres reads an error or an authentication request. Versions before 14
// answer an unknown protocol with the error format of protocol 2: text alone.
func readPostgres(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("EFATAL:")), bytes.HasPrefix(b, []byte("EERROR:")):
		return firstLine(bytes.TrimRight(b[1:], "\x00\n")), true
	case len(b) >= 9 && b[0] == 'R' && binary.BigEndian.Uint32(b[1:]) >= 8 && binary.BigEndian.Uint32(b[1:]) < 1<<16:
		return "authentication request " + strconv.Itoa(int(binary.BigEndian.Uint32(b[5:]))), true
	case len(b) >= 7 && b[0] == 'E' && b[5] == 'S' && binary.BigEndian.Uint32(b[1:]) < 1<<16:
		for _, field := range bytes.Split(b[5:], []byte{0}) {
			if len(field) > 1 && field[0] == 'M' {
				return firstLine(field[1:]), true
			}
		}
		return "an error", true
	}
	return "", false
}

// mysqlPacket returns the payload of a first packet.
func mysqlPacket(b []byte) ([]byte, bool) {
	if len(b) < 6 || b[2] != 0 || b[3] > 2 {
		return nil, false
	}
	n := int(b[0]) | int(b[1])<<8
	return b[4:min(len(b), 4+n)], n > 4
}

func readMySQL(mariaDB bool) func([]byte) (string, bool) {
	return func(b []byte) (string, bool) {
		p, ok := mysqlPacket(b)
		if !ok || p[0] != 10 && p[0] != 9 || p[1] < '0' || p[1] > '9' {
			return "", false
		}
		version, _, _ := bytes.Cut(p[1:], []byte{0})
		if !isText(version) {
			return "", false
		}
		v := string(version)
		is := strings.Contains(v, "MariaDB")
		return strings.TrimPrefix(v, "5.5.5-"), is == mariaDB
	}
}

func readMySQLError(contains string) func([]byte) (string, bool) {
	return func(b []byte) (string, bool) {
		p, ok := mysqlPacket(b)
		if !ok || p[0] != 0xff || len(p) < 5 || !isText(p[3:]) {
			return "", false
		}
		said := p[3:]
		if said[0] == '#' && len(said) > 6 {
			said = said[6:]
		}
		return fmt.Sprintf("error %d: %s", binary.LittleEndian.Uint16(p[1:]), firstLine(said)), strings.Contains(string(said), contains)
	}
}

// readHTTP2 reads the SETTINGS frame that opens a connection, or GOAWAY
// (RFC 9113, Section 3.4).
func readHTTP2(b []byte) (string, bool) {
	if len(b) < 9 || b[0] != 0 {
		return "", false
	}
	n := int(b[1])<<8 | int(b[2])
	stream := binary.BigEndian.Uint32(b[5:])
	switch {
	case b[3] == 4 && n%6 == 0 && n < 256 && b[4] <= 1 && stream == 0:
		return "SETTINGS frame", true
	case b[3] == 7 && n >= 8 && b[4] == 0 && stream == 0:
		return "GOAWAY frame", true
	}
	return "", false
}

// readTDS reads a response of a SQL Server: to a PRELOGIN, its version, else
// that it is one ([MS-TDS], Section 2.2.6.5).
func readTDS(b []byte) (string, bool) {
	if len(b) < 8 || b[0] != 4 || b[1] > 1 || int(binary.BigEndian.Uint16(b[2:])) < 8 || b[7] != 0 || b[6] > 1 {
		return "", false
	}
	p := b[8:]
	if len(p) >= 5 && p[0] == 0 && binary.BigEndian.Uint16(p[3:]) == 6 {
		if at := int(binary.BigEndian.Uint16(p[1:])); at+6 <= len(p) {
			return fmt.Sprintf("version %d.%d.%d", p[at], p[at+1], binary.BigEndian.Uint16(p[at+2:])), true
		}
	}
	return "a tabular response", true
}

// readTPKT reads the connection confirm of X.224 that RDP begins with.
func readTPKT(b []byte) (string, bool) {
	return "X.224 connection confirm", len(b) >= 6 && b[0] == 3 && b[1] == 0 && b[2] == 0 && (b[5] == 0xd0 || b[5] == 0x80)
}

// readLDAP reads an LDAPMessage that a server sends (RFC 4511, Section 4.1.1).
func readLDAP(b []byte) (string, bool) {
	if len(b) < 2 || b[0] != 0x30 {
		return "", false
	}
	p := b[2:]
	if n := int(b[1]); n > 0x80 && n <= 0x84 {
		if len(p) < n-0x80 {
			return "", false
		}
		p = p[n-0x80:]
	}
	if len(p) < 4 || p[0] != 2 || p[1] == 0 || p[1] > 4 || len(p) < int(p[1])+3 {
		return "", false
	}
	switch op := p[2+int(p[1])]; {
	case op == 0x78 && bytes.Contains(b, []byte("1.3.6.1.4.1.1466.20036")):
		return "notice of disconnection", true
	case op == 0x78:
		return "extended response", true
	case op == 0x61:
		return "bind response", true
	}
	return "", false
}

func readMQTT(b []byte) (string, bool) {
	if len(b) < 4 || b[0] != 0x20 || int(b[1]) != len(b)-2 || b[2] > 1 {
		return "", false
	}
	return fmt.Sprintf("CONNACK, code %d", b[3]), true
}

// readCassandra reads an ERROR frame of the native protocol.
func readCassandra(b []byte) (string, bool) {
	if len(b) < 15 || b[0] < 0x83 || b[0] > 0x85 || b[4] != 0 || b[5] != 0 || b[6] != 0 {
		return "", false
	}
	n := int(binary.BigEndian.Uint16(b[13:]))
	return firstLine(b[15:min(len(b), 15+n)]), true
}

// readMongo reads a message header whose code is OP_REPLY or OP_MSG.
func readMongo(b []byte) (string, bool) {
	if len(b) < 16 || binary.LittleEndian.Uint32(b) < 16 || binary.LittleEndian.Uint32(b) > 48<<20 {
		return "", false
	}
	op := binary.LittleEndian.Uint32(b[12:])
	return "message of type " + strconv.Itoa(int(op)), op == 1 || op == 2013
}

// readTelnet reads a negotiation: IAC and WILL, WONT, DO or DONT.
func readTelnet(b []byte) (string, bool) {
	return "option negotiation", len(b) >= 3 && b[0] == 0xff && b[1] >= 0xfb && b[1] <= 0xfe && b[2] < 0x40
}

func readSOCKS(b []byte) (string, bool) {
	switch {
	case len(b) == 2 && b[0] == 5 && (b[1] <= 2 || b[1] == 0xff):
		return fmt.Sprintf("SOCKS5, method 0x%02x", b[1]), true
	case len(b) == 8 && b[0] == 0 && b[1] >= 0x5a && b[1] <= 0x5d:
		return fmt.Sprintf("SOCKS4, reply 0x%02x", b[1]), true
	}
	return "", false
}

// readDNS reads a response over TCP, behind its length (RFC 1035, Section 4.2.2).
func readDNS(b []byte) (string, bool) {
	if len(b) < 14 || int(binary.BigEndian.Uint16(b)) != len(b)-2 || b[4]&0x80 == 0 {
		return "", false
	}
	return fmt.Sprintf("response, code %d", b[5]&15), binary.BigEndian.Uint16(b[6:]) <= 1
}

// firstLine returns the first line of b that is not empty, cut to 120 bytes,
// with what cannot be printed replaced.
func firstLine(b []byte) string {
	b = bytes.TrimLeft(b, "\r\n \t")
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		b = b[:i]
	}
	line := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !strconv.IsPrint(r) {
			return '?'
		}
		return r
	}, string(b[:min(len(b), 120)]))
	return strings.TrimRight(line, " ")
}

// isText reports whether b can be read by a person.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\r' && c != '\n' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return utf8.Valid(b)
}
