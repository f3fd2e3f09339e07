package parley

import "testing"

func TestEachSpecimenIsIdentifiedByItsOwnRow(t *testing.T) {
	for i, p := range plainProtocols {
		name, words := IdentifyPlain([]byte(p.specimen))
		if name != p.name || words == "" {
			t.Errorf("row %d, %s: got %q, %q", i, p.name, name, words)
		}
		for j, other := range plainProtocols[:i] {
			if _, ok := other.read([]byte(p.specimen)); ok {
				t.Errorf("row %d, %s: row %d, %s takes its specimen", i, p.name, j, other.name)
			}
		}
	}
}

func TestPlaintextIsNamedWithItsWords(t *testing.T) {
	for _, tc := range []struct{ plain, name, words string }{
		{plain: "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", name: "HTTP", words: "HTTP/1.1 400 Bad Request"},
		{plain: "220 mx1.example ESMTP ready\r\n", name: "SMTP", words: "220 mx1.example ESMTP ready"},
		{plain: "220 smtp.example ready\r\n", name: "SMTP or FTP", words: "220 smtp.example ready"},
		{plain: "220 ftp.example FTP server ready\r\n", name: "FTP", words: "220 ftp.example FTP server ready"},
		{plain: "220-FileZilla Server 1.8.0\r\n", name: "FTP", words: "220-FileZilla Server 1.8.0"},
		{plain: "220 ProFTPD Server (Debian) [::ffff:127.0.0.1]\r\n", name: "FTP", words: "220 ProFTPD Server (Debian) [::ffff:127.0.0.1]"},
		{plain: "220-mail.example Microsoft ESMTP MAIL Service\r\n", name: "SMTP", words: "220-mail.example Microsoft ESMTP MAIL Service"},
		{plain: "220 Microsoft FTP Service\r\n", name: "FTP", words: "220 Microsoft FTP Service"},
		{plain: "554 5.7.1 no access\r\n", name: "SMTP", words: "554 5.7.1 no access"},
		{plain: "530 Please login with USER and PASS.\r\n", name: "SMTP or FTP", words: "530 Please login with USER and PASS."},
		{plain: "-ERR unknown command '\x16\x03\x01'\r\n", name: "Redis", words: "-ERR unknown command '???'"},
		{plain: "+OK Dovecot ready.\r\n-ERR Unknown command.\r\n", name: "POP3", words: "+OK Dovecot ready."},
		{plain: "EFATAL:  unsupported frontend protocol 5635.769: server supports 2.0 to 3.0\n\x00", name: "PostgreSQL",
			words: "FATAL:  unsupported frontend protocol 5635.769: server supports 2.0 to 3.0"},
		{plain: plainSpecimen("MySQL"), name: "MySQL", words: "8.0.36"},
		{plain: plainSpecimen("MariaDB"), name: "MariaDB", words: "10.11.6-MariaDB-0+deb12u1"},
		{plain: plainSpecimen("AMQP"), name: "AMQP", words: "0-9-1"},
		{plain: plainSpecimen("LDAP"), name: "LDAP", words: "notice of disconnection"},
		{plain: plainSpecimen("NATS"), name: "NATS", words: "INFO, version 2.9.10"},
		{plain: "INFO {\"tls_required\":true} \r\n", name: "NATS", words: `INFO {"tls_required":true}`},
		{plain: "\x04\x01\x00\x1a\x00\x00\x01\x00" + "\x00\x00\x0b\x00\x06\x01\x00\x11\x00\x01\xff" + "\x0f\x00\x07\xd0\x00\x00\x01", name: "SQL Server", words: "version 15.0.2000"},
		{plain: plainSpecimen("SQL Server"), name: "SQL Server", words: "a tabular response"},
		{plain: "* ACAP (IMPLEMENTATION \"x\")\r\n", name: "ACAP", words: "* ACAP (IMPLEMENTATION \"x\")"},
		{plain: "hello there\r\nmore", name: "", words: "hello there"},
		{plain: "\x01\x02\xff", name: "", words: "0102ff"},
		{plain: "", name: "", words: ""},
	} {
		if name, words := IdentifyPlain([]byte(tc.plain)); name != tc.name || words != tc.words {
			t.Errorf("%q:\ngot  %q, %q\nwant %q, %q", tc.plain, name, words, tc.name, tc.words)
		}
	}
}

func plainSpecimen(name string) string {
	for _, p := range plainProtocols {
		if p.name == name {
			return p.specimen
		}
	}
	return ""
}

func FuzzIdentifyPlain(f *testing.F) {
	for _, p := range plainProtocols {
		f.Add([]byte(p.specimen))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		name, words := IdentifyPlain(b)
		if len(words) > 400 {
			t.Errorf("%d bytes of words", len(words))
		}
		if name != "" && len(b) == 0 {
			t.Errorf("%q out of nothing", name)
		}
	})
}
