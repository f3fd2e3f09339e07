package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

func TestATargetOverDTLSIsScannedAndVerified(t *testing.T) {
	s := peers.Start(t, peers.OpenSSLDTLS, peers.Config{Versions: []iana.Version{iana.DTLS10, iana.DTLS12}, Ciphers: "ECDHE-RSA-AES128-SHA:AES128-SHA"})
	url := "dtls://" + s.Addr.String()
	for _, tt := range []struct {
		args []string
		exit int
		want []string
	}{
		{args: []string{"scan", url, "--sni", peers.Name}, want: []string{
			s.Addr.String() + " (" + peers.Name + ") over DTLS", "versions DTLS1.0 DTLS1.2 accepted, DTLS1.3 refused", "DTLS1.0 DTLS1.2",
			"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, TLS_RSA_WITH_AES_128_CBC_SHA", "versions that RFCs forbid: DTLS 1.0 is accepted",
		}},
		{args: []string{"scan", url, "--plain"}, want: []string{"version: DTLS1.0 yes", "version: DTLS1.2 yes", "version: DTLS1.3 no ", "suites-complete: DTLS1.0 yes"}},
		{args: []string{"verify", url, "--min", "1.1"}, want: []string{"2 met, of 2"}},
		{args: []string{"verify", url, "--min", "1.2"}, exit: exitProblem, want: []string{"DTLS1.0 accepted", "1 not met, 1 met, of 2", "note     what a policy says of 1.1, 1.2 and 1.3 is demanded of DTLS1.0,"}},
		{args: []string{"check", url, "--sni", peers.Name, "--ca", rootsFile(t)}, want: []string{"today's clients connect", "clients  openssl-3.0-dtls, gnutls-3.7-dtls, mbedtls-2.28-dtls, java17-dtls"}},
		{args: []string{"check", url, "--sni", peers.Name, "--ca", rootsFile(t), "--as", "openssl"}, want: []string{"openssl-3.0-dtls connects", "selects  DTLS1.2, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"}},
		{args: []string{"check", url, "--as", "java7"}, exit: exitUsage, want: []string{"--as: no hello of java7 over DTLS is known; known are openssl-3.0-dtls, gnutls-3.7-dtls, mbedtls-2.28-dtls, java17-dtls"}},
		{args: []string{"check", s.Addr.String(), "--as", "openssl-dtls"}, exit: exitUsage, want: []string{"openssl-3.0-dtls speaks DTLS, and the target does not: dtls://HOST:PORT does"}},
		{args: []string{"verify", url, "--sni", peers.Name, "--ca", rootsFile(t), "--as", "openssl"}, want: []string{"1 met, of 1"}},
		{args: []string{"scan", url, "--starttls", "smtp"}, exit: exitUsage, want: []string{"over DTLS, which no upgrade comes before"}},
	} {
		h := newHere()
		if exit := h.say(t.Context(), tt.args...); exit != tt.exit {
			t.Errorf("%q: exit %d, want %d", tt.args, exit, tt.exit)
		}
		text := h.out.String() + strings.Join(strings.Fields(h.err.String()), " ") // which is folded
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("%q lacks %q:\n%s", tt.args, want, text)
			}
		}
		if strings.Contains(text, "nginx") {
			t.Errorf("%q has the settings of a server that does not speak DTLS:\n%s", tt.args, text)
		}
	}
	h := newHere()
	h.say(t.Context(), "scan", url, "--json", "--depth", "full")
	validate(t, compile(t, "scan"), h.out.Bytes())
	h = newHere()
	h.say(t.Context(), "verify", url, "--policy", "intermediate", "--json")
	validate(t, compile(t, "verify"), h.out.Bytes())
}

func TestTargetsOverDTLSStandInAListOfMany(t *testing.T) {
	s := peers.Start(t, peers.OpenSSLDTLS, peers.Config{Versions: []iana.Version{iana.DTLS12}})
	old := peers.Start(t, peers.OpenSSLDTLS, peers.Config{Versions: []iana.Version{iana.DTLS12}, Ciphers: "CAMELLIA128-SHA"})
	closed, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	list := listOf(t, "dtls://"+s.Addr.String(), "dtls://"+old.Addr.String(), "dtls://"+closed.LocalAddr().String())
	for _, depth := range [][]string{nil, {"--depth", "suites"}} {
		h := newHere()
		h.say(t.Context(), append([]string{"scan", "-f", list}, depth...)...)
		schema := compile(t, "scan-line")
		for line := range strings.Lines(h.out.String()) {
			validate(t, schema, []byte(line))
			want := []string{`"version":"DTLS1.2"`, `"verdict":"ok"`}
			switch {
			case strings.Contains(line, closed.LocalAddr().String()):
				want = []string{`"end":"refused"`}
			case strings.Contains(line, old.Addr.String()) && depth == nil:
				want = []string{`"end":"alert"`, `"verdict":"unknown"`, `"causes":[]`}
			}
			for _, w := range want {
				if !strings.Contains(line, w) {
					t.Errorf("%v: a line lacks %s:\n%s", depth, w, line)
				}
			}
		}
		if n := strings.Count(h.out.String(), "\n"); n != 3 {
			t.Errorf("%v: %d lines, want 3", depth, n)
		}
	}
}

// rootsFile holds the roots of the certificates of real servers.
func rootsFile(t *testing.T) string {
	t.Helper()
	pem, err := peers.RootsPEM()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, pem, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
