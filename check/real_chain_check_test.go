package check_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/pkix"
)

// chainCauses are the causes of the chains that have a fault: what a check as
// a client is to name where the client itself refuses the chain.
var chainCauses = map[string]parley.CauseID{
	"missing-intermediate":  "chain.incomplete",
	"root-for-intermediate": "chain.incomplete",
	"self-signed":           "chain.self-signed",
	"untrusted-root":        "chain.untrusted-private-ca",
	"untrusted-root-sent":   "chain.untrusted-private-ca",
	"stale-ca":              "chain.stale-private-ca",
	"not-a-ca":              "cert.keyusage",
	"path-too-long":         "cert.constraint",
	"expired":               "chain.expired-leaf",
	"not-yet-valid":         "clock.skew",
	"expired-intermediate":  "chain.expired-root-path",
	"expired-root":          "chain.expired-root-path",
	"expired-root-path":     "chain.expired-root-path",
	"wrong-host":            "name.mismatch",
	"wildcard-too-deep":     "name.mismatch",
	"cn-only":               "cert.no-san",
	"ip-no-san":             "name.ip-no-san",
	"ip-as-dns":             "name.ip-no-san",
	"rsa1024":               "cert.key-too-small",
	"sha1":                  "cert.weak-digest",
	"sha1-intermediate":     "cert.weak-digest",
	"md5":                   "cert.weak-digest",
	"ed25519":               "cert.unsupported-key",
	"ca-leaf":               "cert.keyusage",
	"client-eku":            "cert.keyusage",
	"keyusage":              "cert.keyusage",
	"critical-extension":    "cert.critical-extension",
	"name-constraints":      "cert.constraint",
	"must-staple":           "cert.must-staple",
	"negative-serial":       "cert.malformed",
	"version-1":             "cert.no-san",
	"duplicate-extension":   "cert.malformed",
	"malformed-san":         "cert.malformed",
}

// chainClients are the clients that are met with each chain; their rules are
// those of TestTheRulesOfAClientJudgeAChainAsTheClientItselfDoes.
var chainClients = []string{"go", "openssl-3.0", "gnutls-3.7", "node-20", "java17"}

func clientNamed(t *testing.T, name string) *parley.Client {
	t.Helper()
	c, err := clients.Get(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACheckAsAClientSaysOfAChainWhatTheClientSays(t *testing.T) {
	// Some 200 checks: without a cause to name they are of use in CI alone.
	if os.Getenv("CI") != "true" && os.Getenv("PARLEY_PEERS_MATRIX") == "" {
		t.Skip("SKIPPED: hundreds of checks of real servers; set PARLEY_PEERS_MATRIX=1 or CI=true")
	}
	for _, name := range peers.ChainNames() {
		cause := chainCauses[name]
		if slices.Contains(unmet, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chain, err := peers.ChainOf(name)
			if err != nil {
				t.Fatal(err)
			}
			s := peers.Start(t, peers.Go, peers.Config{Chain: name})
			trust := parley.Store{Name: "--ca", Roots: chain.Roots}
			for _, as := range chainClients {
				client := clientNamed(t, as)
				verdict := pkix.Verify(pkix.Question{
					Sent: chain.Served, Roots: []*pkix.Pool{pkix.PoolOf(trust)}, Name: chain.Ask, Now: time.Now(),
					Staple: parley.No, Rules: *client.Verifies, Purpose: pkix.ForServer,
				})
				if verdict.Accepts == parley.Unknown {
					continue
				}
				o := options(t, pair{as: parley.ClientID(as), sni: chain.Ask, byIP: chain.Ask == s.Addr.Addr().String()}, s.Addr)
				o.Trust = []parley.Store{trust}
				a, err := check.Run(t.Context(), o)
				if err != nil {
					t.Fatal(err)
				}
				want := "exit 0"
				if verdict.Accepts == parley.No {
					want = fmt.Sprintf("%s, exit 1", cause)
				}
				got := fmt.Sprintf("exit %d", a.Exit())
				if len(a.Result.Findings) > 0 {
					got = fmt.Sprintf("%s, %s", a.Result.Findings[0].Cause, got)
				}
				if got != want {
					t.Errorf("as %s: got %s, want %s\n%s", as, got, want, trail(a))
				}
			}
		})
	}
}
