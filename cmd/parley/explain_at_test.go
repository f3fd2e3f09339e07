package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	knowledge "github.com/parley-tls/parley/knowledge/errors"
	"github.com/parley-tls/parley/lab"
)

// TestACheckSettlesWhatATextLeavesOpen takes texts that do not decide to faults
// of the lab.
func TestACheckSettlesWhatATextLeavesOpen(t *testing.T) {
	tests := []struct{ fault, text string }{
		{"accept-only-1.0", "SSL alert number 70"},
		{"accept-only-rc4", "sslv3 alert handshake failure"},
		{"accept-only-aes-256", "Received fatal alert: handshake_failure"},
		{"accept-only-secp521r1", "remote error: tls: handshake failure"},
		{"answer-http", "wrong version number"},
		{"reset-large-hellos", "read: connection reset by peer"},
		{"reset-one-name", "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to shop.parley.test:443"},
		{"sign-with-sha512-only", "error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure"},
		{"require-client-certificate", "remote error: tls: bad certificate"},
		{"require-proxy-header", "The TLS connection was non-properly terminated."},
		{"require-starttls-of-imap", "first record does not look like a TLS handshake"},
		{"send-ecdsa-certificate", "Received fatal alert: handshake_failure"},
		{"skip-1.2", "tlsv1 alert protocol version"},
		{"require-starttls-of-smtp", "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1123)"},
		{"answer-postgres", "unknown protocol"},
		{"close-every-hello", "EOF occurred in violation of protocol"},
		{"omit-renegotiation-info", "SSL handshake failed"},
		{"load-no-certificate", "tlsv1 alert handshake failure"},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			f, err := lab.Get(tt.fault)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			target, err := f.Start(ctx, shared)
			if err != nil {
				t.Fatal(err)
			}
			line := []string{"explain", tt.text, "--at", target.Address, "--json"}
			if target.SNI != "" {
				line = append(line, "--sni", target.SNI)
			}
			if target.Hello != nil {
				file := filepath.Join(t.TempDir(), "client.hello")
				if err := os.WriteFile(file, target.Hello, 0o600); err != nil {
					t.Fatal(err)
				}
				line = append(line, "--as", "hello:"+file)
			}
			h := newHere()
			exit := h.say(t.Context(), line...)
			var doc struct {
				SettledBy string `json:"settled_by"`
				Causes    []struct {
					ID        string
					Certainty parley.Certainty
				}
			}
			if err := json.Unmarshal(h.out.Bytes(), &doc); err != nil {
				t.Fatalf("exit %d, %s: %v", exit, h.err.String(), err)
			}
			if len(doc.Causes) == 0 || doc.Causes[0].ID != string(f.Want.Cause) || doc.Causes[0].Certainty != f.Want.Certainty || doc.SettledBy == "" {
				t.Errorf("settled as %+v by %q, want %s, %s", doc.Causes, doc.SettledBy, f.Want.Cause, f.Want.Certainty)
			}
		})
	}
}

// settled is what of a document of explain says how a text was settled.
type settled struct {
	SettledBy string `json:"settled_by"`
	Causes    []struct {
		ID        parley.CauseID
		Certainty parley.Certainty
	}
}

// TestACheckSettlesWhatATextLeavesOpenOfRealServers takes texts that do not
// decide to servers of today's distributions.
func TestACheckSettlesWhatATextLeavesOpenOfRealServers(t *testing.T) {
	const twelve, thirteen = iana.TLS12, iana.TLS13
	tests := []struct {
		stack  peers.Stack
		config peers.Config
		text   string
		flags  []string
		cause  parley.CauseID
	}{
		{peers.OpenSSL, peers.Config{Versions: []iana.Version{iana.TLS10}}, "SSL alert number 70", nil, "version.server-too-old"},
		{peers.Nginx, peers.Config{Versions: []iana.Version{twelve, thirteen}}, "java version \"1.7.0_80\": Received fatal alert: handshake_failure", nil, "version.client-pinned"},
		{peers.Apache, peers.Config{Versions: []iana.Version{twelve}, Ciphers: "AES128-SHA"}, "go1.22.1: remote error: tls: handshake failure", []string{"--as", "go"}, "cipher.no-overlap"},
		{peers.HAProxy, peers.Config{Groups: "P-521"}, "sslv3 alert handshake failure", nil, "group.no-overlap"},
		{peers.GnuTLS, peers.Config{Versions: []iana.Version{twelve, thirteen}}, "OpenSSL 1.0.0t: tlsv1 alert protocol version", nil, "version.client-too-old"},
		{peers.Java, peers.Config{SNI: peers.RejectUnknown}, "SSL_ERROR_SYSCALL", []string{"--sni", "other.example"}, "sni.unrecognized"},
		{peers.Go, peers.Config{ALPN: []string{"mqtt"}}, "handshake failed", []string{"--alpn", "h2,http/1.1"}, "alpn.no-overlap"},
		{peers.Postfix, peers.Config{StartTLS: "smtp"}, "wrong version number", nil, "plaintext.starttls-required"},
		{peers.Postfix, peers.Config{Versions: []iana.Version{iana.TLS10}, StartTLS: "smtp"}, "unsupported protocol", []string{"--starttls", "smtp"}, "version.server-too-old"},
		{peers.PostgreSQL, peers.Config{StartTLS: "postgres"}, "EOF occurred in violation of protocol", nil, "plaintext.starttls-required"},
		{peers.MariaDB, peers.Config{StartTLS: "mysql"}, "unknown protocol", nil, "plaintext.starttls-required"},
		{peers.Nginx, peers.Config{ProxyProtocol: true}, "Empty reply from server", nil, "proxy.proxy-protocol-mismatch"},
	}
	for _, tt := range tests {
		t.Run(string(tt.stack)+" "+string(tt.cause), func(t *testing.T) {
			t.Parallel()
			peers.Need(t, tt.stack)
			s := peers.Start(t, tt.stack, tt.config)
			line := append([]string{"explain", tt.text, "--at", s.Addr.String(), "--json"}, tt.flags...)
			if !slices.Contains(tt.flags, "--sni") {
				line = append(line, "--sni", peers.Name)
			}
			h := newHere()
			exit := h.say(t.Context(), line...)
			var doc settled
			if err := json.Unmarshal(h.out.Bytes(), &doc); err != nil {
				t.Fatalf("exit %d, %s: %v", exit, h.err.String(), err)
			}
			if len(doc.Causes) == 0 || doc.Causes[0].ID != tt.cause || doc.Causes[0].Certainty != parley.Proved {
				t.Errorf("settled as %v by %q, want %s, proved", doc.Causes, doc.SettledBy, tt.cause)
			}
		})
	}
}

// TestTheFlagsOfACheckGoToTheCheck holds that what --at is told reaches it.
func TestTheFlagsOfACheckGoToTheCheck(t *testing.T) {
	t.Parallel()
	target := begin(t, "serve-today")
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, []byte(target.CA), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHere()
	exit := h.say(t.Context(), "explain", "certificate verify failed", "--at", "shop.parley.test", "--connect", target.Address, "--ca", ca, "--plain")
	if out := h.out.String(); exit != exitFine || !strings.Contains(out, "the check completes") {
		t.Errorf("exit %d\n%s%s", exit, out, h.err.String())
	}
	for _, flag := range []string{"--as", "--sni", "--connect", "--starttls", "--alpn", "--ca"} {
		h := newHere()
		if exit := h.say(t.Context(), "explain", "SSL alert number 70", flag, "x"); exit != exitUsage || !strings.Contains(h.err.String(), flag+" is for the check of --at") {
			t.Errorf("%s without --at: exit %d, %s", flag, exit, h.err.String())
		}
	}
}

func TestEveryClientThatATextCanNameIsKnown(t *testing.T) {
	t.Parallel()
	for _, v := range knowledge.Versions {
		if _, err := clients.Get(string(v.Client)); err != nil {
			t.Errorf("%s: %v", v.Signs, err)
		}
	}
}

// TestEveryPageNamesTheFixOfASideAndTheAdviceThatFails holds the pages of all
// causes and of all alerts.
func TestEveryPageNamesTheFixOfASideAndTheAdviceThatFails(t *testing.T) {
	t.Parallel()
	var words []string
	for _, id := range causes.Vocabulary() {
		words = append(words, string(id))
	}
	for _, a := range knowledge.Alerts {
		words = append(words, strconv.Itoa(a.Number))
	}
	for _, w := range words {
		h := newHere()
		if exit := h.say(t.Context(), "explain", w); exit != exitFine {
			t.Errorf("explain %s: exit %d, %s", w, exit, h.err.String())
			continue
		}
		page := h.out.String()
		_, fixes, ok := strings.Cut(page, "\nfix\n")
		if !ok || !strings.Contains(page, "\nwill not help\n") {
			t.Errorf("explain %s names no fix, or no advice that fails:\n%s", w, page)
		}
		if first := strings.Fields(fixes + " -")[0]; !slices.Contains([]string{"client", "server", "path", "both"}, first) {
			t.Errorf("explain %s: the first fix is of %q, no side", w, first)
		}
	}
}
