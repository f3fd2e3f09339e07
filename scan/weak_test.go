package scan

import (
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/weaknesses"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

// weakReals are real servers, and what is weak at each by its own configuration: all
// that is seen, and all that stays unknown, without "weakness.".
var weakReals = []struct {
	stack peers.Stack
	c     peers.Config
	yes   string
	open  string
}{
	{
		stack: peers.Nginx, c: peers.Config{Versions: today, Ciphers: mozilla, DHBits: 2048},
	},
	{
		stack: peers.Go, c: peers.Config{Versions: only13},
	},
	{
		stack: peers.OpenSSL, c: peers.Config{Versions: all1, Ciphers: "ALL:COMPLEMENTOFALL", DHBits: 1024, Cert: peers.RSA1024, Extra: []string{"-serverpref"}},
		yes: "null anonymous logjam short-key outdated-version beast rsa-key-exchange lucky13",
	},
	{
		stack: peers.OpenSSL, c: peers.Config{Versions: only12, Ciphers: "ECDHE-RSA-AES128-GCM-SHA256", Chain: "sha1", Extra: []string{"-client_renegotiation"}},
		yes: "client-renegotiation broken-digest no-current-version",
	},
	{
		stack: peers.OpenSSL, c: peers.Config{Versions: only13, Extra: []string{"-max_early_data", "1000"}, Cert: peers.ECDSAP256},
		yes: "early-data",
	},
	{
		stack: peers.Node08, c: peers.Config{Versions: []iana.Version{iana.SSL2, iana.SSL3, iana.TLS10}, Ciphers: "ALL:COMPLEMENTOFALL"},
		yes:  "client-renegotiation drown poodle outdated-version null export short-cipher-key no-current-version rc4 sweet32 beast rsa-key-exchange no-extended-master-secret no-fallback-scsv lucky13",
		open: "anonymous freak logjam short-prime reused-dh-key", // it closes in place of an alert
	},
	{
		stack: peers.Java, c: peers.Config{
			Versions: []iana.Version{iana.SSL3, iana.TLS10}, DHBits: 1024,
			Ciphers: "SSL_RSA_EXPORT_WITH_RC4_40_MD5,SSL_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA,SSL_DH_anon_EXPORT_WITH_RC4_40_MD5,SSL_RSA_WITH_DES_CBC_SHA,TLS_RSA_WITH_AES_128_CBC_SHA,TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
		},
		yes: "client-renegotiation poodle anonymous export freak logjam short-cipher-key outdated-version no-current-version rc4 sweet32 beast rsa-key-exchange no-fallback-scsv lucky13",
	},
	{
		stack: peers.GnuTLS, c: peers.Config{
			Versions: classic, Ciphers: "NORMAL:+ARCFOUR-128:+3DES-CBC:+RSA:+SHA1:+MD5:%COMPAT", NoEMS: true, NoSecureRenegotiation: true, Extra: []string{"--heartbeat"},
		},
		yes: "client-renegotiation rc4 sweet32 renegotiation outdated-version beast rsa-key-exchange no-extended-master-secret no-current-version lucky13 heartbeat",
	},
	{
		stack: peers.Node012, c: peers.Config{Versions: only12, Ciphers: "DHE-RSA-AES128-GCM-SHA256", DHBits: 1024},
		yes: "client-renegotiation logjam no-extended-master-secret no-current-version",
	},
}

func TestWhatIsWeakIsWhatTheServerWasTold(t *testing.T) {
	for _, tt := range weakReals {
		t.Run(strings.NewReplacer(" ", "-", "[", "", "]", "").Replace(string(tt.stack)+" "+tt.c.Chain+" "+tt.c.Cert.String()), func(t *testing.T) {
			s := peers.Start(t, tt.stack, tt.c)
			q := target.Question{Text: s.Addr.String(), SNI: peers.Name, StartTLS: tt.c.StartTLS}
			res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			found := res.Endpoints[0].Weaknesses()
			for _, f := range found {
				t.Logf("%s %s %s: %s", f.Is, f.Severity, f.ID, f.Why)
			}
			compareWeak(t, found, tt.yes, tt.open)
		})
	}
}

func compareWeak(t *testing.T, found []weaknesses.Finding, yes, open string) {
	t.Helper()
	var gotYes, gotOpen []string
	for _, f := range found {
		switch id := strings.TrimPrefix(f.ID, "weakness."); {
		case f.Found():
			gotYes = append(gotYes, id)
		case f.Is == 0:
			gotOpen = append(gotOpen, id)
		}
	}
	for _, c := range []struct {
		what string
		got  []string
		want string
	}{{"seen", gotYes, yes}, {"unknown", gotOpen, open}} {
		want := strings.Fields(c.want)
		slices.Sort(c.got)
		slices.Sort(want)
		if !slices.Equal(c.got, want) {
			t.Errorf("%s:\n got %v\nwant %v", c.what, c.got, want)
		}
	}
}

// TestEveryWeaknessIsSeenAtSomeRealServer holds that nothing stands in the table which
// no server shows; what no server of today can be told to do has a twin.
func TestEveryWeaknessIsSeenAtSomeRealServer(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"crime": true, "reused-dh-key": true, "short-prime": true} // a twin's
	seen["broken-key"] = true                                                          // of the test below
	for _, tt := range weakReals {
		for id := range strings.FieldsSeq(tt.yes) {
			seen[id] = true
		}
	}
	for _, w := range weaknesses.All() {
		if !seen[strings.TrimPrefix(w.ID, "weakness.")] {
			t.Errorf("%s is seen at no real server", w.ID)
		}
	}
}
