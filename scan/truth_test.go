package scan

import (
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/target"
)

// real is a server as its own configuration has it, and what that stands for.
type real struct {
	stack peers.Stack
	c     peers.Config
	// suites are the cipher suites up to 1.2, as names separated by colons or commas;
	// empty: those of Config.Ciphers. A function asks the server's software.
	suites string
	asks   func(v iana.Version, c peers.Config) ([]iana.Suite, error)
	// of13 are the suites of 1.3; nil: the three that every stack has.
	of13 []iana.Suite
	// order says whose order decides; Unknown: it is not held against anything.
	order parley.Truth
	kinds []iana.SSL2Suite
	// noDHE: it has no prime for Diffie-Hellman.
	noDHE bool
	// versions are those it accepts where Config cannot say so.
	versions []iana.Version
	// closes: it refuses cipher suites without an alert, which is not taken for a no.
	closes bool
}

func (r real) name() string {
	return strings.NewReplacer("[", "", "]", "", " ", "-", ":", "+").Replace(fmt.Sprintf("%s %v %s %v", r.stack, r.c.Versions, r.c.Cert, r.order))
}

var (
	old     = []iana.Version{iana.TLS10, iana.TLS11}
	classic = []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12}
	today   = []iana.Version{iana.TLS12, iana.TLS13}
	only12  = []iana.Version{iana.TLS12}
	only13  = []iana.Version{iana.TLS13}
	all1    = []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
	usual13 = []iana.Suite{0x1302, 0x1303, 0x1301}
	mozilla = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384"
	mixed   = "AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA:AES256-SHA256:ECDHE-RSA-AES128-SHA:CAMELLIA128-SHA:ECDHE-ECDSA-AES256-CCM8"
)

// reals is the table: what each server is told, and so what it accepts.
var reals = []real{
	{stack: peers.OpenSSL, c: peers.Config{Versions: today, Ciphers: mozilla, Cert: peers.RSA2048}, order: parley.No},
	{stack: peers.OpenSSL, c: peers.Config{Versions: today, Ciphers: mozilla, Cert: peers.ECDSAP256, Extra: []string{"-serverpref"}}, order: parley.Yes},
	{stack: peers.OpenSSL, c: peers.Config{Versions: all1, Ciphers: "ALL:COMPLEMENTOFALL", Cert: peers.RSA2048, Extra: []string{"-serverpref"}}, asks: opensslSays, order: parley.Yes},
	{stack: peers.OpenSSL, c: peers.Config{Versions: only13, Ciphers13: "TLS_AES_128_CCM_SHA256:TLS_AES_128_GCM_SHA256", Cert: peers.Ed25519}, of13: []iana.Suite{0x1304, 0x1301}, order: parley.No},
	{stack: peers.OpenSSL, c: peers.Config{Versions: only12, Ciphers: "AES256-SHA", Cert: peers.RSA4096}},
	{stack: peers.OpenSSL, c: peers.Config{Versions: today, Ciphers: "AESCCM:!AESCCM8", Ciphers13: "TLS_AES_128_CCM_SHA256", Cert: peers.RSA2048, Extra: []string{"-serverpref"}}, asks: opensslSays, of13: []iana.Suite{0x1304}, order: parley.Yes},
	{stack: peers.OpenSSL, c: peers.Config{Versions: only12, Ciphers: "ARIA:CAMELLIA:!aNULL", Cert: peers.Both, Extra: []string{"-serverpref"}}, asks: opensslSays, order: parley.Yes},
	{stack: peers.OpenSSL, c: peers.Config{Versions: only12, Ciphers: "eNULL:aNULL:@SECLEVEL=0", Cert: peers.Both, Extra: []string{"-serverpref"}}, asks: opensslSays, order: parley.Yes},
	{stack: peers.OpenSSL, c: peers.Config{Versions: today, Ciphers: "ECDHE+AESGCM:ECDHE+CHACHA20", Cert: peers.RSA2048, Extra: []string{"-serverpref", "-prioritize_chacha"}}, asks: opensslSays, order: parley.Mixed},
	{stack: peers.GnuTLS, c: peers.Config{Versions: only12, Cert: peers.RSA2048, Ciphers: "NORMAL:-CIPHER-ALL:+AES-128-CCM-8:+AES-256-CCM:+CAMELLIA-128-GCM"}, asks: gnutlsSays},
	{stack: peers.NSS, c: peers.Config{Versions: []iana.Version{iana.SSL3, iana.TLS10, iana.TLS11}, Ciphers: ":0035:002F:000A:0005"}, suites: "0035,002f,000a,0005"},
	{stack: peers.Nginx, c: peers.Config{Versions: only12, Ciphers: "ECDHE+AESGCM:ECDHE+CHACHA20", Cert: peers.Both, Extra: []string{"ssl_prefer_server_ciphers on;", "ssl_conf_command Options PrioritizeChaCha;"}}, asks: opensslSays, order: parley.Mixed},
	{stack: peers.Nginx, c: peers.Config{Versions: today, Ciphers: mozilla, Cert: peers.ECDSAP384}, order: parley.No},
	{stack: peers.Nginx, c: peers.Config{Versions: all1, Ciphers: mixed, Cert: peers.Both, Extra: []string{"ssl_prefer_server_ciphers on;"}}, order: parley.Yes},
	{stack: peers.Nginx, c: peers.Config{Versions: classic, Ciphers: "ALL", Cert: peers.Both, DHBits: 2048, Extra: []string{"ssl_prefer_server_ciphers on;"}}, asks: opensslSays, order: parley.Yes},
	{stack: peers.Apache, c: peers.Config{Versions: today, Ciphers: mozilla, Cert: peers.RSA2048}, order: parley.No},
	{stack: peers.Apache, c: peers.Config{Versions: old, Ciphers: mixed, Cert: peers.RSA1024}, order: parley.No},
	{stack: peers.HAProxy, c: peers.Config{Versions: today, Ciphers: mozilla, Cert: peers.RSA2048, DHBits: 2048}, order: parley.Mixed},
	{stack: peers.HAProxy, c: peers.Config{Versions: classic, Ciphers: mixed, Cert: peers.ECDSAP256}, order: parley.Yes},
	{stack: peers.Go, c: peers.Config{Versions: only12, Ciphers: "TLS_RSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,TLS_RSA_WITH_3DES_EDE_CBC_SHA"}},
	{stack: peers.Go, c: peers.Config{Versions: all1, Ciphers: "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", Cert: peers.ECDSAP256}},
	{stack: peers.Go, c: peers.Config{Versions: only13}},
	{stack: peers.GnuTLS, c: peers.Config{Versions: today, Cert: peers.RSA2048, DHBits: 2048}, asks: gnutlsSays, of13: []iana.Suite{0x1302, 0x1303, 0x1301, 0x1304}},
	{stack: peers.GnuTLS, c: peers.Config{Versions: classic, Cert: peers.ECDSAP256, Ciphers: "LEGACY"}, asks: gnutlsSays},
	{stack: peers.GnuTLS, c: peers.Config{Versions: only12, Cert: peers.RSA2048, Ciphers: "NORMAL:%SERVER_PRECEDENCE"}, asks: gnutlsSays, order: parley.Yes},
	{stack: peers.NSS, c: peers.Config{Versions: today, Ciphers: ":C02F:C030:009C:002F:1301"}, suites: "c02f,c030,009c,002f", of13: []iana.Suite{0x1301}},
	{stack: peers.Java, c: peers.Config{Versions: today, Ciphers: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_256_CBC_SHA,TLS_AES_256_GCM_SHA384"}, suites: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_256_CBC_SHA", of13: []iana.Suite{0x1302}, order: parley.Yes},
	{stack: peers.Java, c: peers.Config{Versions: classic, Ciphers: "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,TLS_RSA_WITH_AES_128_CBC_SHA"}, order: parley.Yes},
	{stack: peers.Node08, c: peers.Config{Versions: []iana.Version{iana.SSL2, iana.SSL3, iana.TLS10}, Ciphers: "RC4-MD5:AES128-SHA:DES-CBC3-SHA:DES-CBC3-MD5"}, suites: "RC4-MD5:AES128-SHA:DES-CBC3-SHA", kinds: []iana.SSL2Suite{0x010080, 0x0700c0}, closes: true},
	{stack: peers.Node010, c: peers.Config{Versions: []iana.Version{iana.SSL3}, Ciphers: "AES128-SHA:RC4-SHA"}, closes: true},
	{stack: peers.Node012, c: peers.Config{Versions: classic, Ciphers: "AES128-SHA:RC4-SHA:AES128-GCM-SHA256:SEED-SHA:IDEA-CBC-SHA"}},
	{stack: peers.Node4, c: peers.Config{Versions: only12, Ciphers: "ECDHE-RSA-AES128-GCM-SHA256:DES-CBC3-SHA:AES256-SHA"}},
	{stack: peers.Node6, c: peers.Config{Versions: classic, Ciphers: "ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-RC4-SHA", Cert: peers.ECDSAP256}},
	{stack: peers.Node8, c: peers.Config{Versions: old, Ciphers: "ECDHE-RSA-AES128-SHA:AES128-SHA:CAMELLIA256-SHA"}},
	{stack: peers.Node20, c: peers.Config{Versions: today, Ciphers: mozilla, Cert: peers.RSA2048}, noDHE: true},
	{stack: peers.PostgreSQL, c: peers.Config{Versions: today, Ciphers: mixed, StartTLS: "postgres"}, order: parley.Yes},
	{stack: peers.MariaDB, c: peers.Config{Versions: today, Ciphers: "ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA", StartTLS: "mysql"}},
	{stack: peers.Redis, c: peers.Config{Versions: today, Ciphers: mixed}},
	{stack: peers.Mosquitto, c: peers.Config{Versions: only12, Ciphers: "ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA"}},
	{stack: peers.Slapd, c: peers.Config{Versions: today, StartTLS: "ldap"}, asks: gnutlsSays, noDHE: true, closes: true, of13: []iana.Suite{0x1302, 0x1303, 0x1301, 0x1304}},
	{stack: peers.Postfix, c: peers.Config{Versions: classic, Ciphers: mixed, StartTLS: "smtp"}},
	{stack: peers.Dovecot, c: peers.Config{Versions: today, Ciphers: mixed, StartTLS: "imap"}, closes: true},
	{stack: peers.Vsftpd, c: peers.Config{Versions: only12, Ciphers: "ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA", StartTLS: "ftp"}},
}

// opensslSays asks OpenSSL 3 what a cipher string stands for under a version.
func opensslSays(v iana.Version, c peers.Config) ([]iana.Suite, error) {
	word := map[iana.Version]string{iana.TLS10: "-tls1", iana.TLS11: "-tls1_1", iana.TLS12: "-tls1_2"}[v.TLS()]
	out, err := exec.Command("openssl", "ciphers", "-s", word, c.Ciphers+":@SECLEVEL=0").Output()
	if err != nil {
		return nil, err
	}
	return suitesOf(strings.TrimSpace(string(out)))
}

var gnutlsSuite = regexp.MustCompile(`(?m)^TLS_\S+\s+0x([0-9a-f]{2}), 0x([0-9a-f]{2})\s`)

// gnutlsSays asks GnuTLS what a priority string stands for.
func gnutlsSays(v iana.Version, c peers.Config) ([]iana.Suite, error) {
	priority := c.Ciphers
	if priority == "" {
		priority = "NORMAL"
	}
	out, err := exec.Command("gnutls-cli", "--list", "--priority", priority).Output()
	if err != nil {
		return nil, err
	}
	var list []iana.Suite
	for _, m := range gnutlsSuite.FindAllStringSubmatch(string(out), -1) {
		s, err := iana.ParseSuite(m[1] + m[2])
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

func suitesOf(text string) (out []iana.Suite, err error) {
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return r == ':' || r == ',' }) {
		s, err := iana.ParseSuite(w)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// want is what the server accepts under v, in its order.
func (r real) want(t *testing.T, v iana.Version) []iana.Suite {
	t.Helper()
	if v == iana.TLS13 {
		if r.of13 != nil {
			return r.of13
		}
		return usual13
	}
	text := r.suites
	if text == "" {
		text = r.c.Ciphers
	}
	list, err := []iana.Suite(nil), error(nil)
	if r.asks != nil {
		list, err = r.asks(v, r.c)
	} else {
		list, err = suitesOf(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(list, func(s iana.Suite) bool {
		i, _ := s.Info()
		needs := map[iana.Auth][]peers.Cert{
			iana.AuthRSA: {peers.RSA2048, peers.RSA1024, peers.RSA4096, peers.Both}, iana.AuthECDSA: {peers.ECDSAP256, peers.ECDSAP384, peers.Ed25519, peers.Both},
			iana.AuthAnon: {peers.RSA2048, peers.ECDSAP256, peers.Both},
		}[i.Auth]
		cert := r.c.Cert
		if cert == peers.Cert(0) {
			cert = peers.RSA2048
		}
		return s.TLS13() || !s.UsableAt(v) || r.noDHE && i.Kx == iana.KxDHE || !slices.Contains(needs, cert)
	})
}

// TestAScanComesToWhatTheServerWasTold holds what a scan learns of real servers
// against their own configurations, whole: versions, cipher suites of each, and
// whose order decides.
func TestAScanComesToWhatTheServerWasTold(t *testing.T) {
	for _, r := range reals {
		t.Run(r.name(), func(t *testing.T) {
			s := peers.Start(t, r.stack, r.c)
			q := target.Question{Text: s.Addr.String(), SNI: peers.Name, StartTLS: r.c.StartTLS}
			res, err := Run(t.Context(), Options{Question: q, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			got := &res.Endpoints[0].Server
			t.Logf("%d connections, %v", res.Connections, res.Elapsed)
			if vs := got.Versions(parley.Yes); !slices.Equal(vs, r.c.Versions) || len(got.Versions(parley.No)) != 6-len(vs) {
				t.Errorf("accepted %v, refused %v; want %v accepted", vs, got.Versions(parley.No), r.c.Versions)
			}
			if kinds := slices.Sorted(slices.Values(got.SSL2.Yes())); !slices.Equal(kinds, r.kinds) {
				t.Errorf("SSL 2: %v, want %v", kinds, r.kinds)
			}
			for _, v := range r.c.Versions {
				if v != iana.SSL2 {
					r.compare(t, v, got.Accepts[v])
				}
			}
		})
	}
}

func (r real) compare(t *testing.T, v iana.Version, col parley.Column) {
	t.Helper()
	want, list := r.want(t, v), col.Suites.Yes()
	if r.order != parley.Unknown && len(want) > 1 && (r.order != parley.Mixed || v < iana.TLS13) && col.ServerOrder != r.order {
		t.Errorf("%v: the server's order decides %v, want %v", v, col.ServerOrder, r.order)
	}
	if complete := col.Suites.Complete; complete != parley.Yes && !r.closes || r.closes && complete == parley.Yes {
		t.Errorf("%v: complete %v", v, complete)
	}
	if r.order == parley.Yes && len(want) > 1 && col.Suites.Order != parley.Yes {
		t.Errorf("%v: the order is known %v", v, col.Suites.Order)
	}
	if r.order != parley.Yes {
		list, want = slices.Sorted(slices.Values(list)), slices.Sorted(slices.Values(want))
	}
	if !slices.Equal(list, want) {
		t.Errorf("%v:\n got %v\nwant %v", v, list, want)
	}
}
