package lab

import (
	"bytes"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// exchanges say what each fault answers to which hello, and to which it
// behaves. The answer is that of answer.String, or a beginning of it.
var exchanges = []struct {
	fault string
	say   []byte
	want  string
}{
	{"accept-1.0-and-1.1", today13, "alert 70"},
	{"accept-1.0-and-1.1", offerOld.Record(), "flight 1.0"},
	{"accept-1.0-and-1.1", Offer12.Record(), "flight 1.1"},
	{"accept-only-1.0", today13, "alert 70"},
	{"accept-only-1.0", Offer12.Record(), "flight 1.0"},
	{"accept-only-1.3", Offer12.Record(), "alert 70"},
	{"accept-only-1.3", today13, "flight 1.3"},
	{"accept-only-aes-256", OfferAES128.Record(), "alert 40"},
	{"accept-only-aes-256", Offer12.Record(), "flight 1.2"},
	{"accept-only-aes-256-in-1.3", OfferAES128In13.Record(), "alert 40"},
	{"accept-only-aes-256-in-1.3", with(OfferAES128In13, addSuite(iana.TLS_AES_256_GCM_SHA384)), "flight 1.3"},
	{"accept-only-mqtt", with(offerToday, alpn("h2", "http/1.1")), "alert 120"},
	{"accept-only-mqtt", with(offerToday, alpn("h2", "mqtt")), "flight 1.3"},
	{"accept-only-mqtt", today13, "flight 1.3"},
	{"accept-only-rc4", today13, "alert 40"},
	{"accept-only-rc4", with(Offer12, addSuite(iana.TLS_ECDHE_RSA_WITH_RC4_128_SHA)), "flight 1.2"},
	{"accept-only-rsa-key-exchange", with(Offer12, dropSuites(iana.KxRSA)), "alert 40"},
	{"accept-only-rsa-key-exchange", Offer12.Record(), "flight 1.2"},
	{"accept-only-secp521r1", today13, "alert 40"},
	{"accept-only-secp521r1", with(Offer12, dropSuites(iana.KxRSA)), "alert 40"},
	{"accept-only-secp521r1", with(offerToday, addGroup(iana.GroupSecp521r1)), "retry"},
	{"accept-only-ssl3", today13, "alert 70"},
	{"accept-only-ssl3", Offer12.Record(), "flight SSL3"},
	{"answer-amqp", today13, `"AMQP\x00\x00\t\x01"`},
	{"answer-ftp", []byte("QUIT\r\n"), `"220 (vsFTPd 3.0.3)\r\n221 `},
	{"answer-http", today13, `"HTTP/1.1 400 `},
	{"answer-http", []byte("GET / HTTP/1.0\r\n\r\n"), `"HTTP/1.1 200 `},
	{"answer-imap", []byte("a LOGOUT\r\n"), `"* OK [CAPABILITY`},
	{"answer-ldap", today13, `"0$\x02\x01\x00x`},
	{"answer-mqtt", today13, `" \x02\x00\x01"`},
	{"answer-mysql", today13, `"J\x00\x00\x00\n8.0.36`},
	{"answer-pop3", []byte("QUIT\r\n"), `"+OK Dovecot ready.\r\n+OK`},
	{"answer-postgres", today13, "fin"},
	{"answer-redis", today13, `"-ERR Protocol error`},
	{"answer-retry-configs", today13, "flight 1.3"},
	{"answer-smtp", []byte("QUIT\r\n"), `"220 mail.parley.test`},
	{"answer-ssh", today13, `"SSH-2.0-`},
	{"close-every-hello", today13, "fin"},
	{"close-every-hello", offerOld.Record(), "fin"},
	{"close-at-once", today13, "fin"},
	{"decline-starttls-of-smtp", []byte("QUIT\r\n"), `"220 mail.parley.test`},
	{"ignore-hellos-with-1.3", Offer12.Record(), "flight 1.2"},
	{"load-no-certificate", today13, "alert 40"},
	{"load-no-certificate", Offer12.Record(), "alert 40"},
	{"load-no-certificate", offerOld.Record(), "alert 40"},
	{"mismatch-suites-and-certificate", Offer12.Record(), "alert 40"},
	{"mismatch-suites-and-certificate", today13, "flight 1.3"},
	{"mismatch-suites-and-certificate-in-1.2", Offer12.Record(), "alert 40"},
	{"mismatch-suites-and-certificate-in-1.2", today13, "alert 40"},
	{"mismatch-suites-and-certificate-in-1.2", offerOld.Record(), "alert 70"},
	{"offer-only-pre-shared-keys", Offer12.Record(), "flight 1.2"},
	{"offer-only-pre-shared-keys", offerPreSharedKeys.Record(), "alert 40"},
	{"refuse-every-server-name", today13, "alert 112"},
	{"refuse-every-server-name", with(offerToday, name(Name)), "alert 112"},
	{"refuse-fallback", OfferFallback.Record(), "alert 86"},
	{"refuse-fallback", Offer12.Record(), "flight 1.2"},
	{"refuse-hellos-below-1.2-with-40", offerOld.Record(), "alert 40"},
	{"refuse-hellos-below-1.2-with-40", Offer12.Record(), "flight 1.2"},
	{"refuse-hellos-with-1.3", today13, "alert 70"},
	{"refuse-hellos-with-1.3", Offer12.Record(), "flight 1.2"},
	{"refuse-hosts-below-the-wildcard", with(offerToday, name("www."+Name)), "alert 40"},
	{"refuse-hosts-below-the-wildcard", with(offerToday, name(Name)), "flight 1.3"},
	{"refuse-one-server-name", with(offerToday, name(unservedName)), "alert 112"},
	{"refuse-one-server-name", with(offerToday, name(Name)), "flight 1.3"},
	{"refuse-one-server-name", today13, "flight 1.3"},
	{"refuse-sha1-signatures", OfferWithoutSchemes.Record(), "alert 40"},
	{"refuse-sha1-signatures", Offer12.Record(), "flight 1.2"},
	{"refuse-tickets", Offer12.Record(), "flight 1.2"},
	{"refuse-tickets", with(Offer12, ticket("")), "flight 1.2"},
	{"refuse-tickets", with(Offer12, ticket("of another server")), "alert 20"},
	{"require-1.2", offerOld.Record(), "alert 70"},
	{"require-1.2", Offer12.Record(), "flight 1.2"},
	{"require-1.2", today13, "flight 1.3"},
	{"require-1.2-of-java", offerOld.Record(), "alert 70"},
	{"require-1.2-of-java", Offer12.Record(), "flight 1.2"},
	{"require-pre-shared-key", Offer12.Record(), "alert 40"},
	{"require-pre-shared-key", offerPreSharedKeys.Record(), "flight 1.2"},
	{"require-proxy-header", today13, "fin"},
	{"require-proxy-header", append([]byte("PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n"), today13...), "flight 1.3"},
	{"require-proxy-header", append(append(bytes.Clone(proxyV2), 0x20, 0, 0, 0), today13...), "flight 1.3"},
	{"require-server-name", today13, "alert 112"},
	{"require-server-name", with(offerToday, name("any.example")), "flight 1.3"},
	{"require-server-name-quietly", today13, "alert 40"},
	{"require-server-name-quietly", with(offerToday, name("any.example")), "flight 1.3"},
	{"require-starttls-of-imap", []byte("a LOGOUT\r\n"), `"* OK [CAPABILITY`},
	{"require-starttls-of-postgres", today13, "fin"},
	{"require-starttls-of-smtp", []byte("QUIT\r\n"), `"220 mail.parley.test`},
	{"reset-every-hello", today13, "rst"},
	{"reset-every-hello", offerOld.Record(), "rst"},
	{"reset-hellos-below-1.2", offerOld.Record(), "rst"},
	{"reset-hellos-below-1.2", Offer12.Record(), "flight 1.2"},
	{"reset-hellos-with-1.3", today13, "rst"},
	{"reset-hellos-with-1.3", Offer12.Record(), "flight 1.2"},
	{"reset-hellos-with-tickets-of-1.3", with(offerToday, preSharedKey), "rst"},
	{"reset-hellos-with-tickets-of-1.3", with(offerToday, ticket("of 1.2")), "flight 1.3"},
	{"reset-without-common-suite", OfferAES128.Record(), "rst"},
	{"reset-without-common-suite", Offer12.Record(), "flight 1.2"},
	{"resume-sessions", Offer12.Record(), "flight 1.2"},
	{"resume-sessions", with(Offer12, ticket("of another server")), "flight 1.2"},
	{"resume-sessions-of-1.3", today13, "flight 1.3"},
	{"resume-sessions-of-1.3", with(offerToday, preSharedKey), "flight 1.3"},
	{"retry-for-group-never-offered", today13, "retry"},
	{"retry-for-group-never-offered", Offer12.Record(), "alert 70"},
	{"retry-twice", today13, "retry"},
	{"retry-with-cookie-of-64-kib", today13, "retry"},
	{"select-group-never-offered", today13, "flight 1.3"},
	{"select-suite-never-offered", today13, "flight 1.2"},
	{"select-version-never-offered", today13, "flight 0x7f1c"},
	{"signal-downgrade", today13, "flight 1.2"},
	{"send-dh-1024", with(Offer12, addSuite(iana.TLS_DHE_RSA_WITH_AES_128_CBC_SHA)), "flight 1.2"},
	{"send-dh-1024", Offer12.Record(), "alert 40"},
	{"send-dh-4096", offerOld.Record(), "flight 1.0"},
	{"send-ecdsa-certificate", OfferRSA.Record(), "alert 40"},
	{"send-ecdsa-certificate", Offer12.Record(), "flight 1.2"},
	{"send-ecdsa-certificate", today13, "flight 1.2"},
	{"send-ecdsa-certificate-beside-1.3", OfferRSA.Record(), "alert 40"},
	{"send-ecdsa-certificate-beside-1.3", Offer12.Record(), "flight 1.2"},
	{"send-ecdsa-certificate-beside-1.3", today13, "flight 1.3"},
	{"send-garbage-after-hello", today13, "malformed"},
	{"send-wrong-lengths", today13, "malformed"},
	{"serve-1.2", today13, "flight 1.2"},
	{"serve-after-retry", today13, "retry"},
	{"serve-after-retry", Offer12.Record(), "flight 1.2"},
	{"serve-dhe", with(Offer12, addSuite(iana.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256)), "flight 1.2"},
	{"serve-ecdsa", today13, "flight 1.3"},
	{"serve-ecdsa", Offer12.Record(), "flight 1.2"},
	{"serve-today", today13, "flight 1.3"},
	{"serve-today", Offer12.Record(), "flight 1.2"},
	{"sign-with-sha512-only", OfferSHA256.Record(), "alert 40"},
	{"sign-with-sha512-only", today13, "flight 1.3"},
	{"skip-1.2", Offer12Only.Record(), "alert 70"},
	{"skip-1.2", Offer12.Record(), "flight 1.1"},
	{"skip-1.2", today13, "flight 1.3"},
	{"write-proxy-header", today13, `"PROXY TCP4 192.0.2.1 `},
}

var today13 = offerToday.Record()

// with is the record of o's hello after the changes.
func with(o Offer, changes ...func(*wire.ClientHello)) []byte {
	h := o.Hello()
	for _, change := range changes {
		change(h)
	}
	return wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, h.Message())
}

func name(n string) func(*wire.ClientHello) {
	return func(h *wire.ClientHello) { h.SetServerName(n) }
}

func alpn(protocols ...string) func(*wire.ClientHello) {
	return func(h *wire.ClientHello) { h.SetALPN(protocols) }
}

func ticket(t string) func(*wire.ClientHello) {
	return func(h *wire.ClientHello) { h.SetExtension(iana.ExtSessionTicket, []byte(t)) }
}

// preSharedKey offers a key that nobody has.
func preSharedKey(h *wire.ClientHello) {
	h.SetPSKModes([]iana.PSKMode{iana.PSKModeDHEKE})
	h.SetPSK(wire.PSKIdentity{Identity: []byte("of another server")}, make([]byte, 32))
}

func addGroup(g iana.Group) func(*wire.ClientHello) {
	return func(h *wire.ClientHello) { h.SetGroups(append(slices.Clone(h.Groups()), g)) }
}

func addSuite(s iana.Suite) func(*wire.ClientHello) {
	return func(h *wire.ClientHello) { h.Suites = append(slices.Clone(h.Suites), s) }
}

func dropSuites(kx iana.KeyExchange) func(*wire.ClientHello) {
	return func(h *wire.ClientHello) {
		h.Suites = slices.DeleteFunc(slices.Clone(h.Suites), func(s iana.Suite) bool { return keyExchange(s) == kx })
	}
}

func TestFaultsAnswerAsTheySay(t *testing.T) {
	t.Parallel()
	for _, x := range exchanges {
		t.Run(x.fault+" "+x.want, func(t *testing.T) {
			t.Parallel()
			got := ask(t, where(t, start(t, x.fault)), x.say).String()
			if !strings.HasPrefix(got, x.want) {
				t.Errorf("answers %s, want %s", got, x.want)
			}
		})
	}
}

// where is the address of a target, which may go by a name of its own resolver.
func where(t *testing.T, target Target) string {
	t.Helper()
	_, port, err := net.SplitHostPort(target.Address)
	if err != nil {
		t.Fatal(err)
	}
	if len(target.Addresses) == 0 {
		return target.Address
	}
	return net.JoinHostPort(target.Addresses[0].String(), port)
}

// apart are the faults that other tests show: no bytes over one TCP connection
// do, or not one connection alone.
var apart = []string{
	"accept-client-certificate", "alter-finished", "alter-finished-in-1.2", "answer-one-name-in-clear", "ask-after-the-handshake", "deny-the-name",
	"disagree-between-addresses", "drip-bytes", "drop-connections", "drop-large-hellos",
	"drop-large-segments", "drop-one-name", "echo-hello", "end-tls-before-the-origin", "fail-to-resolve", "flood-change-cipher-spec",
	"flood-empty-records", "flood-hello-requests", "flood-key-updates", "flood-session-tickets", "flood-warnings", "ignore-hellos-of-256-to-511", "intercept-at-the-proxy",
	"limit-connections", "load-another-client-key", "lose-large-flights", "never-answer",
	"offer-plain-proxy", "omit-extended-master-secret", "omit-renegotiation-info", "refuse-129-suites",
	"refuse-client-certificate", "refuse-compressed-certificates", "refuse-connect", "refuse-connections",
	"refuse-empty-last-extension", "refuse-expired-client-certificate", "refuse-grease", "refuse-ml-kem",
	"refuse-second-hello", "refuse-split-hellos", "refuse-trailing-dot",
	"refuse-without-certificate-in-http", "remember-suspects", "renegotiate-for-client-certificate",
	"request-client-certificate", "require-client-certificate", "require-client-certificate-in-1.2",
	"require-client-certificate-of-a-given-ca", "require-proxy", "require-server-name-of-java",
	"encrypt-for-another-key", "reset-large-hellos", "reset-large-hellos-alike", "reset-one-fingerprint", "reset-one-name",
	"reset-one-name-alike", "reset-one-name-in-a-segment", "send-10000-certificates",
	"send-certificate-of-16-mib", "serve-behind-proxy", "take-turns",
}

// odd are the faults that odd hellos trip: package scan shows them, with what else
// they do not touch.
var odd = []string{
	"ignore-groups", "refuse-addresses-as-names", "refuse-capitals", "refuse-fallback-from-the-newest",
	"refuse-hellos-over-16-kib", "refuse-legacy-versions-above-1.2", "refuse-many-extensions",
	"refuse-multiples-of-256", "refuse-odd-record-versions", "refuse-offers-of-compression", "refuse-second-segments",
	"refuse-short-first-segments", "refuse-some-lengths", "refuse-tiny-records", "refuse-unknown-extensions",
	"refuse-unknown-groups", "refuse-unknown-key-shares", "refuse-unknown-point-formats", "refuse-unknown-protocols",
	"refuse-unknown-psk-modes", "refuse-unknown-schemes", "refuse-unknown-sessions", "refuse-unknown-suites",
	"refuse-unknown-versions", "require-session-ids", "reset-hellos-above-1.0", "reset-second-hellos",
	"select-1.3-by-legacy-version", "select-by-the-second-byte", "select-unknown-suites",
}

func TestEveryFaultIsShown(t *testing.T) {
	t.Parallel()
	for _, f := range All() {
		shown := slices.Contains(apart, f.Name) || slices.Contains(odd, f.Name)
		for _, x := range exchanges {
			shown = shown || x.fault == f.Name
		}
		for _, x := range chained {
			shown = shown || x.fault == f.Name
		}
		if !shown {
			t.Errorf("no test shows what %s does", f.Name)
		}
	}
}
