package lab

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/wire"
)

// hello is the record with which a known client begins.
func hello(c *parley.Client) []byte {
	h := c.Hellos[0]
	if h.SSL2 != nil {
		return wire.AppendSSL2ClientHello(nil, h.SSL2)
	}
	return wire.AppendRecords(nil, iana.ContentHandshake, h.RecordVersion, h.Message.Message())
}

// TestNamedClientsMeetTheFault sends the hello of the client that a fault is
// checked as: the answer is what the diagnosis rests on.
func TestNamedClientsMeetTheFault(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"accept-1.0-and-1.1":              "flight 1.1", // which OpenSSL 3 then does not complete
		"accept-only-rsa-key-exchange":    "alert 40",
		"omit-extended-master-secret":     "flight 1.2",
		"omit-stapled-response":           "flight 1.3",
		"send-path-to-expired-root":       "flight 1.2",
		"omit-renegotiation-info":         "flight 1.2",
		"refuse-hellos-below-1.2-with-40": "alert 40",
		"reset-hellos-below-1.2":          "rst",
		"require-1.2":                     "alert 70",
		"require-1.2-of-java":             "alert 70",
		"require-server-name-of-java":     "alert 112",
		"refuse-compressed-certificates":  "alert 50",
		"refuse-grease":                   "alert 50",
		"refuse-second-hello":             "retry",
		"refuse-unknown-extensions":       "alert 110",
		"refuse-unknown-groups":           "alert 47",
		"refuse-unknown-key-shares":       "alert 47",
		"refuse-unknown-suites":           "alert 47",
		"refuse-unknown-versions":         "alert 70",
		"refuse-tickets":                  "flight 1.2",
		"reset-one-fingerprint":           "rst",
		"resume-sessions":                 "flight 1.2",
		"send-dh-1024":                    "flight 1.2",
		"send-dh-4096":                    "flight 1.0",
		"serve-dhe":                       "flight 1.2",
	}
	for _, f := range All() {
		if f.As == "" || f.Name == "ignore-hellos-of-256-to-511" { // which is silent
			continue
		}
		c, err := clients.Get(string(f.As))
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		a := ask(t, where(t, start(t, f.Name)), hello(c))
		if a.String() != want[f.Name] {
			t.Errorf("%s answers %s with %v, want %q", f.Name, f.As, a, want[f.Name])
		}
		if m := message[wire.ServerKeyExchange](a); (f.Want.Cause == "dh.too-small" || f.Want.Cause == "dh.too-large") && (m == nil || m.PBits == 0) {
			t.Errorf("%s selects no DHE of %s", f.Name, f.As)
		}
	}
}

// TestThePanelMeetsTheFault sends the hellos of today's clients to the servers
// that are checked with them.
func TestThePanelMeetsTheFault(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		fault, want string
		atLeast     int // clients of the panel that are answered so
	}{
		{fault: "accept-only-1.0", want: "alert 70", atLeast: 4},
		{fault: "accept-only-secp521r1", want: "alert 40", atLeast: 1},
		{fault: "accept-only-ssl3", want: "alert 70", atLeast: 5},
		{fault: "load-no-certificate", want: "alert 40", atLeast: 5},
		{fault: "refuse-hellos-with-1.3", want: "alert 70", atLeast: 5},
		{fault: "reset-hellos-with-1.3", want: "rst", atLeast: 5},
		{fault: "reset-hellos-with-tickets-of-1.3", want: "flight 1.3", atLeast: len(clients.Panel())},
		{fault: "resume-sessions-of-1.3", want: "flight 1.3", atLeast: len(clients.Panel())},
		{fault: "send-garbage-after-hello", want: "malformed", atLeast: 5},
		{fault: "serve-1.2", want: "flight 1.2", atLeast: len(clients.Panel())},
		{fault: "serve-after-retry", want: "retry", atLeast: 5},
		{fault: "serve-ecdsa", want: "flight 1.3", atLeast: len(clients.Panel())},
		{fault: "serve-today", want: "flight 1.3", atLeast: len(clients.Panel())},
	} {
		target, met := start(t, x.fault), 0
		for _, c := range clients.Panel() {
			if got := ask(t, target.Address, hello(c)).String(); got == x.want {
				met++
			} else {
				t.Logf("%s answers %s with %s", x.fault, c.ID, got)
			}
		}
		if met < x.atLeast {
			t.Errorf("%s: %s for %d clients of the panel, want %d", x.fault, x.want, met, x.atLeast)
		}
	}
}

func TestAServerNameIsAllThatJava6Lacks(t *testing.T) {
	t.Parallel()
	c, err := clients.Get("java6")
	if err != nil {
		t.Fatal(err)
	}
	h := c.Hellos[0].Message.Clone()
	h.SetServerName(Name)
	say := wire.AppendRecords(nil, iana.ContentHandshake, c.Hellos[0].RecordVersion, h.Message())
	if got := ask(t, where(t, start(t, "require-server-name-of-java")), say).String(); got != "flight 1.0" {
		t.Errorf("with a server name: %s, want flight 1.0", got)
	}
}
