package check_test

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/trust"
)

var (
	dtls10 = []iana.Version{iana.DTLS10}
	dtls12 = []iana.Version{iana.DTLS12}
)

// overDTLS are servers of DTLS, who asks, what a check comes to, and which real clients
// go through with the server: o is openssl s_client -dtls, g gnutls-cli --udp.
var overDTLS = []struct {
	name  string
	stack peers.Stack
	c     peers.Config
	as    string // "": today's clients
	sni   string // "": the name of the certificate
	want  string
	real  string
}{
	{name: "all is well", stack: peers.OpenSSLDTLS, want: "ok, exit 0", real: "og"},
	{name: "all is well", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls12, Cert: peers.ECDSAP256}, as: "gnutls-3.7", want: "ok, exit 0", real: "og"},
	{name: "all is well with CoAP", stack: peers.CoAP, as: "openssl-dtls", want: "ok, exit 0", real: "og"},
	{name: "a certificate is asked for", stack: peers.GnuTLSDTLS, c: peers.Config{ClientAuth: peers.Asked}, want: "client-asked, exit 3", real: "og"},
	{name: "a certificate is demanded", stack: peers.OpenSSLDTLS, c: peers.Config{ClientAuth: peers.Required}, as: "gnutls-3.7", want: "client-asked, exit 3", real: ""},
	{name: "1.0 alone", stack: peers.GnuTLSDTLS, c: peers.Config{Versions: dtls10}, as: "openssl-3.0", want: "version.policy-min, side server, seen, exit 1", real: "g"},
	{name: "1.0 alone", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls10}, as: "java17", want: "version.policy-min, side server, proved, exit 1", real: "g"},
	{name: "1.0 alone", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls10}, as: "gnutls-3.7", want: "ok, exit 0", real: "g"},
	{name: "1.0 alone", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls10}, want: "version.server-too-old, side server, proved, exit 1", real: "g"},
	{name: "a suite that few have", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls12, Ciphers: "CAMELLIA128-SHA"}, want: "cipher.no-overlap, side server, proved, exit 1"},
	{name: "a suite that few have, refused by silence", stack: peers.GnuTLSDTLS, c: peers.Config{Versions: dtls12, Ciphers: "NORMAL:-CIPHER-ALL:+CAMELLIA-128-GCM"}, as: "gnutls-3.7", want: "cipher.no-overlap, side unknown, proved, exit 1"},
	{name: "a group that few have", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls12, Ciphers: "ECDHE-RSA-AES128-GCM-SHA256", Groups: "brainpoolP256r1"}, as: "openssl-3.0", want: "group.no-overlap, side server, proved, exit 1"},
	{name: "a small prime", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls12, Ciphers: "DHE-RSA-AES128-GCM-SHA256", DHBits: 1024}, as: "openssl-3.0", want: "dh.too-small, side server, seen, exit 1", real: "g"},
	{name: "no secure renegotiation", stack: peers.GnuTLSDTLS, c: peers.Config{Versions: dtls12, NoSecureRenegotiation: true}, as: "openssl-3.0", want: "renegotiation.legacy-server, side server, seen, exit 1", real: "g"},
	{name: "a certificate of another name", stack: peers.OpenSSLDTLS, sni: "other.example", want: "name.mismatch, side server, seen, exit 1"},
	{name: "a certificate of another name", stack: peers.JavaDTLS, sni: "other.example", as: "mbedtls-2.28", want: "name.mismatch, side server, seen, exit 1"},
	{name: "a pre-shared key alone", stack: peers.OpenSSLDTLS, c: peers.Config{Ciphers: "PSK-AES128-GCM-SHA256", Extra: []string{"-psk", "1a2b"}}, want: "psk.mismatch, side client, proved, exit 1"},
	{name: "a suite that needs another key", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls12, Cert: peers.RSA2048, Ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256"}, as: "openssl-3.0", want: "server.no-usable-certificate, side server, inferred, exit 1"},
	{name: "a signature that few take", stack: peers.OpenSSLDTLS, c: peers.Config{Versions: dtls12, SigAlgs: "RSA+SHA224", Ciphers: "ECDHE-RSA-AES128-GCM-SHA256"}, as: "java17", want: "ok, exit 0", real: "o"},
}

// TestACheckOverDTLSNamesWhatIsWrong asks real servers, and what is none; and holds
// what it says of a client against what that client does.
func TestACheckOverDTLSNamesWhatIsWrong(t *testing.T) {
	roots := rootsFile(t)
	store, err := trust.File("--ca ", roots)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range overDTLS {
		t.Run(tt.name+" "+string(tt.stack)+" "+tt.as, func(t *testing.T) {
			t.Parallel() // who refuses by silence is waited for
			s := peers.Start(t, tt.stack, tt.c)
			name := tt.sni
			if name == "" {
				name = peers.Name
			}
			o := check.Options{
				Target: "dtls://" + s.Addr.String(), SNI: name, Now: time.Now(), Panel: clients.PanelOver(parley.TransportDTLS), Timeout: time.Minute,
				Prober: &probe.Prober{Dialer: &loopbackOnly{}}, Trust: []parley.Store{store},
			}
			if tt.as != "" {
				if o.Client, err = clients.GetOver(tt.as, parley.TransportDTLS); err != nil {
					t.Fatal(err)
				}
			}
			a, err := check.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			got := answer(a)
			if _, why := a.Layer(); strings.Contains(why, "asks for a certificate of the client") {
				got = strings.Replace(got, "unknown", "client-asked", 1)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s\n%s", got, tt.want, trail(a))
			}
			if a.Connections > check.Connections {
				t.Errorf("%d connections", a.Connections)
			}
			if tt.as == "" {
				for _, f := range a.Result.Findings {
					agree(t, tt.real, f.Members)
				}
			}
			for of, argv := range realOverDTLS {
				fresh := peers.Start(t, tt.stack, tt.c) // some do not get over a handshake that is broken off
				if got, want := through(t, argv(fresh.Addr, name, roots)), strings.Contains(tt.real, of); got != want {
					t.Errorf("%s goes through: %v, want %v", argv(fresh.Addr, name, roots)[0], got, want)
				}
			}
		})
	}
}

// agree holds those whom a check says the server stops against who goes through.
func agree(t *testing.T, real string, stopped []parley.ClientID) {
	t.Helper()
	for of, id := range map[string]parley.ClientID{"o": "openssl-3.0-dtls", "g": "gnutls-3.7-dtls"} {
		if slices.Contains(stopped, id) == strings.Contains(real, of) {
			t.Errorf("stops %v; of real clients %q go through", stopped, real)
		}
	}
}

// realOverDTLS are the clients of this machine.
var realOverDTLS = map[string]func(at netip.AddrPort, name, roots string) []string{
	"o": func(at netip.AddrPort, name, roots string) []string {
		return []string{"openssl", "s_client", "-dtls", "-connect", at.String(), "-servername", name, "-verify_hostname", name, "-CAfile", roots, "-verify_return_error", "-timeout"}
	},
	"g": func(at netip.AddrPort, name, roots string) []string {
		_, port, _ := net.SplitHostPort(at.String())
		return []string{"gnutls-cli", "--udp", "--port", port, "--sni-hostname", name, "--verify-hostname", name, "--x509cafile", roots, "127.0.0.1"}
	},
}

// through says whether a client shakes hands.
func through(t *testing.T, argv []string) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "timeout", append([]string{"8"}, argv...)...)
	out, err := cmd.CombinedOutput() // s_client says which suite was selected before it knows that it is over
	text := string(out)
	return strings.Contains(text, "- Handshake was completed") || err == nil && strings.Contains(text, "New, TLSv1")
}

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

// TestWhatIsNoServerOfDTLSIsTold asks ports without a server.
func TestWhatIsNoServerOfDTLSIsTold(t *testing.T) {
	t.Parallel()
	mute, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}) // takes datagrams, and answers none
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	gone, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	closed := gone.LocalAddr().String()
	gone.Close()
	for _, tt := range []struct{ name, at, want string }{
		{"nothing listens", closed, "network.refused, side unknown, seen, exit 3"},
		{"nothing answers", mute.LocalAddr().String(), "network.timeout, side unknown, seen, exit 3"},
		{"cookies alone", peers.Start(t, peers.GnuTLSDTLS, peers.Config{Ciphers: "NORMAL:-KX-ALL:+PSK"}).Addr.String(), "server.no-answer, side unknown, seen, exit 3"},
	} {
		a, err := check.Run(t.Context(), check.Options{
			Target: "dtls://" + tt.at, SNI: peers.Name, Now: time.Now(), Panel: clients.PanelOver(parley.TransportDTLS), Timeout: time.Minute,
			Prober: &probe.Prober{Dialer: &loopbackOnly{}, Silence: time.Second},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := answer(a); got != tt.want {
			t.Errorf("%s: got  %s\nwant %s\n%s", tt.name, got, tt.want, trail(a))
		}
	}
}

// TestWhoDoesNotSpeakDTLSIsNotAskedAbout: a hello of TLS is no hello of DTLS.
func TestWhoDoesNotSpeakDTLSIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	over := func(id string) *parley.Client {
		c, err := clients.Get(id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tt := range []struct {
		target string
		c      *parley.Client
		cert   bool
		want   string
	}{
		{target: "dtls://127.0.0.1:9", c: over("java7"), want: "the hello of java7 is of TLS"},
		{target: "127.0.0.1:9", c: over("openssl-dtls"), want: "the hello of openssl-3.0-dtls is of DTLS"},
		{target: "dtls://127.0.0.1:9", c: over("openssl-dtls"), cert: true, want: "a certificate of the client comes after what parley can follow over DTLS"},
	} {
		o := check.Options{Target: tt.target, Client: tt.c, Prober: &probe.Prober{Dialer: &loopbackOnly{}}}
		if tt.cert {
			o.Cert = parley.ThrowAway
		}
		if _, err := check.Run(t.Context(), o); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s as %s: error %v, want %q", tt.target, tt.c.ID, err, tt.want)
		}
	}
}
