package check_test

import (
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// With 1.3 on, it takes a hello without 1.3 as well: its suites say nothing of keys.
func TestAServerThatHasAPreSharedKeyAloneIsToldFromOneWithoutACertificate(t *testing.T) {
	lacks := want{"psk.mismatch", parley.ClientSide, parley.Proved, 1}
	key := []string{"-psk", "001122"}
	for _, x := range []struct {
		name     string
		versions []iana.Version
		extra    []string
		want     want
	}{
		{name: "1.2", versions: ids(iana.TLS12), extra: key, want: lacks},
		{name: "1.2 and 1.3", versions: ids(iana.TLS12, iana.TLS13), extra: key, want: lacks},
		{name: "1.3", versions: ids(iana.TLS13), extra: key, want: lacks},
		{name: "no key", versions: ids(iana.TLS12, iana.TLS13), want: want{"cipher.cert-type-mismatch", parley.ServerSide, parley.Inferred, 1}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s := peers.Start(t, peers.OpenSSL, peers.Config{Versions: x.versions, Cert: peers.None, Extra: x.extra})
			got := run(t, options(t, pair{}, s.Addr))
			if said, want := answer(got), x.want.String(); said != want || got.Connections > check.Connections {
				t.Errorf("%d connections\ngot  %s\nwant %s\n%s%s", got.Connections, said, want, trail(got), s.Version)
			}
			samePairs(t, got)
		})
	}
}

// GnuTLS refuses an identity that it does not know as it does a binder that does not
// fit, and keeps its suites of pre-shared keys for 1.2.
func TestAServerOfGnuTLSThatHasAPreSharedKeyAloneIsToldToo(t *testing.T) {
	peers.Need(t, peers.GnuTLS)
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, []byte("alice:9a8b7c6d9a8b7c6d\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range []iana.Version{iana.TLS12, iana.TLS13} {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			c := peers.Config{Versions: ids(v), Cert: peers.None, Ciphers: "NORMAL:-KX-ALL:+PSK:+DHE-PSK:+ECDHE-PSK", Extra: []string{"--pskpasswd=" + file}}
			s := peers.Start(t, peers.GnuTLS, c)
			got := run(t, options(t, pair{}, s.Addr))
			if said, want := answer(got), "psk.mismatch, side client, proved, exit 1"; said != want {
				t.Errorf("got  %s\nwant %s\n%s%s", said, want, trail(got), s.Version)
			}
			samePairs(t, got)
		})
	}
}

func TestAServerOfAnonymousSuitesAloneHasNoCertificate(t *testing.T) {
	for _, x := range []struct {
		name   string
		stack  peers.Stack
		config peers.Config
	}{
		{name: "all", stack: peers.OpenSSL, config: peers.Config{Ciphers: "aNULL:@SECLEVEL=0"}},
		{name: "DH", stack: peers.OpenSSL, config: peers.Config{Ciphers: "ADH:@SECLEVEL=0"}},
		{name: "ECDH of 1.2", stack: peers.OpenSSL, config: peers.Config{Ciphers: "AECDH:@SECLEVEL=0", Versions: ids(iana.TLS12)}},
		{name: "DH of 1.2 and 1.3", stack: peers.GnuTLS, config: peers.Config{Ciphers: "NORMAL:-KX-ALL:+ANON-DH", Versions: ids(iana.TLS12, iana.TLS13)}},
		{name: "ECDH of 1.2", stack: peers.GnuTLS, config: peers.Config{Ciphers: "NORMAL:-KX-ALL:+ANON-ECDH", Versions: ids(iana.TLS12)}},
	} {
		t.Run(string(x.stack)+" "+x.name, func(t *testing.T) {
			t.Parallel()
			peers.Need(t, x.stack)
			x.config.Cert = peers.None
			s := peers.Start(t, x.stack, x.config)
			got := run(t, options(t, pair{}, s.Addr))
			if said, want := answer(got), "server.no-usable-certificate, side server, proved, exit 1"; said != want || got.Connections > check.Connections {
				t.Errorf("%d connections\ngot  %s\nwant %s\n%s%s", got.Connections, said, want, trail(got), s.Version)
			}
			samePairs(t, got)
			sides := map[parley.Side]bool{}
			for _, f := range got.Result.Findings {
				for _, in := range f.Intents {
					sides[in.Side] = true
				}
			}
			if !sides[parley.ServerSide] || !sides[parley.ClientSide] {
				t.Errorf("fixes for the sides %v, want one for each", sides)
			}
		})
	}
}

// What a client with a key of its own gets is learned of its hello as it is: the key
// in it fits no other.
func TestTheKeyOfAHelloIsLookedAtInTheHelloThatItWasMadeFor(t *testing.T) {
	peers.Need(t, peers.OpenSSL)
	mismatch := func(c string) string { return "psk.mismatch, side unknown, " + c + ", exit 1" }
	for _, x := range []struct {
		name    string
		client  []string // of openssl s_client
		cert    peers.Cert
		want    string
		because string
	}{
		{"another key", []string{"-psk", "aabb"}, peers.None, mismatch("proved"), ""},
		{"another key, with a certificate beside", []string{"-psk", "aabb"}, peers.RSA2048, mismatch("proved"), ""},
		{"another identity", []string{"-psk", "1a2b3c", "-psk_identity", "nobody"}, peers.None, mismatch("inferred"), ""},
		{"another identity, with a certificate beside", []string{"-psk", "1a2b3c", "-psk_identity", "nobody"}, peers.RSA2048, "ok, exit 0", ""},
		{"the same key", []string{"-psk", "1a2b3c"}, peers.None, "unknown, exit 3", "the server takes the pre-shared key of the hello as it was recorded; what follows takes the key"},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s := peers.Start(t, peers.OpenSSL, peers.Config{Versions: ids(iana.TLS13), Cert: x.cert, Extra: []string{"-psk", "1a2b3c"}})
			o := options(t, pair{hello: recorded(t, x.client...)}, s.Addr)
			o.OwnName = true
			got := run(t, o)
			if said := answer(got); said != x.want || got.Connections > check.Connections {
				t.Errorf("%d connections\ngot  %s\nwant %s\n%s%s", got.Connections, said, x.want, trail(got), s.Version)
			}
			if _, why := got.Layer(); why != x.because && x.because != "" {
				t.Errorf("layer: got %q, want %q", why, x.because)
			}
			samePairs(t, got)
		})
	}
}

// recorded is the hello of openssl s_client with options.
func recorded(t *testing.T, args ...string) []byte {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	args = slices.Concat([]string{"s_client", "-connect", l.Addr().String(), "-servername", peers.Name, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256"}, args)
	c := exec.CommandContext(t.Context(), "openssl", args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer c.Wait()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	header := make([]byte, 5)
	if _, err := io.ReadFull(conn, header); err != nil {
		t.Fatal(err)
	}
	b := append(header, make([]byte, int(header[3])<<8|int(header[4]))...)
	if _, err := io.ReadFull(conn, b[5:]); err != nil {
		t.Fatal(err)
	}
	return b
}
