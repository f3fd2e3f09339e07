package check

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley/knowledge/clients"
)

func TestOptionsThatContradictThemselvesAreAnError(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		o    Options
		want string
	}{
		"IPv4 of an IPv6 address":      {Options{Target: "::1", Family: 4}, "::1 is not an IPv4 address"},
		"IPv6 of an IPv4 address":      {Options{Target: "192.0.2.7", Family: 6}, "192.0.2.7 is not an IPv6 address"},
		"IPv6 and --connect":           {Options{Target: "shop.example", Connect: "192.0.2.7", Family: 6}, "192.0.2.7 is not an IPv6 address"},
		"a URL as --connect":           {Options{Target: "shop.example", Connect: "smtp://192.0.2.7"}, `--connect: "smtp://192.0.2.7" is a URL, want ADDR or ADDR:PORT`},
		"the scheme's upgrade":         {Options{Target: "smtp://mail.example", StartTLS: "imap"}, "the scheme of smtp://mail.example means the upgrade of smtp, not of imap"},
		"an upgrade that there is not": {Options{Target: "shop.example", StartTLS: "gopher"}, `no upgrade to TLS is known of "gopher"`},
		"no protocol":                  {Options{Target: "shop.example", ALPN: []string{}}, "no application protocol is named"},
		"an empty protocol":            {Options{Target: "shop.example", ALPN: []string{"h2", ""}}, "an application protocol of 0 bytes, want 1 to 255"},
		"a protocol that is too long":  {Options{Target: "shop.example", ALPN: []string{strings.Repeat("h", 256)}}, "an application protocol of 256 bytes, want 1 to 255"},
		"an address as a server name":  {Options{Target: "shop.example", SNI: "192.0.2.7"}, "--sni: an address is not a server name (RFC 6066, Section 3)"},
		"control characters in a name": {Options{Target: "shop.example", SNI: "a\x1b"}, `--sni: "a\x1b" is not a host: '\x1b' cannot stand in it`},
	} {
		tt.o.Panel = clients.Panel()
		_, err := Run(t.Context(), tt.o)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if err.Error() != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", name, err, tt.want)
		}
	}
}
