package diagnose_test

import (
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/report"
)

// advised writes the fixes of a finding, as the screen of a client has them.
func advised(e *parley.Evidence, f parley.Finding) string {
	var software []report.Software
	if e.Client != nil {
		software = append(software, report.Software{Name: e.Client.Name, Side: parley.ClientSide, Knobs: e.Client.Knobs})
	}
	var out []string
	for _, x := range report.Resolve(f.Intents, software) {
		out = append(out, x.Side.String()+" "+x.Grade.String()+" "+x.Text)
	}
	return strings.Join(out, "\n")
}

func TestAFixIsOneThatWorksForWhatIsKnownOfBothSides(t *testing.T) {
	t.Parallel()
	const oldSuite = "base x2\n> ClientHello  versions=1.2 groups=x25519 schemes=rsa_pss_rsae_sha256,ecdsa_secp256r1_sha256 server_name=shop.example\n" +
		"               suites=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n< Alert  fatal handshake_failure(40)\n\n"
	const rsaChain = "base + suite TLS_RSA_WITH_AES_256_CBC_SHA256 x2\n< ServerHello  version=1.2 suite=TLS_RSA_WITH_AES_256_CBC_SHA256\n" +
		"< Certificate  cert=rsa-2048,rsa_pkcs1_sha256,CN=shop.example\n< ServerHelloDone\n"
	for _, tt := range []struct {
		name, text string
		cause      parley.CauseID
		want       []string
		not        []string
	}{
		{name: "a server with an RSA key is told a suite of RSA", cause: "cipher.no-overlap",
			text: head + oldSuite + rsaChain, want: []string{"server best accept TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}, not: []string{"ECDSA"}},
		{name: "of a server whose key is not known, suites of both kinds", cause: "cipher.no-overlap",
			text: head + oldSuite, want: nil, not: []string{"server best accept TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n"}},
		{name: "OpenSSL 1.0.0 before a server of 1.3 alone is told a release that has 1.3", cause: "version.client-too-old",
			text: "client openssl-1.0.0\nserver 192.0.2.7:443 shop.example\n\nbase x2\n< Alert  fatal protocol_version(70)\n\n" +
				"base + version 1.3 x2\n< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256\n",
			want: []string{"client best a program on OpenSSL 1.1.1 or later"}, not: []string{"1.0.1"}},
		{name: "OpenSSL 1.0.0 before a server of 1.2 is told the first release that has 1.2", cause: "version.client-too-old",
			text: "client openssl-1.0.0\nserver 192.0.2.7:443 shop.example\n\nbase x2\n< Alert  fatal protocol_version(70)\n\n" +
				"base + version 1.2 x2\n< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA\n",
			want: []string{"client best a program on OpenSSL 1.0.1 or later"}, not: []string{"1.1.1"}},
		{name: "Java 7 before a server of 1.3 alone meets it at 1.2, or is replaced", cause: "version.client-too-old",
			text: "client java7\nserver 192.0.2.7:443 shop.example\n\nbase x2\n< Alert  fatal protocol_version(70)\n\n" +
				"base + version 1.3 x2\n< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256\n",
			want: []string{"client best Java 11 or later, or Java 8 from 8u341 on", "server bridge accept 1.2 as well (RFC 9325 asks servers to), and turn it on in Java 7 (7u80)"},
			not:  []string{"client best Java 8 or later", "accepting 1.0"}},
		{name: "Node.js 0.10 before a server of 1.3 alone", cause: "version.server-tls13-only",
			text: "client node-0.10\nserver 192.0.2.7:443 shop.example\n\nbase x2\n< Alert  fatal protocol_version(70)\n\n" +
				"base + version 1.3 x2\n< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256\n",
			want: []string{"client best a Node.js release that is maintained", "server best accept 1.2 as well"}},
		{name: "OpenSSL 3 is sent a prime of 1,024 bits", cause: "dh.too-small",
			text: "client openssl-3.0\nserver 192.0.2.7:443 shop.example\n\nbase\n< ServerHello  version=1.2 suite=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info\n" +
				"< ServerKeyExchange  dh=1024 scheme=rsa_pss_rsae_sha256\n",
			want: []string{"client bridge CipherString = DEFAULT@SECLEVEL=1"}, not: []string{"ALL:!aNULL"}},
		{name: "a port of SMTP is asked in IMAP", cause: "plaintext.starttls-required",
			text: "client hello\nserver 192.0.2.7:2025 mail.example\n\nbase x2\n> STARTTLS  imap\n" + base +
				"< banner  \"220 mail.example ESMTP\\r\\n\"\nprologue refused  \"220 mail.example ESMTP\"\n\n" +
				"base = prologue starttls smtp x2\n< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n",
			want: []string{"--starttls smtp"}, not: []string{"load a certificate"}},
		{name: "a proxy at which nothing listens", cause: "network.refused",
			text: "client go\nserver 192.0.2.7:443 shop.example via=http://proxy.example:3128\n\nbase\nconnect refused\n",
			want: []string{"path best start the proxy at proxy.example:3128"}, not: []string{"start the service"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := evidence(t, tt.text)
			res := diagnose.Step(e)
			if tt.want == nil && len(res.Findings) == 0 {
				return // nothing is known to advise on
			}
			if len(res.Findings) == 0 || res.Findings[0].Cause != tt.cause {
				t.Fatalf("got %s, want %s", told(res), tt.cause)
			}
			got := advised(e, res.Findings[0])
			for _, w := range tt.want {
				if !strings.Contains(got, w) {
					t.Errorf("the fixes lack %q:\n%s", w, got)
				}
			}
			for _, n := range tt.not {
				if strings.Contains(got, n) {
					t.Errorf("the fixes have %q:\n%s", n, got)
				}
			}
		})
	}
}

func TestATitleSaysWhichDirectionAndWhichPeerItIsOf(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"TLS at once on a port that upgrades", "client chrome\nserver 192.0.2.7:587 mail.example\n\nbase x2\n< plaintext  \"220 mail.example ESMTP\\r\\n\"\n\n" +
			"base + prologue starttls smtp x2\n< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256\n", "the port starts in clear text and upgrades to TLS"},
		{"an upgrade on a port of TLS at once", "client hello\nserver 192.0.2.7:2025 mail.example\n\nbase x2\n> STARTTLS  smtp\n" + base + "prologue refused  \"no answer in 5s\"\n\n" +
			"base - prologue x2\n< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n", "the port speaks TLS from the first byte, and upgrades nothing"},
		{"an upgrade in another protocol", "client hello\nserver 192.0.2.7:2025 mail.example\n\nbase x2\n> STARTTLS  pop3\n" + base +
			"< banner  \"220 mail.example ESMTP\\r\\n\"\nprologue refused  \"220 mail.example ESMTP\"\n\n" +
			"base = prologue starttls smtp x2\n< ServerHello  version=1.2 suite=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n", "the port upgrades to TLS in SMTP, not in POP3"},
		{"a dead proxy", "client go\nserver 192.0.2.7:443 shop.example via=http://proxy.example:3128\n\nbase\nconnect refused\n",
			"nothing listens at the proxy's port: proxy.example:3128"},
		{"a dead target", "client go\nserver 192.0.2.7:443 shop.example\n\nbase\nconnect refused\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			res := diagnose.Step(evidence(t, tt.text))
			if len(res.Findings) != 1 || res.Findings[0].Title != tt.want {
				t.Errorf("got %s, titled %q, want %q", told(res), res.Findings[0].Title, tt.want)
			}
		})
	}
}

func TestAClientWithoutAnySuiteOfTheServerIsNotStoppedByItsPrime(t *testing.T) {
	t.Parallel()
	e := evidence(t, "client panel\nserver 192.0.2.7:443 shop.example\n\n"+
		"base chrome\n< Alert  fatal handshake_failure(40)\n\nbase go\n< Alert  fatal handshake_failure(40)\n\n"+
		"base openssl-3.0\n< ServerHello  version=1.2 suite=TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 renegotiation_info\n"+
		"< ServerKeyExchange  dh=1024 scheme=rsa_pss_rsae_sha256\n< ServerHelloDone\n")
	stopped := map[parley.CauseID]string{}
	for _, f := range diagnose.Step(e).Findings {
		var ids []string
		for _, m := range f.Members {
			ids = append(ids, string(m))
		}
		stopped[f.Cause] = strings.Join(ids, " ")
	}
	if stopped["dh.too-small"] != "openssl-3.0" || stopped["cipher.no-overlap"] != "chrome go" {
		t.Errorf("got %v, want openssl-3.0 stopped by the prime, chrome and go by the suites", stopped)
	}
}

func TestWhatIsProvedToHelpIsNotSaidNotToHelp(t *testing.T) {
	t.Parallel()
	helps := map[string]string{"version add": "version", "version remove": "version", "suite add": "suites", "server_name remove": "server_name"}
	for _, c := range causes.All() {
		for _, k := range c.Cases {
			for _, f := range diagnose.Step(evidence(t, k.Transcript)).Findings {
				if f.Pair == nil {
					continue
				}
				for _, change := range f.Pair.Changed {
					for _, advice := range f.WillNotHelp {
						if word := helps[change.Axis.String()+" "+change.Op.String()]; word != "" && strings.Contains(advice, word) && !strings.Contains(advice, "suites that") {
							t.Errorf("%s: %q is said not to help, and %q is what decides it", name(c, k), advice, change)
						}
					}
				}
			}
		}
	}
	const named = "client chrome\nserver 192.0.2.7:443 shop.example\n\nbase x2\n< Alert  fatal unrecognized_name(112)\n\n" +
		"base - server_name x2\n< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256\n"
	e := evidence(t, named)
	if got := advised(e, diagnose.Step(e).Findings[0]); !strings.Contains(got, "that sends no server_name to this server") {
		t.Errorf("to send no name is proved to help, and is not among the fixes:\n%s", got)
	}
}
