package parley

import (
	"slices"
	"testing"
)

func TestSchemesAreSortedAndUpgradeToWhatThereIs(t *testing.T) {
	if !slices.IsSortedFunc(services, func(a, b Service) int { return compare(a.Scheme, b.Scheme) }) {
		t.Error("the schemes are not sorted")
	}
	if !slices.IsSortedFunc(upgrades, func(a, b Upgrade) int { return compare(a.Name, b.Name) }) {
		t.Error("the upgrades are not sorted")
	}
	for _, s := range Services() {
		if u, ok := UpgradeNamed(s.StartTLS); s.StartTLS != "" && (!ok || u.Name != s.StartTLS || !slices.Contains(u.Ports, s.Port)) {
			t.Errorf("%s upgrades to %q, which knows the ports %v, not %d", s.Scheme, s.StartTLS, u.Ports, s.Port)
		}
	}
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func TestNoTwoUpgradesClaimOneNameSpeakerOrPort(t *testing.T) {
	seen := map[any]string{}
	claim := func(what any, name string) {
		if other := seen[what]; other != "" {
			t.Errorf("%v is claimed by %s and %s", what, other, name)
		}
		seen[what] = name
	}
	for _, u := range Upgrades() {
		if u.Title == "" || u.Asks == "" {
			t.Errorf("%s lacks words", u.Name)
		}
		for _, n := range append([]string{u.Name}, u.Also...) {
			claim(n, u.Name)
		}
		for _, n := range u.Speaks {
			claim("speaks "+n, u.Name)
			if plainSpecimen(n) == "" {
				t.Errorf("%s speaks %q, which IdentifyPlain never says", u.Name, n)
			}
		}
		for _, p := range append([]uint16{u.TLSPort}, u.Ports...) {
			if p != 0 {
				claim(p, u.Name)
			}
		}
	}
}

func TestWhatTwoProtocolsSayIsToldByThePort(t *testing.T) {
	for _, tt := range []struct {
		protocol string
		port     uint16
		want     string
	}{
		{"SMTP or FTP", 21, "ftp"}, {"SMTP or FTP", 2121, "smtp"}, {"SMTP", 24, "lmtp"}, {"SMTP", 143, "smtp"},
		{"XMPP", 5269, "xmpp-server"}, {"XMPP", 5280, "xmpp"}, {"MariaDB", 3307, "mysql"}, {"HTTP", 25, ""},
	} {
		if u, _ := UpgradeSpoken(tt.protocol, tt.port); u.Name != tt.want {
			t.Errorf("%s on port %d: got %q, want %q", tt.protocol, tt.port, u.Name, tt.want)
		}
	}
}

func TestTheSettingOfAURLPutsItOverUDP(t *testing.T) {
	for _, tt := range []struct {
		scheme, setting string
		over            Transport
		port            uint16
	}{
		{scheme: "turns", port: 5349}, {scheme: "turns", setting: "transport=udp", over: TransportDTLS, port: 5349},
		{scheme: "turns", setting: "transport=tcp", port: 5349}, {scheme: "https", setting: "transport=udp", port: 443},
		{scheme: "coaps", over: TransportDTLS, port: 5684},
	} {
		if s, ok := ServiceOf(tt.scheme, tt.setting); !ok || s.Transport != tt.over || s.Port != tt.port {
			t.Errorf("%s, %s: got %+v", tt.scheme, tt.setting, s)
		}
	}
}

func TestTheSettingOfAURLTakesTheUpgradeAway(t *testing.T) {
	for _, tt := range []struct{ scheme, setting, upgrade, alpn string }{
		{scheme: "postgres", upgrade: "postgres"},
		{scheme: "postgresql", setting: "sslnegotiation=direct", alpn: "postgresql"},
		{scheme: "postgres", setting: "sslnegotiation=postgres", upgrade: "postgres"},
		{scheme: "postgres", setting: "encrypt=strict", upgrade: "postgres"},
		{scheme: "sqlserver", setting: "encrypt=strict", alpn: "tds/8.0"},
		{scheme: "mysql", setting: "encrypt=strict", upgrade: "mysql"},
	} {
		if s, ok := ServiceOf(tt.scheme, tt.setting); !ok || s.StartTLS != tt.upgrade || s.ALPN != tt.alpn {
			t.Errorf("%s, %s: got %+v", tt.scheme, tt.setting, s)
		}
	}
	if s, ok := ServiceOf("gopher", ""); ok {
		t.Errorf("gopher: got %+v", s)
	}
}
