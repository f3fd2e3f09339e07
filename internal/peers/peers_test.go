package peers

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
)

func TestDiffieHellmanParametersHaveTheSizeTheyAreNamedFor(t *testing.T) {
	for _, bits := range dhSizes {
		text, err := dhFiles.ReadFile(fmt.Sprintf("testdata/dh%d.pem", bits))
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(text)
		if block == nil || block.Type != "DH PARAMETERS" {
			t.Fatalf("dh%d.pem holds no DH PARAMETERS", bits)
		}
		var params struct{ P, G *big.Int }
		// What -dsaparam writes has a third number, which Unmarshal refuses.
		if rest, err := asn1.Unmarshal(block.Bytes, &params); err != nil || len(rest) > 0 {
			t.Fatalf("dh%d.pem: %v, %d bytes left", bits, err, len(rest))
		}
		half := new(big.Int).Rsh(params.P, 1)
		if params.P.BitLen() != bits || !params.P.ProbablyPrime(10) || !half.ProbablyPrime(10) {
			t.Errorf("dh%d.pem holds a prime of %d bits; want a safe prime of %d", bits, params.P.BitLen(), bits)
		}
	}
}

func TestWhatAStackCannotDoIsRefusedByName(t *testing.T) {
	for _, tt := range []struct {
		stack Stack
		c     Config
		want  string
	}{
		{stack: "apache-1.3", want: `peers: no such stack "apache-1.3"`},
		{stack: Go, c: Config{DHBits: 1024}, want: "peers: go cannot be given DHBits"},
		{stack: Go, c: Config{Versions: []iana.Version{iana.SSL3}}, want: "peers: go cannot be restricted to version SSL3"},
		{stack: Nginx, c: Config{StartTLS: "smtp"}, want: "peers: nginx cannot be given StartTLS"},
		{stack: Nginx, c: Config{Cert: None}, want: "peers: nginx cannot serve a certificate of kind None"},
		{stack: OpenSSL, c: Config{SNI: RequireName}, want: "peers: openssl cannot apply policy 2 to server_name"},
		{stack: OpenSSL, c: Config{DHBits: 768}, want: "peers: no Diffie-Hellman parameters of 768 bits; there are [512 1024 2048]"},
		{stack: OpenSSL, c: Config{CertFile: "x"}, want: "peers: CertFile and KeyFile go together"},
		{stack: OpenSSL, c: Config{CertFile: "x", KeyFile: "y", Chain: "good"}, want: "peers: Chain and CertFile exclude each other"},
		{stack: OpenSSL, c: Config{Chain: "bad"}, want: `peers: no chain "bad"`},
		{stack: OpenSSL, c: Config{ClientCA: "x"}, want: "peers: ClientCA has no use without ClientAuth"},
		{stack: Nginx, c: Config{ClientAuth: RequiredLater}, want: "peers: nginx cannot treat client certificates as RequiredLater"},
		{stack: OpenSSL, c: Config{SecLevel: 6}, want: "peers: SecLevel 6 is not between -1 and 5"},
	} {
		got := "accepted"
		if err := Unsupported(tt.stack, tt.c); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("Unsupported(%s, %+v) = %s\nwant %s", tt.stack, tt.c, got, tt.want)
		}
	}
}

// testRoots are the roots that the clients of these tests trust.
func testRoots(t *testing.T) *x509.CertPool {
	t.Helper()
	pool, err := Roots()
	if err != nil {
		t.Fatal(err)
	}
	return pool
}

func TestEachStackCompletesAHandshakeAsItComes(t *testing.T) {
	for _, stack := range Stacks() {
		t.Run(string(stack), func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			s := Start(t, stack, Config{})
			t.Logf("%s up in %s", s.Version, time.Since(began).Round(time.Millisecond))
			if s.Version == "" {
				t.Errorf("no version")
			}
			if stack == SSHD {
				if out, ok := handshake(t, s, dial{}); ok {
					t.Errorf("TLS with sshd:\n%s", out)
				}
				return
			}
			if out, ok := handshake(t, s, dial{starttls: onlyStartTLS[stack]}); !ok {
				t.Errorf("%s did not complete:\n%s", s.Version, out)
			}
		})
	}
}

// onlyStartTLS are the stacks that have no port of TLS alone.
var onlyStartTLS = map[Stack]string{PostgreSQL: "postgres", MariaDB: "mysql"}

// dial is what a client does to a server.
type dial struct {
	flags    string // of openssl s_client, separated by spaces
	name     string // server_name; empty for none
	starttls string
	proxy    bool          // sends a PROXY line first
	insecure bool          // does not verify
	patience time.Duration // for the whole handshake; 10 s when zero
	want     string        // must occur in what s_client prints
}

// handshake runs openssl s_client at security level 0 against s and reports
// whether it completed (and, unless told otherwise, verified the chain).
func handshake(t *testing.T, s *Server, d dial) (string, bool) {
	t.Helper()
	if d.proxy {
		return goHandshake(t, s, true)
	}
	roots, err := RootsPEM()
	if err != nil {
		t.Fatal(err)
	}
	ca := t.TempDir() + "/roots.pem"
	if err := os.WriteFile(ca, roots, 0o644); err != nil {
		t.Fatal(err)
	}
	argv := []string{"s_client", "-connect", s.Addr.String(), "-CAfile", ca, "-tlsextdebug"}
	if !d.insecure {
		argv = append(argv, "-verify_return_error")
	}
	if d.name == "" {
		argv = append(argv, "-noservername")
	} else {
		argv = append(argv, "-servername", d.name)
	}
	if d.starttls != "" {
		argv = append(argv, "-starttls", d.starttls)
	}
	flags := d.flags
	if !strings.Contains(flags, "-cipher ") {
		flags += " -cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0"
	}
	conf := t.TempDir() + "/openssl.cnf"
	if err := os.WriteFile(conf, []byte("openssl_conf=a\n[a]\nssl_conf=b\n[b]\nsystem_default=c\n[c]\nMinProtocol=None\nOptions=UnsafeLegacyServerConnect\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	// A server in clear may wait for more of what it takes for a command.
	ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(d.patience, 10*time.Second))
	defer cancel()
	cmd := exec.CommandContext(ctx, "openssl", append(argv, strings.Fields(flags)...)...)
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+conf)
	out, err := cmd.CombinedOutput()
	return string(out), err == nil && strings.Contains(string(out), d.want)
}

// goHandshake connects with crypto/tls, after a PROXY line if asked to.
func goHandshake(t *testing.T, s *Server, proxy bool) (string, bool) {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	if proxy {
		fmt.Fprintf(conn, "PROXY TCP4 192.0.2.1 127.0.0.1 1234 443\r\n")
	}
	c := tls.Client(conn, &tls.Config{ServerName: Name, RootCAs: testRoots(t), MinVersion: tls.VersionTLS10})
	if err := c.Handshake(); err != nil {
		return err.Error(), false
	}
	return "", true
}

// spy is a testing.TB that records how a test ended.
type spy struct {
	testing.TB
	ended string
}

func (s *spy) Helper()                   {}
func (s *spy) Skipf(f string, a ...any)  { s.ended = "skipped: " + fmt.Sprintf(f, a...) }
func (s *spy) Fatalf(f string, a ...any) { s.ended = "failed: " + fmt.Sprintf(f, a...) }

func TestAMissingPeerSkipsATestAndFailsItInCI(t *testing.T) {
	drivers["absent"] = &driver{programs: []string{"/no/such/server"}}
	t.Cleanup(func() { delete(drivers, "absent") })
	const why = "absent cannot run: /no/such/server is not installed; run internal/peers/install.sh"
	for _, tt := range []struct{ ci, want string }{
		{ci: "", want: "skipped: SKIPPED: " + why},
		{ci: "true", want: "failed: peers: " + why},
	} {
		t.Setenv("CI", tt.ci)
		s := &spy{}
		if Need(s, "absent"); s.ended != tt.want {
			t.Errorf("with CI=%q the test %s\nwant %s", tt.ci, s.ended, tt.want)
		}
	}
}

func TestAServerEndsWithItsTest(t *testing.T) {
	Need(t, Nginx)
	var s *Server
	t.Run("inner", func(t *testing.T) { s = Start(t, Nginx, Config{}) })
	if conn, err := net.Dial("tcp", s.Addr.String()); err == nil {
		conn.Close()
		t.Errorf("nginx still listens on %s after its test", s.Addr)
	}
}

func TestAServerThatDoesNotComeUpSaysWhyInItsOwnWords(t *testing.T) {
	Need(t, Nginx)
	_, err := launch(t, loopback, 0, Nginx, Config{Extra: []string{"no_such_directive on;"}})
	const want = `unknown directive "no_such_directive"`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v\nwant the server's %s", err, want)
	}
}

func TestServersShareAPortOnSeveralAddresses(t *testing.T) {
	Need(t, Nginx)
	first := Start(t, Nginx, Config{})
	second := StartAt(t, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 2}), first.Addr.Port()), Go, Config{})
	third := StartOn(t, netip.AddrFrom4([4]byte{127, 0, 0, 3}), OpenSSL, Config{})
	for _, s := range []*Server{first, second, third} {
		if out, ok := handshake(t, s, dial{}); !ok {
			t.Errorf("%s on %s did not complete:\n%s", s.Stack, s.Addr, out)
		}
	}
}
