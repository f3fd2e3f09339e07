package probe

import (
	"crypto/tls"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

func TestGoServersAnswerEveryVersion(t *testing.T) {
	for _, tc := range []struct {
		server uint16
		hello  *wire.ClientHello
		want   iana.Version
	}{
		{server: tls.VersionTLS10, hello: classic("probe.example", iana.TLS10), want: iana.TLS10},
		{server: tls.VersionTLS10, hello: classic("probe.example", iana.TLS12), want: iana.TLS10},
		{server: tls.VersionTLS11, hello: classic("probe.example", iana.TLS12), want: iana.TLS11},
		{server: tls.VersionTLS12, hello: classic("probe.example", iana.TLS12), want: iana.TLS12},
		{server: tls.VersionTLS12, hello: modern("probe.example"), want: iana.TLS12},
		{server: tls.VersionTLS13, hello: modern("probe.example"), want: iana.TLS13},
	} {
		t.Run(tc.want.String(), func(t *testing.T) {
			t.Parallel()
			addr := goServer(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tc.server})
			a := attempt(addr, tc.hello)
			r := prober().Do(t.Context(), a)
			if r.End != parley.EndStopped {
				t.Fatalf("got %s, want stopped\n%s", summary(r), items(r))
			}
			if got := r.AnswerTo(a).Choice.Version; got != tc.want {
				t.Errorf("version: got %v, want %v", got, tc.want)
			}
			if r.Connect <= 0 || r.First <= 0 || r.Took < r.First {
				t.Errorf("times: connect %v, first %v, took %v", r.Connect, r.First, r.Took)
			}
		})
	}
}

func TestAHelloRetryRequestIsAnsweredWithTheGroupItAsksFor(t *testing.T) {
	for _, g := range []tls.CurveID{tls.CurveP256, tls.CurveP384, tls.X25519MLKEM768, tls.X25519} {
		t.Run(g.String(), func(t *testing.T) {
			t.Parallel()
			addr := goServer(t, &tls.Config{CurvePreferences: []tls.CurveID{g}})
			h := modern("probe.example")
			h.SetKeyShares([]wire.KeyShare{})
			a := attempt(addr, h)
			r := prober().Do(t.Context(), a)
			want := "server handshake server_hello\nserver change_cipher_spec\nclient handshake client_hello\n" +
				"server handshake server_hello\nserver application_data\n"
			got := items(r)
			if r.End != parley.EndStopped || got != want && got != reorder(want) {
				t.Fatalf("got %s\n%swant\n%s", summary(r), got, want)
			}
			c := r.AnswerTo(a).Choice
			if !c.Retry || c.Group != iana.Group(g) || c.Version != iana.TLS13 {
				t.Errorf("choice: got %+v", c)
			}
		})
	}
}

// reorder puts the ChangeCipherSpec, which comes in a record of its own, after
// the hello that may be sent before it is read.
func reorder(string) string {
	return "server handshake server_hello\nclient handshake client_hello\nserver change_cipher_spec\n" +
		"server handshake server_hello\nserver application_data\n"
}

func TestAClientCertificateIsSeenToBeAskedFor(t *testing.T) {
	t.Parallel()
	addr := goServer(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert})
	r := prober().Do(t.Context(), attempt(addr, classic("probe.example", iana.TLS12)))
	want := "server handshake server_hello\nserver handshake certificate\nserver handshake server_key_exchange\n" +
		"server handshake certificate_request\nserver handshake server_hello_done\n"
	if got := items(r); got != want || r.End != parley.EndStopped {
		t.Errorf("got %s\n%swant\n%s", summary(r), got, want)
	}
}

func TestALPNIsSelectedOrRefused(t *testing.T) {
	t.Parallel()
	addr := goServer(t, &tls.Config{NextProtos: []string{"http/1.1"}})
	a := attempt(addr, classic("probe.example", iana.TLS12))
	if got := prober().Do(t.Context(), a).AnswerTo(a).Choice.ALPN; got != "http/1.1" {
		t.Errorf("got %q, want http/1.1", got)
	}
	h := modern("probe.example")
	h.SetALPN([]string{"imap"})
	r := prober().Do(t.Context(), attempt(addr, h))
	if got, want := summary(r), "alert fatal no_application_protocol(120)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
