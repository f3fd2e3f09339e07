package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

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
			if target.Hello != nil {
				file := filepath.Join(t.TempDir(), "client.hello")
				if err := os.WriteFile(file, target.Hello, 0o600); err != nil {
					t.Fatal(err)
				}
				line = append(line, "--as", "hello:"+file)
			}
			h := newHere()
			begun := time.Now()
			exit := h.say(t.Context(), line...)
			var doc struct {
				SettledBy string `json:"settled_by"`
				Causes    []struct{ ID, Certainty string }
			}
			if err := json.Unmarshal(h.out.Bytes(), &doc); err != nil {
				t.Fatalf("exit %d, %s: %v", exit, h.err.String(), err)
			}
			if len(doc.Causes) == 0 || doc.Causes[0].ID != string(f.Want.Cause) || doc.SettledBy == "" {
				t.Errorf("settled as %+v by %q, want %s", doc.Causes, doc.SettledBy, f.Want.Cause)
			}
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}
