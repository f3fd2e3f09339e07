package probe

import (
	"crypto/tls"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/wire"
)

// patient is a prober for real servers, some of which take their time.
func patient() *Prober { return &Prober{Dialer: guard{}, Silence: 5 * time.Second} }

// realServer skips t where a run shall be short: real servers take a minute.
func realServer(t *testing.T) {
	t.Helper()
	if testing.Short() && os.Getenv("CI") != "true" {
		t.Skip("SKIPPED: real servers take too long for -short")
	}
}

func TestRealServersAnswerAModernHello(t *testing.T) {
	realServer(t)
	want := map[peers.Stack]iana.Version{
		peers.Nginx: iana.TLS12, peers.Node08: iana.TLS10, peers.Node010: iana.TLS12, peers.Node012: iana.TLS12, peers.Node4: iana.TLS12, peers.Node6: iana.TLS12, peers.Node8: iana.TLS12,
	}
	for _, stack := range []peers.Stack{
		peers.Nginx, peers.Apache, peers.HAProxy, peers.OpenSSL, peers.GnuTLS, peers.NSS, peers.Java, peers.Go,
		peers.Node08, peers.Node010, peers.Node012, peers.Node4, peers.Node6, peers.Node8, peers.Node20,
	} {
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, peers.Config{})
			a := attempt(s.Addr, modern(peers.Name))
			r := patient().Do(t.Context(), a)
			version := want[stack]
			if version == 0 {
				version = iana.TLS13
			}
			if got := r.AnswerTo(a).Choice.Version; r.End != parley.EndStopped || got != version {
				t.Errorf("got %s and version %v, want stopped and %v\n%s", summary(r), got, version, items(r))
			}
		})
	}
}

func TestRealServersAreUpgraded(t *testing.T) {
	realServer(t)
	for _, tc := range []struct {
		stack    peers.Stack
		protocol string
	}{
		{stack: peers.Postfix, protocol: "smtp"},
		{stack: peers.Dovecot, protocol: "imap"},
		{stack: peers.Dovecot, protocol: "lmtp"},
		{stack: peers.Dovecot, protocol: "pop3"},
		{stack: peers.Dovecot, protocol: "sieve"},
		{stack: peers.PostgreSQL, protocol: "postgres"},
		{stack: peers.MariaDB, protocol: "mysql"},
		{stack: peers.Slapd, protocol: "ldap"},
		{stack: peers.Vsftpd, protocol: "ftp"},
		{stack: peers.Prosody, protocol: "xmpp"},
		{stack: peers.Prosody, protocol: "xmpp-server"},
		{stack: peers.InspIRCd, protocol: "irc"},
		{stack: peers.INN, protocol: "nntp"},
		{stack: peers.NATS, protocol: "nats"},
		{stack: peers.TigerVNC, protocol: "vnc"},
		{stack: peers.Xrdp, protocol: "rdp"},
		{stack: peers.TDSTwin, protocol: "mssql"},
	} {
		t.Run(string(tc.stack)+"/"+tc.protocol, func(t *testing.T) {
			s := peers.Start(t, tc.stack, peers.Config{StartTLS: tc.protocol})
			a := attempt(s.Addr, modern(peers.Name))
			a.Scope.Name = peers.Name
			a.Prologue = []parley.Step{{Kind: parley.StepStartTLS, Text: tc.protocol}}
			a = wholly(a, parley.StopFinished, nil)
			r := patient().Do(t.Context(), a)
			if r.End != parley.EndStopped {
				t.Errorf("got %s of %s\n%s", summary(r), s.Version, items(r))
			}
			if said := tc.protocol != "ldap" && tc.protocol != "postgres"; said != (len(r.Banner) > 0) {
				t.Errorf("banner: got %q", r.Banner)
			}
		})
	}
}

// TestRealServersWithoutTLSSayNoAtOnce meets servers that do not offer TLS. None
// is waited for, and each is told in its own words.
func TestRealServersWithoutTLSSayNoAtOnce(t *testing.T) {
	realServer(t)
	for _, tc := range []struct {
		stack          peers.Stack
		protocol, want string
	}{
		{stack: peers.Postfix, protocol: "smtp", want: "STARTTLS is not offered: 250-shop.example | "},
		{stack: peers.Dovecot, protocol: "imap", want: "STARTTLS is not offered: * CAPABILITY IMAP4rev1 "},
		{stack: peers.Vsftpd, protocol: "ftp", want: "530 Please login with USER and PASS."},
		{stack: peers.PostgreSQL, protocol: "postgres", want: "N, the answer to an SSLRequest"},
		{stack: peers.MariaDB, protocol: "mysql", want: "the greeting lacks CLIENT_SSL: MariaDB: "},
		{stack: peers.Slapd, protocol: "ldap", want: "protocolError(2) unsupported extended operation"},
		{stack: peers.Prosody, protocol: "xmpp", want: "stream error undefined-condition: No stream features to proceed with"},
		{stack: peers.InspIRCd, protocol: "irc", want: "STARTTLS is not answered, and what came before it is: :irc.parley.test 461 "},
		{stack: peers.INN, protocol: "nntp", want: "580 Error initializing TLS"},
		{stack: peers.NATS, protocol: "nats", want: "TLS is not offered: the INFO has neither tls_required nor tls_available"},
		{stack: peers.TigerVNC, protocol: "vnc", want: "VeNCrypt is not offered: None(1)"},
		{stack: peers.Xrdp, protocol: "rdp", want: "PROTOCOL_RDP is selected: RDP's own security, no TLS"},
		{stack: peers.Telnetd, protocol: "telnet", want: "DONT START_TLS"},
		{stack: peers.TDSTwin, protocol: "mssql", want: "ENCRYPT_NOT_SUP, the answer to a PRELOGIN (SQL Server 15.0.2000)"},
	} {
		t.Run(string(tc.stack)+"/"+tc.protocol, func(t *testing.T) {
			s := peers.Start(t, tc.stack, peers.Config{Plain: true})
			began := time.Now()
			a := startTLS(s.Addr, tc.protocol)
			a.Scope.Name = peers.Name
			r := patient().Do(t.Context(), a.Identify())
			if got := summary(r); !strings.HasPrefix(got, "prologue-refused: "+tc.want) {
				t.Errorf("got %s, want %s", got, tc.want)
			}
			if took := time.Since(began); took > 3*time.Second { // none of the 5 s of a silence
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestRealServersInClearAreNamed(t *testing.T) {
	realServer(t)
	for _, tc := range []struct {
		stack peers.Stack
		want  string // "" if the server closes without a word
	}{
		{stack: peers.Nginx, want: "HTTP"},
		{stack: peers.Apache, want: "HTTP"},
		{stack: peers.HAProxy, want: "HTTP"},
		{stack: peers.Postfix, want: "SMTP"},
		{stack: peers.Dovecot, want: "IMAP"},
		{stack: peers.Vsftpd, want: "FTP"},
		{stack: peers.SSHD, want: "SSH"},
		{stack: peers.MariaDB, want: "MariaDB"},
		{stack: peers.Squid, want: "HTTP"},
	} {
		t.Run(string(tc.stack), func(t *testing.T) {
			s := peers.Start(t, tc.stack, peers.Config{Plain: true})
			r := patient().Do(t.Context(), attempt(s.Addr, modern(peers.Name)))
			name, words := parley.IdentifyPlain(r.Plain)
			if r.End != parley.EndPlaintext || name != tc.want || words == "" {
				t.Errorf("got %s, %q, %q, want %q\nplain: %q", summary(r), name, words, tc.want, r.Plain)
			}
		})
	}
}

func TestARealRedisIsNamedByItsAnswerToARequest(t *testing.T) {
	realServer(t)
	s := peers.Start(t, peers.Redis, peers.Config{Plain: true})
	a := parley.Attempt{Scope: parley.Scope{Addr: s.Addr}, Prologue: []parley.Step{{Kind: parley.StepSend, Data: []byte("GET / HTTP/1.0\r\n\r\n")}}}
	r := patient().Do(t.Context(), a.Identify())
	if name, _ := parley.IdentifyPlain(r.Plain); name != "Redis" {
		t.Errorf("got %s, %q from %q", summary(r), name, r.Plain)
	}
}

func TestSquidOpensATunnel(t *testing.T) {
	realServer(t)
	s := peers.Start(t, peers.Squid, peers.Config{Plain: true})
	backend := goServer(t, &tls.Config{})
	a := attempt(backend, modern("probe.example"))
	a.Scope.Name, a.Scope.Via = "", "http://"+s.Addr.String()
	if r := patient().Do(t.Context(), a.Identify()); r.End != parley.EndStopped {
		t.Errorf("got %s", summary(r))
	}
}

// TestNoHelloOfTheCorpusMakesARealServerLookMalformed is the guard of the
// checks: servers that people use answer what they were asked.
func TestNoHelloOfTheCorpusMakesARealServerLookMalformed(t *testing.T) {
	realServer(t)
	hellos := distinct(corpusHellos(t))
	for _, stack := range []peers.Stack{
		peers.Nginx, peers.GnuTLS, peers.NSS, peers.Java, peers.Go, peers.Node08, peers.Node012, peers.Node6,
	} {
		t.Run(string(stack), func(t *testing.T) {
			s := peers.Start(t, stack, peers.Config{})
			p := patient()
			replies := make([]parley.Reply, len(hellos))
			var wg sync.WaitGroup
			for i, h := range hellos {
				wg.Go(func() { replies[i] = p.Do(t.Context(), attempt(s.Addr, h)) })
			}
			wg.Wait()
			completed := 0
			for i, r := range replies {
				switch r.End {
				case parley.EndStopped:
					completed++
				case parley.EndAlert, parley.EndFIN, parley.EndRST:
				default:
					t.Errorf("hello %d: %s\n%s", i, summary(r), items(r))
				}
			}
			if completed < len(hellos)/4 {
				t.Errorf("only %d of %d hellos are answered", completed, len(hellos))
			}
			if total, peak := p.Connections(s.Addr); total != len(hellos) || peak > DefaultMaxOpen {
				t.Errorf("connections: got %d, %d at once", total, peak)
			}
		})
	}
}

// distinct leaves one of the hellos that differ in nothing but chance.
func distinct(hellos []*wire.ClientHello) []*wire.ClientHello {
	seen := map[string]bool{}
	return slices.DeleteFunc(hellos, func(h *wire.ClientHello) bool {
		body := string(h.Normalize().Body())
		was := seen[body]
		seen[body] = true
		return was
	})
}

// TestRealServersOfDTLSAnswer meets servers that verify the client's address, that keep
// nothing of it until then, and that do not ask.
func TestRealServersOfDTLSAnswer(t *testing.T) {
	realServer(t)
	for _, tc := range []struct {
		name  string
		stack peers.Stack
		c     peers.Config
		asked int // HelloVerifyRequests
	}{
		{name: "OpenSSL", stack: peers.OpenSSLDTLS, asked: 1},
		{name: "OpenSSL that keeps nothing", stack: peers.OpenSSLDTLS, c: peers.Config{Extra: []string{"-listen"}}, asked: 1},
		{name: "OpenSSL in small pieces", stack: peers.OpenSSLDTLS, c: peers.Config{Cert: peers.RSA4096, Extra: []string{"-mtu", "300"}}, asked: 1},
		{name: "OpenSSL that asks for a certificate", stack: peers.OpenSSLDTLS, c: peers.Config{ClientAuth: peers.Asked}, asked: 1},
		{name: "GnuTLS", stack: peers.GnuTLSDTLS, asked: 1},
		{name: "GnuTLS that does not ask", stack: peers.GnuTLSDTLS, c: peers.Config{Extra: []string{"--nocookie"}}},
		{name: "Java", stack: peers.JavaDTLS, asked: 1},
		{name: "libcoap", stack: peers.CoAP, asked: 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := peers.Start(t, tc.stack, tc.c)
			a := parley.Whole(parley.Scope{Addr: s.Addr, Name: peers.Name, Transport: parley.TransportDTLS}, iana.DTLS12)
			for range 2 { // the second shows that the first left nothing behind
				r := patient().Do(t.Context(), a)
				asked := 0
				for _, e := range r.Events {
					if _, is := e.Item.Message.(*wire.HelloVerifyRequest); is {
						asked++
					}
				}
				ans := r.AnswerTo(a)
				if r.End != parley.EndStopped || ans.Choice.Version != iana.DTLS12 || asked != tc.asked {
					t.Errorf("got %s, %v and %d HelloVerifyRequests, want stopped, DTLS1.2 and %d\n%s", summary(r), ans.Choice.Version, asked, tc.asked, items(r))
				}
				if want := map[bool]parley.Truth{true: parley.Yes, false: parley.No}[tc.c.ClientAuth == peers.Asked]; ans.AsksClient != want {
					t.Errorf("it asks for a certificate: %v, want %v", ans.AsksClient, want)
				}
				if len(tc.c.Extra) > 0 && tc.c.Extra[0] == "-listen" {
					break // s_server talks to one client then
				}
			}
		})
	}
}
