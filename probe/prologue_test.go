package probe

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// play is a server by script: lines with "> " are what the client must say
// next, the others are what the server says.
func play(c net.Conn, script ...string) error {
	for _, s := range script {
		want, reads := strings.CutPrefix(s, "> ")
		if !reads {
			io.WriteString(c, s)
			continue
		}
		b := make([]byte, len(want))
		io.ReadFull(c, b)
		if string(b) != want {
			return fmt.Errorf("got %q, want %q", b, want)
		}
	}
	return nil
}

func startTLS(addr netip.AddrPort, protocol string) parley.Attempt {
	a := attempt(addr, modern("probe.example"))
	a.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: protocol}}
	return a.Identify()
}

const (
	ldapYes   = "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"
	ldapNo    = "\x30\x1f\x02\x01\x01\x78\x1a\x0a\x01\x02\x04\x00\x04\x13unsupported request"
	mysqlYes  = "\x24\x00\x00\x00\x0a8.0.36\x00\x01\x00\x00\x00abcdefgh\x00\x00\x88\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	mysqlNo   = "\x24\x00\x00\x00\x0a8.0.36\x00\x01\x00\x00\x00abcdefgh\x00\x00\x80\x21\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	mysqlAsks = "> \x20\x00\x00\x01\x01\x8a\x00\x00\x00\x00\x00\x01\x21" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	ldapAsks  = "> \x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"
	tdsAsks   = "> \x12\x01\x00\x2f\x00\x00\x01\x00" + "\x00\x00\x1a\x00\x06\x01\x00\x20\x00\x01\x02\x00\x21\x00\x01\x03\x00\x22\x00\x04\x04\x00\x26\x00\x01\xff" +
		"\x10\x00\x00\x00\x00\x00" + "\x01" + "\x00" + "\x00\x00\x00\x00" + "\x00"
	tdsAnswer   = "\x04\x01\x00\x1a\x00\x00\x01\x00" + "\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff" + "\x0f\x00\x07\xd0\x00\x00" // and ENCRYPTION
	rdpAsks     = "> \x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00"
	rdpAnswer   = "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00" // and the negotiation
	telnetAsks  = "> \xff\xfb\x2e"
	follows     = "\xff\xfa\x2e\x01\xff\xf0"
	sslRequest  = "> \x00\x00\x00\x08\x04\xd2\x16\x2f"
	streamOpens = "> <?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='probe.example'>"
	streamBack  = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' version='1.0'>"
	xmppTLS     = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
)

func TestEachProtocolIsUpgradedAndTheHelloFollows(t *testing.T) {
	for protocol, script := range map[string][]string{
		"smtp":        {"220-mail.example ESMTP\r\n220 welcome\r\n", "> EHLO [127.0.0.1]\r\n", "250-mail.example\r\n250-PIPELINING\r\n250 STARTTLS\r\n", "> STARTTLS\r\n", "220 go ahead\r\n"},
		"lmtp":        {"220 mail.example LMTP\r\n", "> LHLO [127.0.0.1]\r\n", "250-mail.example\r\n250 STARTTLS\r\n", "> STARTTLS\r\n", "220 go ahead\r\n"},
		"imap":        {"* OK ready\r\n", "> a1 CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK done\r\n", "> a2 STARTTLS\r\n", "a2 OK begin\r\n"},
		"pop3":        {"+OK ready\r\n", "> CAPA\r\n", "+OK\r\nUIDL\r\nSTLS\r\n.\r\n", "> STLS\r\n", "+OK begin\r\n"},
		"ftp":         {"220-Welcome\r\n to this server\r\n220 ready\r\n", "> AUTH TLS\r\n", "234 begin\r\n"},
		"nntp":        {"200 news.example ready\r\n", "> STARTTLS\r\n", "382 begin\r\n"},
		"sieve":       {"\"IMPLEMENTATION\" \"x\"\r\n\"STARTTLS\"\r\nOK \"ready\"\r\n", "> STARTTLS\r\n", "OK \"begin\"\r\n"},
		"irc":         {":irc.example NOTICE * :*** Looking up your hostname\r\n", "> USER\r\nSTARTTLS\r\n", ":irc.example 461 * USER :Not enough parameters.\r\n:irc.example 670 * :STARTTLS successful\r\n"},
		"xmpp":        {streamOpens, streamBack + "<stream:features>" + xmppTLS + "</stream:features>", "> " + xmppTLS, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
		"xmpp-server": {strings.Replace(streamOpens, ":client", ":server", 1), streamBack + "<stream:features>" + xmppTLS + "</stream:features>", "> " + xmppTLS, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
		"ldap":        {ldapAsks, ldapYes},
		"postgres":    {sslRequest, "S"},
		"mysql":       {mysqlYes, mysqlAsks},
		"acap":        {"* ACAP (IMPLEMENTATION \"x\") (SASL \"PLAIN\") (STARTTLS)\r\n", "> a1 STARTTLS\r\n", "a1 OK \"begin\"\r\n"},
		"nats":        {"INFO {\"server_id\":\"N\",\"tls_required\":true} \r\n"},
		"rdp":         {rdpAsks, rdpAnswer + "\x02\x00\x08\x00\x02\x00\x00\x00"},
		"telnet":      {"\xff\xfd\x18hello\xff\xff\xff\xfb\x01\xff\xfa\x18\x01\xff\xf0", telnetAsks, "\xff\xfd\x2e", "> " + follows, follows},
		"vnc":         {"RFB 003.008\n", "> RFB 003.008\n", "\x02\x02\x13", "> \x13", "\x00\x02", "> \x00\x02", "\x00\x02\x00\x00\x01\x01\x00\x00\x01\x04", "> \x00\x00\x01\x04", "\x01"},
	} {
		t.Run(protocol, func(t *testing.T) {
			t.Parallel()
			kept := make(chan error, 1)
			addr := serve(t, func(c *net.TCPConn) {
				kept <- play(c, script...)
				answer(iana.ContentAlert, 2, 70)(c)
			})
			r := prober().Do(t.Context(), startTLS(addr, protocol))
			if got, want := summary(r), "alert fatal protocol_version(70)"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if err := <-kept; err != nil {
				t.Error(err)
			}
			if first := script[0]; !strings.HasPrefix(first, "> ") && !bytes.HasPrefix([]byte(first), r.Banner[:min(len(r.Banner), len(first))]) {
				t.Errorf("banner: got %q, want %q", r.Banner, first)
			}
		})
	}
	if len(upgrades) != 18+1 { // mssql has a test of its own
		t.Errorf("%d upgrades, of which this tests 18", len(upgrades))
	}
}

func TestARefusedUpgradeEndsAtOnceInThePeersWords(t *testing.T) {
	for _, tc := range []struct {
		name, protocol string
		script         []string
		want           string
	}{
		{name: "a busy mail server", protocol: "smtp", script: []string{"421 4.3.2 too busy\r\n"}, want: "421 4.3.2 too busy"},
		{name: "a mail server without it", protocol: "smtp", script: []string{"220 x ESMTP\r\n", "> EHLO [127.0.0.1]\r\n", "250-x\r\n250 PIPELINING\r\n"},
			want: "STARTTLS is not offered: 250-x | 250 PIPELINING"},
		{name: "a mail server whose TLS is broken", protocol: "smtp", script: []string{"220 x ESMTP\r\n", "> EHLO [127.0.0.1]\r\n", "250 STARTTLS\r\n", "> STARTTLS\r\n", "454 4.7.0 TLS not available\r\n"},
			want: "454 4.7.0 TLS not available"},
		{name: "another protocol", protocol: "smtp", script: []string{"SSH-2.0-OpenSSH_9.2p1\r\n"}, want: "SSH-2.0-OpenSSH_9.2p1"},
		{name: "a greeting that never ends", protocol: "smtp", script: []string{"220 half"}, want: "no answer in 300ms, after SMTP or FTP: 220 half"},
		{name: "nothing", protocol: "imap", want: "no answer in 300ms"},
		{name: "authenticated already", protocol: "imap", script: []string{"* PREAUTH hello\r\n"}, want: "* PREAUTH hello"},
		{name: "IMAP without it", protocol: "imap", script: []string{"* OK\r\n", "> a1 CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\na1 OK\r\n"},
			want: "STARTTLS is not offered: * CAPABILITY IMAP4rev1 LOGINDISABLED | a1 OK"},
		{name: "POP3 without CAPA or STLS", protocol: "pop3", script: []string{"+OK\r\n", "> CAPA\r\n", "-ERR what?\r\n", "> STLS\r\n", "-ERR no\r\n"}, want: "-ERR no"},
		{name: "FTP without it", protocol: "ftp", script: []string{"220 x\r\n", "> AUTH TLS\r\n", "500 unknown command\r\n"}, want: "500 unknown command"},
		{name: "NNTP without it", protocol: "nntp", script: []string{"200 x\r\n", "> STARTTLS\r\n", "580 can not\r\n"}, want: "580 can not"},
		{name: "Sieve without it", protocol: "sieve", script: []string{"\"SIEVE\" \"fileinto\"\r\nOK\r\n"}, want: "STARTTLS is not offered: \"SIEVE\" \"fileinto\" | OK"},
		{name: "IRC without it", protocol: "irc", script: []string{"> USER\r\nSTARTTLS\r\n", ":x 451 * :Register first.\r\n"}, want: ":x 451 * :Register first."},
		{name: "XMPP without it", protocol: "xmpp", script: []string{streamOpens, "<stream:stream><stream:features></stream:features>"},
			want: "starttls is not offered: <stream:stream><stream:features></stream:features>"},
		{name: "no XMPP", protocol: "xmpp", script: []string{"220 x ESMTP\r\n"}, want: "no XMPP: SMTP: 220 x ESMTP"},
		{name: "LDAP without it", protocol: "ldap", script: []string{ldapAsks, ldapNo}, want: "protocolError(2) unsupported request"},
		{name: "PostgreSQL without it", protocol: "postgres", script: []string{sslRequest, "N"}, want: "N, the answer to an SSLRequest"},
		{name: "no PostgreSQL", protocol: "postgres", script: []string{"HTTP/1.1 400 Bad Request\r\n"}, want: "HTTP: HTTP/1.1 400 Bad Request"},
		{name: "MySQL without it", protocol: "mysql", script: []string{mysqlNo}, want: "the greeting lacks CLIENT_SSL: MySQL: 8.0.36"},
		{name: "MySQL that does not want us", protocol: "mysql", script: []string{"\x16\x00\x00\x00\xff\x6a\x04Host is not allowed"}, want: "MySQL: error 1130: Host is not allowed"},
		{name: "what only sounds like it", protocol: "smtp", script: []string{"220 x ESMTP\r\n", "> EHLO [127.0.0.1]\r\n", "250-x STARTTLS\r\n250 X-STARTTLS\r\n"},
			want: "STARTTLS is not offered: 250-x STARTTLS | 250 X-STARTTLS"},
		{name: "a no of two lines", protocol: "ftp", script: []string{"220 x\r\n", "> AUTH TLS\r\n", "534-Local policy\r\n534 denies it\r\n"}, want: "534 denies it"},
		{name: "a no with a code of IMAP", protocol: "imap", script: []string{"* OK\r\n", "> a1 CAPABILITY\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", "> a2 STARTTLS\r\n", "a2 BAD TLS support isn't enabled\r\n"},
			want: "a2 BAD TLS support isn't enabled"},
		{name: "IMAP that says bye", protocol: "imap", script: []string{"* OK\r\n", "> a1 CAPABILITY\r\n", "* BYE too many\r\n"}, want: "* BYE too many"},
		{name: "POP3 without STLS", protocol: "pop3", script: []string{"+OK\r\n", "> CAPA\r\n", "+OK\r\nUIDL\r\n.\r\n"}, want: "STLS is not offered: +OK | UIDL | ."},
		{name: "NNTP that forbids it", protocol: "nntp", script: []string{"502 no access\r\n"}, want: "502 no access"},
		{name: "Sieve that says no", protocol: "sieve", script: []string{"\"STARTTLS\"\r\nOK\r\n", "> STARTTLS\r\n", "NO \"not now\"\r\n"}, want: "NO \"not now\""},
		{name: "ACAP without it", protocol: "acap", script: []string{"* ACAP (IMPLEMENTATION \"x\")\r\n"}, want: "STARTTLS is not offered: * ACAP (IMPLEMENTATION \"x\")"},
		{name: "IRC whose TLS is broken", protocol: "irc", script: []string{"> USER\r\nSTARTTLS\r\n", ":x NOTICE * :*** hi\r\n:x 691 * :STARTTLS failed\r\n"}, want: ":x 691 * :STARTTLS failed"},
		{name: "IRC that does not say that it does not know the command", protocol: "irc", script: []string{"> USER\r\nSTARTTLS\r\n", ":x 461 * USER :Not enough parameters.\r\n"},
			want: "STARTTLS is not answered, and what came before it is: :x 461 * USER :Not enough parameters."},
		{name: "IRC that does not know the command", protocol: "irc", script: []string{"> USER\r\nSTARTTLS\r\n", ":x 421 * STARTTLS :Unknown command\r\n"}, want: ":x 421 * STARTTLS :Unknown command"},
		{name: "XMPP for another host", protocol: "xmpp", script: []string{streamOpens, streamBack + "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>This server does not serve it</text></stream:error>"},
			want: "stream error host-unknown: This server does not serve it"},
		{name: "XMPP that fails", protocol: "xmpp", script: []string{streamOpens, streamBack + "<stream:features>" + xmppTLS + "</stream:features>", "> " + xmppTLS, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"},
			want: "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
		{name: "NATS without it", protocol: "nats", script: []string{"INFO {\"server_id\":\"N\"} \r\n"}, want: "TLS is not offered: the INFO has neither tls_required nor tls_available"},
		{name: "NATS that says nonsense", protocol: "nats", script: []string{"INFO {nonsense\r\n"}, want: "an INFO that cannot be read: INFO {nonsense"},
		{name: "no NATS", protocol: "nats", script: []string{"220 x ESMTP\r\n"}, want: "SMTP: 220 x ESMTP"},
		{name: "SQL Server without it", protocol: "mssql", script: []string{tdsAsks, tdsAnswer + "\x02"}, want: "ENCRYPT_NOT_SUP, the answer to a PRELOGIN (SQL Server 15.0.2000)"},
		{name: "SQL Server that answers what is not to be answered", protocol: "mssql", script: []string{tdsAsks, tdsAnswer + "\x07"}, want: "0x07 for ENCRYPTION, the answer to a PRELOGIN (SQL Server 15.0.2000)"},
		{name: "SQL Server without ENCRYPTION", protocol: "mssql", script: []string{tdsAsks, "\x04\x01\x00\x09\x00\x00\x01\x00\xff"}, want: "no answer to a PRELOGIN: ff"},
		{name: "no SQL Server", protocol: "mssql", script: []string{"HTTP/1.1 400 Bad Request\r\n"}, want: "no TDS: HTTP: HTTP/1.1 400 Bad Request"},
		{name: "RDP that has no certificate", protocol: "rdp", script: []string{rdpAsks, rdpAnswer + "\x03\x00\x08\x00\x03\x00\x00\x00"}, want: "SSL_CERT_NOT_ON_SERVER(3)"},
		{name: "RDP that wants its own security", protocol: "rdp", script: []string{rdpAsks, rdpAnswer + "\x02\x00\x08\x00\x00\x00\x00\x00"}, want: "PROTOCOL_RDP is selected: RDP's own security, no TLS"},
		{name: "RDP of before the negotiation", protocol: "rdp", script: []string{rdpAsks, "\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00"}, want: "a Connection Confirm without a negotiation: RDP's own security, no TLS"},
		{name: "RDP that disconnects", protocol: "rdp", script: []string{rdpAsks, "\x03\x00\x00\x0b\x06\x80\x00\x00\x12\x34\x00"}, want: "X.224 answers 0x80 to a Connection Request"},
		{name: "no RDP", protocol: "rdp", script: []string{"SSH-2.0-OpenSSH_9.2p1\r\n"}, want: "no RDP: SSH: SSH-2.0-OpenSSH_9.2p1"},
		{name: "telnet without it", protocol: "telnet", script: []string{"\xff\xfd\x18\xff\xfd\x20", telnetAsks, "\xff\xfe\x2e"}, want: "DONT START_TLS"},
		{name: "VNC without it", protocol: "vnc", script: []string{"RFB 003.008\n", "> RFB 003.008\n", "\x02\x01\x02"}, want: "VeNCrypt is not offered: None(1) VncAuth(2)"},
		{name: "VNC that is full", protocol: "vnc", script: []string{"RFB 003.008\n", "> RFB 003.008\n", "\x00\x00\x00\x00\x08too many"}, want: "no security type is offered: too many"},
		{name: "VNC of before VeNCrypt", protocol: "vnc", script: []string{"RFB 003.003\n"}, want: "RFB 003.003 selects the security type itself, and has none with TLS"},
		{name: "VNC with passwords alone", protocol: "vnc", script: []string{"RFB 003.008\n", "> RFB 003.008\n", "\x01\x13", "> \x13", "\x00\x02", "> \x00\x02", "\x00\x01\x00\x00\x01\x00"},
			want: "no type of VeNCrypt with TLS is offered: [256]"},
		{name: "VNC that takes its offer back", protocol: "vnc", script: []string{"RFB 003.008\n", "> RFB 003.008\n", "\x01\x13", "> \x13", "\x00\x02", "> \x00\x02", "\x00\x01\x00\x00\x01\x04", "> \x00\x00\x01\x04", "\x00"},
			want: "type 260 of VeNCrypt is refused (0)"},
		{name: "no VNC", protocol: "vnc", script: []string{"220 mail.example ESMTP\r\n"}, want: "no RFB: SMTP: 220 mail.example ESMTP"},
		{name: "commands behind the yes", protocol: "smtp", script: []string{"220 x ESMTP\r\n", "> EHLO [127.0.0.1]\r\n", "250 STARTTLS\r\n", "> STARTTLS\r\n", "220 go ahead\r\n250 2.1.0 Ok\r\n"},
			want: "in clear behind the answer to the upgrade: 250 2.1.0 Ok"},
		{name: "an error behind the yes of PostgreSQL", protocol: "postgres", script: []string{sslRequest, "SEFATAL:  no\n\x00"}, want: "in clear behind the answer to the upgrade: PostgreSQL: FATAL:  no"},
		{name: "TLS at once", protocol: "smtp", script: []string{"\x15\x03\x03\x00\x02\x02\x0a"}, want: "TLS"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			addr := serve(t, func(c *net.TCPConn) {
				if err := play(c, tc.script...); err != nil {
					t.Error(err)
				}
				untilClosed(c)
			})
			r := prober().Do(t.Context(), startTLS(addr, tc.protocol))
			if got, want := summary(r), "prologue-refused: "+tc.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestAControlHearsWhatThePeerSaysUnasked(t *testing.T) {
	listen := parley.Step{Kind: parley.StepListen}
	get := parley.Step{Kind: parley.StepSend, Data: []byte("GET / HTTP/1.0\r\n\r\n")}
	for _, tc := range []struct {
		name                string
		steps               []parley.Step
		server              func(*net.TCPConn)
		want, plain, banner string
	}{
		{name: "a banner", steps: []parley.Step{listen}, server: func(c *net.TCPConn) { io.WriteString(c, "SSH-2.0-x\r\n"); untilClosed(c) },
			want: "plaintext", plain: "SSH-2.0-x\r\n", banner: "SSH-2.0-x\r\n"},
		{name: "nothing", steps: []parley.Step{listen}, server: untilClosed, want: "silence"},
		{name: "a close", steps: []parley.Step{listen}, server: func(c *net.TCPConn) {}, want: "fin"},
		{name: "a reset", steps: []parley.Step{get, listen}, server: func(c *net.TCPConn) { c.Read(make([]byte, 1)); c.SetLinger(0) }, want: "rst"},
		{name: "an answer in plain", steps: []parley.Step{get}, server: func(c *net.TCPConn) {
			c.Read(make([]byte, 18))
			io.WriteString(c, "HTTP/1.0 200 OK\r\n\r\n")
			untilClosed(c)
		}, want: "plaintext", plain: "HTTP/1.0 200 OK\r\n\r\n"},
		{name: "an alert", steps: []parley.Step{get}, server: func(c *net.TCPConn) {
			c.Read(make([]byte, 18))
			c.Write(record(iana.ContentAlert, 2, 10))
		}, want: "alert fatal unexpected_message(10)"},
		{name: "a handshake message", steps: []parley.Step{get}, server: func(c *net.TCPConn) { c.Write(hello12()); untilClosed(c) },
			want: "malformed: message: expected nothing of TLS before a ClientHello, got server_hello"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a := parley.Attempt{Scope: parley.Scope{Addr: serve(t, tc.server)}, Prologue: tc.steps}.Identify()
			r := prober().Do(t.Context(), a)
			if got := summary(r); got != tc.want || string(r.Plain) != tc.plain || string(r.Banner) != tc.banner {
				t.Errorf("got  %s, plain %q, banner %q\nwant %s, plain %q, banner %q", got, r.Plain, r.Banner, tc.want, tc.plain, tc.banner)
			}
		})
	}
}

func TestThePROXYHeaderNamesBothEnds(t *testing.T) {
	t.Parallel()
	addr := serve(t, func(c *net.TCPConn) {
		b := make([]byte, 28)
		io.ReadFull(c, b)
		from, to := c.RemoteAddr().(*net.TCPAddr).Port, c.LocalAddr().(*net.TCPAddr).Port
		want := fmt.Sprintf("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01%s",
			[]byte{byte(from >> 8), byte(from), byte(to >> 8), byte(to)})
		if string(b) != want {
			t.Errorf("got %q, want %q", b, want)
		}
		answer(iana.ContentAlert, 2, 70)(c)
	})
	a := attempt(addr, modern("probe.example"))
	a.Prologue = []parley.Step{{Kind: parley.StepProxyHeader, Text: "v2"}}
	if r := prober().Do(t.Context(), a); r.End != parley.EndAlert {
		t.Errorf("got %s", summary(r))
	}

	local, remote := netip.MustParseAddrPort("192.0.2.1:4711"), netip.MustParseAddrPort("192.0.2.2:443")
	six := netip.MustParseAddrPort("[2001:db8::1]:443")
	for _, tc := range []struct {
		local, remote netip.AddrPort
		want          string
	}{
		{local: local, remote: remote, want: "PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\n"},
		{local: six, remote: six, want: "PROXY TCP6 2001:db8::1 2001:db8::1 443 443\r\n"},
		{local: local, remote: six, want: "PROXY UNKNOWN\r\n"},
	} {
		if b, _ := proxyHeader("v1", tc.local, tc.remote); string(b) != tc.want {
			t.Errorf("got %q, want %q", b, tc.want)
		}
	}
}
