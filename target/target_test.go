package target

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/probe"
)

func TestATargetIsReadAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text, host string
		port       uint16
		kept       string // of the text; empty: all
	}{
		{text: "shop.example", host: "shop.example", port: 443},
		{text: " shop.example:8443\n", host: "shop.example", port: 8443, kept: "shop.example:8443"},
		{text: "shop.example.", host: "shop.example", port: 443},
		{text: "shop.example.:8443", host: "shop.example", port: 8443},
		{text: "_xmpp.shop.example", host: "_xmpp.shop.example", port: 443},
		{text: "192.0.2.7:8443", host: "192.0.2.7", port: 8443},
		{text: "[192.0.2.7]:8443", host: "192.0.2.7", port: 8443},
		{text: "192.0.2.7.", host: "192.0.2.7", port: 443},
		{text: "2001:db8::7", host: "2001:db8::7", port: 443},
		{text: "[2001:db8::7]", host: "2001:db8::7", port: 443},
		{text: "[2001:db8::7]:8443", host: "2001:db8::7", port: 8443},
		{text: "fe80::1%eth0", host: "fe80::1%eth0", port: 443},
		{text: "[fe80::1%eth0]:8443", host: "fe80::1%eth0", port: 8443},
		{text: "https://[fe80::1%25eth0]:8443/", host: "fe80::1%eth0", port: 8443, kept: "https://[fe80::1%eth0]:8443"},
		{text: "HTTPS://Shop.example", host: "Shop.example", port: 443},
		{text: "https://shop.example:/", host: "shop.example", port: 443, kept: "https://shop.example:"},
		{text: "https://me:secret@shop.example/in?token=secret#x", host: "shop.example", port: 443, kept: "https://shop.example"},
		{text: "postgres://me:se@cret@db.example:6432/shop", host: "db.example", port: 6432, kept: "postgres://db.example:6432"},
		{text: "postgresql://me:se@cret@db.example/shop?a=b&sslnegotiation=direct#x", host: "db.example", port: 5432, kept: "postgresql://db.example/?sslnegotiation=direct"},
		{text: "MSSQL://db.example?encrypt=strict&password=secret", host: "db.example", port: 1433, kept: "MSSQL://db.example/?encrypt=strict"},
		{text: "mssql://db.example/?encrypt=true", host: "db.example", port: 1433, kept: "mssql://db.example"},
		{text: "turns://turn.example?transport=udp", host: "turn.example", port: 5349, kept: "turns://turn.example/?transport=udp"},
		{text: "xmpp-server://chat.example", host: "chat.example", port: 5269},
		{text: "shop.example/basket", host: "shop.example", port: 443, kept: "shop.example"},
		{text: "shop.example:8443/basket?a=b", host: "shop.example", port: 8443, kept: "shop.example:8443"},
		{text: "m\u00fcnchen.example", host: "xn--mnchen-3ya.example", port: 443},
		{text: "imaps://M\u00dcNCHEN.example", host: "xn--mnchen-3ya.example", port: 993},
		{text: "\u4f8b\u3048.\u30c6\u30b9\u30c8", host: "xn--r8jz45g.xn--zckzah", port: 443},
	} {
		got, err := Read(tt.text)
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if tt.kept == "" {
			tt.kept = tt.text
		}
		if got.Host != tt.host || got.Port != tt.port || got.Text != tt.kept {
			t.Errorf("%q: got %q, port %d, of %q; want %q, %d, %q", tt.text, got.Host, got.Port, got.Text, tt.host, tt.port, tt.kept)
		}
		if again, err := Read(got.Text); err != nil || again.Host != got.Host || again.Port != got.Port || again.Text != got.Text || again.StartTLS != got.StartTLS || Protocol(again) != Protocol(got) || again.Transport != got.Transport {
			t.Errorf("%q: its text %q is read as %+v: %v", tt.text, got.Text, again, err)
		}
	}
}

func TestWhatIsNoTargetIsSaid(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                        `"" is not a host`,
		".":                       `"." is not a host`,
		"https://":                `"" is not a host`,
		":443":                    `"" is not a host`,
		"a..b":                    `"a..b" is not a host: nothing stands between its dots`,
		"shop example":            `"shop example" is not a host: ' ' cannot stand in it`,
		"*.example":               `"*.example" is not a host: '*' cannot stand in it`,
		"me@shop.example":         `"me@shop.example" is not a host: '@' cannot stand in it`,
		"me:secret@shop.example":  `a host has no @; a user stands in a URL, as in https://user@shop.example`,
		"127.0.0.1/33":            `"127.0.0.1/33" is no network: that of 127.0.0.1 has a prefix of 0 to 32 bits`,
		"127.0.0.1/33:443":        `"127.0.0.1/33:443" is no network: that of 127.0.0.1 has a prefix of 0 to 32 bits`,
		"::1/129":                 `"::1/129" is no network: that of ::1 has a prefix of 0 to 128 bits`,
		"192.0.2.0/24":            `"192.0.2.0/24" is a network: parley scan -f asks the addresses of those in a list`,
		"a\x1b[31mb":              `"a\x1b[31mb" is not a host: '\x1b' cannot stand in it`,
		"a\nb":                    `"a\nb" is not a host: '\n' cannot stand in it`,
		"a\xffb":                  `"a\xffb" is not a host: its letters do not make an internationalized name`,
		"a\u202eb":                `"a\u202eb" is not a host: its letters do not make an internationalized name`,
		"shop.example:":           `"shop.example:": no port stands behind the colon`,
		"shop.example:0":          `"0" is not a port, want 1 to 65535`,
		"shop.example:65536":      `"65536" is not a port, want 1 to 65535`,
		"shop.example:https":      `"https" is not a port, want 1 to 65535`,
		"1:2:3":                   `"1:2:3" is neither host nor host:port; an IPv6 address with a port is written [::1]:443`,
		"[shop.example]:443":      `"shop.example" is not an address`,
		"[::1]443":                `"[::1]443" is neither host nor host:port`,
		"[[::1]]":                 `"[::1" is not an address`,
		"fe80::1%\x1b[2J":         `"fe80::1%\x1b[2J": "\x1b[2J" is not the zone of an address`,
		"999.1.1.1":               `"999.1.1.1" is neither a name nor an address`,
		"2130706433":              `"2130706433" is neither a name nor an address`,
		"0x7f000001:443":          `"0x7f000001" is neither a name nor an address`,
		"http://shop.example":     `http:// means no TLS: want https://, or host:port to see what answers there`,
		strings.Repeat("a", 64):   `"` + strings.Repeat("a", 64) + `" is not a host: one of its parts has 64 bytes, want at most 63`,
		strings.Repeat("a.", 150): `a name of 299 bytes is too long, want at most 253`,
		strings.Repeat("a", 5000): `5000 bytes are too many for a target`,
	} {
		_, err := Read(text)
		if err == nil {
			t.Errorf("%q: no error", text)
			continue
		}
		if err.Error() != want {
			t.Errorf("%q:\n got %s\nwant %s", text, err, want)
		}
	}
}

func TestConnectSaysWhereEvenIfItSaysPort443(t *testing.T) {
	t.Parallel()
	for connect, want := range map[string]string{
		"192.0.2.7": "192.0.2.7:8443", "192.0.2.7:443": "192.0.2.7:443", "[2001:db8::7]:8": "[2001:db8::7]:8",
	} {
		q := Question{Connect: connect}
		got, err := q.Addresses(t.Context(), &probe.Prober{}, &parley.Evidence{Target: parley.Target{Host: "shop.example", Port: 8443}})
		if err != nil || len(got) != 1 || got[0].String() != want {
			t.Errorf("%s: got %v, %v; want %s", connect, got, err, want)
		}
	}
}

func TestUserAndPasswordOfAProxyReachTheProberAlone(t *testing.T) {
	t.Parallel()
	given, p := []string{"", "http://me:secret@p.example:3128", "socks5://q.example"}, &probe.Prober{}
	if got, want := strings.Join(KeepLogins(p, given), " "), " http://p.example:3128 socks5://q.example"; got != want {
		t.Errorf("ways %q, want %q", got, want)
	}
	if got := p.Logins["p.example:3128"].String(); got != "me:secret" || len(p.Logins) != 1 {
		t.Errorf("logins %v, want me:secret for p.example:3128", p.Logins)
	}
	if given[1] != "http://me:secret@p.example:3128" {
		t.Errorf("the caller's list was changed: %q", given)
	}
}
