package explain

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/errors"
)

func explainText(s string) *Answer { return Explain(ReadString(s), Options{}) }

func TestWhoRefusedFollowsFromWhoSaysWhat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text  string
		by    errors.By
		alert string
	}{
		{"javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure", errors.ByPeer, "40 received"},
		{"remote error: tls: bad certificate", errors.ByPeer, "42 received"},
		{"error:14094418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca", errors.ByPeer, "48 received"},
		{"error:0A000412:SSL routines::ssl/tls alert bad certificate:SSL alert number 42", errors.ByPeer, "42 received"},
		{"*** Received alert [40]: Handshake failed", errors.ByPeer, "40 received"},
		{"The following fatal alert was received: 70.", errors.ByPeer, "70 received"},
		{"AlertReceived(HandshakeFailure)", errors.ByPeer, "40 received"},
		{"TLSV1_ALERT_INTERNAL_ERROR(tls_record.cc:592)", errors.ByPeer, "80 received"},
		{"ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", errors.ByPeer, "40 received"},
		{"TLS client: In state hello received SERVER ALERT: Fatal - Handshake Failure", errors.ByPeer, "40 received"},
		{"TLS client: In state certify generated CLIENT ALERT: Fatal - Unknown CA", errors.BySelf, "48 sent"},
		{"* TLSv1.3 (IN), TLS alert, no application protocol (632):", errors.ByPeer, "120 received"},
		{"* TLSv1.2 (OUT), TLS alert, certificate expired (557):", errors.BySelf, "45 sent"},
		{"* TLSv1.2 (IN), TLS alert, Server hello (2): (592)", errors.ByPeer, ""},
		{"SSL3 alert write:fatal:illegal parameter", errors.BySelf, "47 sent"},
		{"boringssl_context_handle_fatal_alert(1873) [C1.1:1] write alert, level: fatal, description: certificate unknown", errors.BySelf, "46 sent"},
		{"boringssl_context_handle_fatal_alert(1873) [C1.1:1] read alert, level: fatal, description: handshake failure", errors.ByPeer, "40 received"},
		{"<<< TLS 1.3, Alert [length 0002], fatal handshake_failure", errors.ByPeer, "40 received"},
		{"local error: tls: no renegotiation", errors.BySelf, ""},
		{"org.bouncycastle.tls.TlsFatalAlert: certificate_unknown(46)", errors.BySelf, "46 sent"},
		{"error:0A000102:SSL routines::unsupported protocol", errors.BySelf, ""},
		{"[SSL: NO_CIPHERS_AVAILABLE] no ciphers available (_ssl.c:997)", errors.ByLocal, ""},
		{"curl: (58) unable to set private key file: 'server.pem' type PEM", errors.ByLocal, ""},
		{"x509: certificate signed by unknown authority", errors.BySelf, ""},
		{"read tcp 127.0.0.1:1->127.0.0.1:2: read: connection reset by peer", errors.ByNobody, ""},
	}
	for _, tt := range tests {
		a := explainText(tt.text)
		alert := ""
		if a.Alert != nil {
			alert = fmt.Sprintf("%d received", a.Alert.Number)
			if a.Alert.Sent {
				alert = fmt.Sprintf("%d sent", a.Alert.Number)
			}
		}
		if tt.text == "* TLSv1.2 (IN), TLS alert, Server hello (2): (592)" {
			continue // what matters is that it is read without harm
		}
		if a.By != tt.by || alert != tt.alert {
			t.Errorf("%q: by %s, alert %q; want %s, %q", tt.text, a.By, alert, tt.by, tt.alert)
		}
	}
}

func TestNumbersInDisguiseAreRead(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, meaning string }{
		{"error:1407742E", "alert.70"}, {"1409442E", "alert.70"}, {"0A00042E", "alert.70"}, {"42E", "alert.70"},
		{"error:14077410:SSL routines:func(119):reason(1040)", "alert.40"}, {"0A000438", "alert.80"},
		{"268436526", "alert.70"}, {"268435703", "not-tls"}, {"TLS_error:|268435703:", "not-tls"},
		{"* TLSv1.2 (IN), TLS alert, protocol version (582):", "alert.70"}, {"TLS alert, Unknown (592)", "alert.80"},
		{"* (5454) (IN), , Unknown (72):", "http.response"},
		{"tls: oversized record received with length 20527", "http.response"},
		{`malformed HTTP response "\x15\x03\x01\x00\x02\x02"`, "http.got-alert"},
		{`"\x16\x03\x01\x00\xee" 400 173`, "http.got-tls"},
		{"tls: server selected unsupported protocol version 300", "version.server-old"},
		{"unsupported frontend protocol 1234.5679: server supports 2.0 to 3.0", "postgres.request"},
		{"Event ID: 36887\nThe following fatal alert was received: 70.", "alert.70"}, {"36874", "schannel.36874"},
		{"GnuTLS error -12", "alert.unknown"}, {"mbedtls_ssl_handshake returned -0x7780", "alert.unknown"}, {"-0x6E80", "version.unsupported"},
		{"-313", "alert.unknown"}, {"-326", "wolfssl.version"}, {"-9836", "apple.9836"}, {"-9824", "alert.40"},
		{"0x80090331", "cipher.schannel"}, {"-2146893007", "cipher.schannel"}, {"-12286", "cipher.none-nss"}, {"-8179", "verify.untrusted"},
		{"15 03 01 00 02 02 28", "alert.40"}, {"0x15,0x03,0x03,0x00,0x02,0x02,0x70", "alert.112"}, {`\x15\x03\x01\x00\x02\x02\x46`, "alert.70"},
		{"10054", "reset"},
	}
	for _, tt := range tests {
		if got := explainText(tt.text).Meaning; got != tt.meaning {
			t.Errorf("%q: means %q, want %q", tt.text, got, tt.meaning)
		}
	}
}

func TestTheFirstFailureStandsBeforeItsConsequences(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, meaning string }{
		{"a verdict before the alert it sends",
			"* TLSv1.3 (OUT), TLS alert, unknown CA (560):\n* SSL certificate problem: self-signed certificate\n* Closing connection\ncurl: (60) SSL certificate problem: self-signed certificate", "verify.self-signed"},
		{"a reason before the program's words", "curl: (58) could not load PEM client certificate, OpenSSL error error:140AB18F:SSL routines:SSL_CTX_use_certificate:ee key too small", "verify.key-small"},
		{"a reason in the cause of an exception",
			"java.io.IOException: HTTPS request failed\n\tat a.B.c(B.java:1)\nCaused by: javax.net.ssl.SSLHandshakeException: no cipher suites in common\n\tat d.E.f(E.java:2)", "cipher.none-shared"},
		{"a reason before the reset that follows", "tls: first record does not look like a TLS handshake\nread: connection reset by peer", "not-tls.go"},
		{"a message that a mail broke into lines", "SSL certificate problem: unable to get local\n  issuer certificate", "verify.issuer"},
		{"a long message, not the short one within", "error: self signed certificate in certificate chain", "verify.self-signed-root"},
	}
	for _, tt := range tests {
		if got := explainText(tt.text).Meaning; got != tt.meaning {
			t.Errorf("%s: means %q, want %q", tt.name, got, tt.meaning)
		}
	}
}

func TestAConsequenceIsNoOtherFailure(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"2026-11-22T02:00:01Z tls: handshake failure\n2026-11-22T02:00:02Z Get: x509: certificate is valid for a, not b\n2026-11-22T02:00:03Z read: connection reset by peer": 1,
		"curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0":                                                                0,
		"tls: first record does not look like a TLS handshake\nread: connection reset by peer":                                                                                0,
		"http: TLS handshake error from 10.0.0.1:5000: remote error: tls: bad certificate\nhttp: TLS handshake error from 10.0.0.2:5001: EOF":                                 1,
	} {
		if got := explainText(text).Also; len(got) != want {
			t.Errorf("%q: also %+v, want %d", text, got, want)
		}
	}
}

func TestTheTestSpeaksTheProtocolOfTheText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`FATAL: no pg_hba.conf entry for host "10.0.0.1", user "u", database "d", no encryption`:               "parley check HOST:5432 --starttls postgres",
		"psycopg2.OperationalError: server does not support SSL, but SSL was required":                         "parley check HOST:5432 --starttls postgres",
		"ERROR 3159 (HY000): Connections using insecure transport are prohibited":                              "parley check HOST:3306 --starttls mysql",
		"530 5.7.0 Must issue a STARTTLS command first":                                                        "parley check HOST:587 --starttls smtp",
		"certificate verification failed for mx.example[192.0.2.1]:25: untrusted issuer /O=x, postfix/smtp[1]": "parley check mx.example:25 --starttls smtp",
		"MongoServerSelectionError: connect ECONNREFUSED":                                                      "parley check HOST:27017",
		"net/http: TLS handshake timeout":                                                                      "parley check HOST",
	} {
		a := explainText(text)
		if len(a.Tests) == 0 || a.Tests[0].Command != want {
			t.Errorf("%q: tests %+v, want %q", text, a.Tests, want)
		}
	}
}

func TestAMessageOfSSHIsNoneOfTLS(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"kex_exchange_identification: read: Connection reset by peer\nConnection reset by 10.0.0.1 port 22":   true,
		"ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]":              true,
		"Unable to negotiate with 10.0.0.1 port 22: no matching host key type found. Their offer: ssh-rsa":    true,
		"remote error: tls: handshake failure":                                                                false,
		"sshd[1]: Connection closed\nnginx: SSL_do_handshake() failed (SSL: error:0A0000C1:no shared cipher)": false,
	} {
		if a := explainText(text); a.Foreign != want || a.Known == want {
			t.Errorf("%q: foreign %t, known %t", text, a.Foreign, a.Known)
		}
	}
}

func TestAServerSpeaksOfItsClient(t *testing.T) {
	t.Parallel()
	a := explainText("SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: 10.0.0.1, server: 0.0.0.0:443")
	if !strings.HasPrefix(a.Says, "The client sent") || slices.ContainsFunc(a.Causes, func(c Cause) bool { return c.ID == "server.protocol-violation" }) {
		t.Errorf("says %q, causes %+v", a.Says, a.Causes)
	}
}

func TestOnlyATextThatDecidesIsSeen(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]parley.Certainty{
		"tls: server selected unsupported protocol version 301":                                      parley.Seen,
		"sslv3 alert handshake failure":                                                              parley.Inferred,
		"unable to get local issuer certificate, issuer CN=Zscaler Root CA":                          parley.Seen,
		"x509: certificate has expired: not after May 30 10:48:38 2020 GMT, certificate has expired": parley.Seen,
		"SSL handshake failed": parley.Inferred,
	} {
		a := explainText(text)
		if len(a.Causes) == 0 || a.Causes[0].Certainty != want {
			t.Errorf("%q: %+v, want the first %s", text, a.Causes, want)
		}
	}
	a := explainText("A TLS error occurred")
	if !a.Known || len(a.Causes) != 0 || len(a.Tests) == 0 {
		t.Errorf("a message that says nothing: %+v", a)
	}
}

func TestWhoPrintsItChangesWhatRemains(t *testing.T) {
	t.Parallel()
	server := explainText("nginx: SSL_do_handshake() failed (SSL: error:1408F10B:SSL routines:ssl3_get_record:wrong version number) while SSL handshaking, client: 192.0.2.1, server: 0.0.0.0:443")
	client := explainText("SSL_connect: error:1408F10B:SSL routines:ssl3_get_record:wrong version number")
	if server.Role != errors.RoleServer || server.Causes[0].ID != "plaintext.http-to-tls-port" {
		t.Errorf("as a server: %s, %+v", server.Role, server.Causes)
	}
	if client.Role != errors.RoleClient || client.Causes[0].ID != "plaintext.tls-to-plain-port" {
		t.Errorf("as a client: %s, %+v", client.Role, client.Causes)
	}
	named := Explain(ReadString("wrong version number"), Options{Product: "Nodemailer"})
	if named.Product != "Nodemailer" || named.Causes[0].ID != "plaintext.starttls-required" {
		t.Errorf("of a mail client: %+v", named.Causes)
	}
}

// feed is a text of a given length made of one piece again and again.
type feed struct {
	piece string
	left  int64
	at    int
}

func (f *feed) Read(p []byte) (int, error) {
	if f.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && f.left > 0 {
		c := copy(p[n:min(int64(len(p)), int64(n)+f.left)], f.piece[f.at:])
		n, f.left, f.at = n+c, f.left-int64(c), (f.at+c)%len(f.piece)
	}
	return n, nil
}

func TestMemoryDoesNotGrowWithTheText(t *testing.T) {
	const long = 6 << 20
	for _, piece := range []string{
		"x", "\n", "2026-11-22 GET / 200 nothing to see here\n", "alert ", "\x00\xff\xfe",
		"error:0A00042E:SSL routines::tlsv1 alert protocol version SSL alert number 70 x509: certificate signed by unknown authority\n",
	} {
		var before, after runtime.MemStats
		Read(&feed{piece: piece, left: 1 << 20}) // what is made once
		runtime.ReadMemStats(&before)
		text, err := Read(&feed{piece: piece, left: long})
		runtime.ReadMemStats(&after)
		if err != nil || text.Size != long {
			t.Fatalf("%q: %v, %d bytes", piece, err, text.Size)
		}
		if kept := int64(after.HeapInuse) - int64(before.HeapInuse); kept > 8<<20 {
			t.Errorf("%q: %d bytes more in use after %d", piece, kept, long)
		}
	}
}

func TestALongTextIsReadAsAShortOneIs(t *testing.T) {
	t.Parallel()
	noise := strings.Repeat("2026-11-22T02:00:00Z 200 GET /index.html in 12 ms\n", 9000)
	for _, at := range []int{0, len(noise) / 2, 256<<10 - 2100, 256<<10 - 10, 256 << 10, len(noise)} {
		for _, line := range []string{
			"curl: (35) error:0A00042E:SSL routines::tlsv1 alert protocol version", "tls: server selected unsupported protocol version 301",
			"mbedtls_ssl_handshake returned -0x7780", "Received fatal alert: handshake_failure",
		} {
			want := explainText(line)
			cut := strings.LastIndexByte(noise[:at], '\n') + 1
			got := explainText(noise[:cut] + line + "\n" + noise[cut:])
			same := slices.EqualFunc(got.Causes, want.Causes, func(a, b Cause) bool { return a.ID == b.ID })
			if got.Meaning != want.Meaning || got.Line != line || !same {
				t.Errorf("%q at %d: %s %q %v, want %s", line, at, got.Meaning, got.Line, got.Causes, want.Meaning)
			}
		}
	}
}

func TestNonsenseIsToldSo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "nothing: the input is empty", " \n\t\n": "nothing: the input is empty", "hello world": "text of which nothing is in the catalogue",
		"\x00\x01\x02\x03\x04": "binary data", "\xff\xfe\xfd\x00 abc": "binary data",
	} {
		if a := explainText(text); a.Known || a.ReadAs != want {
			t.Errorf("%q: known %t, read as %q, want %q", text, a.Known, a.ReadAs, want)
		}
	}
}

func FuzzExplain(f *testing.F) {
	for _, s := range []string{"SSL alert number 70", "error:0A00042E:", "15 03 01 00 02 02 46", "\x16\x03\x01", "a\nb\n", "alert \xff", "-9836", "reason(99999)", "(5454) (IN), , Unknown (72)"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		text, err := Read(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		a := Explain(text, Options{})
		if len(a.Causes) > Most || a.Known && (a.Says == "" || len(a.Tests) == 0) || !a.Known && len(a.Causes) > 0 {
			t.Errorf("%q: %+v", b, a)
		}
		for i, c := range a.Causes {
			if c.Certainty == parley.NotCertain || c.Certainty == parley.Proved || c.Why == "" || i > 0 && c.ID == a.Causes[i-1].ID {
				t.Errorf("%q: cause %+v", b, c)
			}
		}
	})
}

func BenchmarkLine(b *testing.B) {
	for b.Loop() {
		explainText("curl: (35) error:0A00042E:SSL routines::tlsv1 alert protocol version")
	}
}

func BenchmarkLog(b *testing.B) {
	const n = 20 << 20
	b.SetBytes(n)
	for b.Loop() {
		Read(&feed{piece: "192.0.2.1 - - [22/Nov/2026:02:00:00 +0000] \"GET /index.html HTTP/1.1\" 200 612 \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"\n", left: n})
	}
}

func TestANameWithinASentenceIsNoAlert(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"ssl.SSLError: [X509] no certificate or crl found (_ssl.c:4149)": "verify.store",
		"no certificate was in the file":                                 "",
		"handshake_failure":                                              "alert.40",
		"SSLV3 HANDSHAKE FAILURE":                                        "alert.40",
		"Tls_lwt.Tls_alert Tls.Packet.HANDSHAKE_FAILURE.":                "alert.40",
		"illegal parameter - :stateless":                                 "alert.47",
		"unknown ca received":                                            "alert.48",
	} {
		if got := explainText(text).Meaning; got != want {
			t.Errorf("%q: means %q, want %q", text, got, want)
		}
	}
}

func TestTheEndpointOfTheTextIsTheOneThatIsChecked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Error: connect ECONNREFUSED 10.0.0.5:8443": "parley check 10.0.0.5:8443",
		"Connection to node -1 (broker/10.0.0.1:9093) failed authentication due to: SSL handshake failed (org.apache.kafka.clients.NetworkClient)":                                                           "parley check broker:9093",
		`psql: error: connection to server at "db.corp.example" (10.0.0.1), port 5432 failed: SSL error: certificate verify failed`:                                                                          "parley check db.corp.example:5432 --starttls postgres",
		"* Connected to ldap.corp.example (10.0.0.7) port 636 (#0)\n* OpenSSL SSL_connect: Connection reset by peer":                                                                                         "parley check ldap.corp.example:636",
		"HTTPSConnectionPool(host='10.0.0.1', port=5986): Max retries exceeded (Caused by SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate'))":               "parley check 10.0.0.1:5986",
		"read tcp 10.0.0.9:50112->192.0.2.7:8443: read: connection reset by peer":                                                                                                                            "parley check 192.0.2.7:8443",
		"dial tcp [2001:db8::1]:6443: connect: connection refused":                                                                                                                                           "parley check [2001:db8::1]:6443",
		"Looking in indexes: https://pypi.org/simple\nWARNING: Retrying after connection broken\nSSLError(SSLZeroReturnError(6, 'TLS/SSL connection has been closed (EOF) (_ssl.c:997)'))":                   "parley check pypi.org",
		"curl: (60) SSL certificate problem: unable to get local issuer certificate\nMore details here: https://curl.se/docs/sslcerts.html":                                                                  "parley check HOST",
		"http: TLS handshake error from 192.0.2.1:50123: remote error: tls: bad certificate":                                                                                                                 "parley check HOST",
		"at Object.<anonymous> (app.main.js:44)\nError: unable to verify the first certificate":                                                                                                              "parley check HOST",
		"java.lang.Exception: PKIX path building failed at com.example.Main.run(Main.java:44)":                                                                                                               "parley check HOST",
		"npm ERR! request to https://registry.npmjs.org/foo failed, reason: connect ECONNREFUSED 127.0.0.1:8080":                                                                                             "parley check registry.npmjs.org --proxy http://127.0.0.1:8080",
		"while SSL handshaking to upstream, client: 192.0.2.1, server: x, upstream: \"https://10.0.0.2:8443/\": SSL_do_handshake() failed (SSL: error:0A000410:SSL routines::sslv3 alert handshake failure)": "parley check 10.0.0.2:8443",
		"LDAPException: simple bind failed: dc1.corp.example:636":                                                                                                                                            "parley check dc1.corp.example:636",
	} {
		a := explainText(text)
		if len(a.Tests) == 0 || a.Tests[0].Command != want {
			t.Errorf("%q: tests %+v, want %q", text, a.Tests, want)
		}
	}
}

func TestACheckIsProposedOnlyWhereOneCanTell(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)": "parley explain network.timeout",
		"(7) eap_tls: ERROR: (TLS) recv TLS 1.2 Alert, fatal unknown_ca":                                     "parley explain chain.untrusted-private-ca",
		"A fatal error occurred while creating a TLS client credential. The internal error state is 10013.":  "parley explain config.nothing-enabled",
		"Error code 525": "parley check HOST --connect ORIGIN",
		`could not open certificate: root certificate file "/root/.postgresql/root.crt" does not exist`: "parley explain chain.truststore-missing",
		"Error: error:0308010C:digital envelope routines::unsupported":                                  "parley explain --list",
		"getaddrinfo ENOTFOUND shop.example":                                                            "parley check HOST",
	} {
		a := explainText(text)
		if len(a.Tests) == 0 || a.Tests[0].Command != want {
			t.Errorf("%q: tests %+v, want %q", text, a.Tests, want)
		}
	}
}

func TestTheSpeakerIsNamedOnlyWhereTheTextShowsIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Error: Client network socket disconnected before secure TLS connection was established":             "Node.js",
		"Safari can't establish a secure connection to the server":                                           "Safari",
		"ERROR: cannot verify shop.example's certificate, issued by 'CN=x': Issued certificate has expired.": "wget",
		"SSL_connect error to mx.example[192.0.2.1]:25: lost connection":                                     "Postfix",
		"BR_ERR_X509_NOT_TRUSTED":                               "BearSSL",
		"TLS: hostname does not match CN in peer certificate":   "LDAP client",
		"rlm_eap_tls: TLS Alert read:fatal:unknown CA":          "FreeRADIUS",
		`Protocol error, got "\x15" as reply type byte`:         "",
		"TLS: handshake failed":                                 "",
		"tls: server selected unsupported protocol version 301": "Go",
	} {
		if got := explainText(text).Product; got != want {
			t.Errorf("%q: of %q, want %q", text, got, want)
		}
	}
}

func TestWhatIsNoMessageIsToldWhereItGoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"16030100310100002d0303000102030405060708":             "--as hello:FILE",
		"16 03 01 00 31 01 00 00 2d 03 03 00 01 02 03 04":      "--as hello:FILE",
		"\x16\x03\x01\x00\x31\x01\x00\x00\x2d\x03\x03\x00\x01": "--as hello:FILE",
		"160303004a02000046030300010203040506070809":           "parley scan HOST",
		"-----BEGIN CERTIFICATE-----\nMIIB\n":                  "--ca FILE",
		"-----BEGIN EC PRIVATE KEY-----\nMIIB\n":               "--client-key FILE",
		"hello world":                                          "",
	} {
		a := explainText(text)
		if a.Known || (want == "") != (a.Hint == "") || !strings.Contains(a.Hint, want) {
			t.Errorf("%q: known %t, hint %q, want %q", text, a.Known, a.Hint, want)
		}
	}
}
