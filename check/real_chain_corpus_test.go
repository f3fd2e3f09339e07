package check_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/outcomes"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
)

// corpusChains are the faults of certificates of the corpus, and the chains of
// the peers that have them.
var corpusChains = map[string]string{
	"ok": "good", "self-signed": "self-signed", "expired": "expired", "not-yet-valid": "not-yet-valid", "wrong-host": "wrong-host",
	"cn-only": "cn-only", "missing-intermediate": "missing-intermediate", "untrusted-root": "untrusted-root",
	"rsa1024-cert": "rsa1024", "sha1-cert": "sha1", "ed25519-cert": "ed25519",
}

// TestAChecksVerdictIsWhatTheClientsOfTheCorpusDid checks, as each client of the
// corpus whose rules are known, real servers that have the fault that the client
// met: whether a problem is found is whether the client failed.
func TestAChecksVerdictIsWhatTheClientsOfTheCorpusDid(t *testing.T) {
	if os.Getenv("CI") != "true" && os.Getenv("PARLEY_PEERS_MATRIX") == "" {
		t.Skip("SKIPPED: a thousand checks of real servers; set PARLEY_PEERS_MATRIX=1 or CI=true")
	}
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		t.Fatal("PARLEY_CORPUS is not set")
	}
	all, err := outcomes.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	good, as := accepting(all), clientsOf(all)
	type tally struct{ agree, of, before int }
	var mu sync.Mutex
	sum := map[string]*tally{}
	stacks := []peers.Stack{peers.Nginx, peers.Go, peers.Java}
	t.Run("checks", func(t *testing.T) {
		for fault, name := range corpusChains {
			for i, stack := range stacks {
				key := fmt.Sprintf("%-20s %s", fault, stack)
				sum[key] = &tally{}
				t.Run(key, func(t *testing.T) {
					t.Parallel()
					chain, err := peers.ChainOf(name)
					if err != nil {
						t.Fatal(err)
					}
					s := peers.Start(t, stack, peers.Config{Chain: name})
					turn, done := 0, map[parley.ClientID]bool{}
					for j, o := range all {
						c := as[j]
						if o.Failure != fault || c == nil || c.Verifies == nil || o.SentNone() || done[c.ID] {
							continue
						}
						done[c.ID] = true
						if turn++; turn%len(stacks) != i {
							continue // the other servers ask as this client
						}
						opts := options(t, pair{sni: chain.Ask}, s.Addr)
						opts.Panel, opts.Client = nil, c
						opts.Trust = []parley.Store{{Name: "--ca", Roots: chain.Roots}}
						a, err := check.Run(t.Context(), opts)
						if err != nil {
							t.Fatal(err)
						}
						want := map[bool]int{true: 0, false: 1}[o.Accepted(good[o.Release()])]
						before := len(a.Result.Findings) > 0 && a.Result.Findings[0].Phase < parley.PhaseCertificate
						mu.Lock()
						switch {
						case before: // this server and this client do not come to a certificate
							sum[key].before++
						case a.Exit() == want:
							sum[key].agree++
							sum[key].of++
						default:
							sum[key].of++
							t.Logf("as %s: exit %d %v, want %d as the client did", c.ID, a.Exit(), causesOf(a), want)
						}
						mu.Unlock()
					}
				})
			}
		}
	})
	whole := tally{}
	for _, key := range slices.Sorted(maps.Keys(sum)) {
		n := sum[key]
		t.Logf("%-28s %3d of %3d, %d not as far as the certificate", key, n.agree, n.of, n.before)
		whole.agree, whole.of, whole.before = whole.agree+n.agree, whole.of+n.of, whole.before+n.before
	}
	t.Logf("%d set-ups, %d of %d checks agree, %d came not as far as the certificate", len(sum), whole.agree, whole.of, whole.before)
	if whole.agree*100 < whole.of*98 || whole.of < 700 {
		t.Errorf("%d of %d agree, want 98 of 100 of 700", whole.agree, whole.of)
	}
}

// clientsOf are the clients of outcomes; nil where none is known. Each is made
// once: outcomes are thousands, and clients a hundred.
func clientsOf(all []outcomes.Outcome) []*parley.Client {
	type made struct {
		c   *parley.Client
		err error
	}
	byID, byRelease := map[string]made{}, map[[3]string]*parley.Client{}
	out := make([]*parley.Client, len(all))
	for i, o := range all {
		c, known := byRelease[o.Release()]
		if !known {
			c = o.As(func(id string) (*parley.Client, error) {
				m, ok := byID[id]
				if !ok {
					m.c, m.err = clients.Get(id)
					byID[id] = m
				}
				return m.c, m.err
			})
			byRelease[o.Release()] = c
		}
		out[i] = c
	}
	return out
}

// accepting are what clients did with a good chain, by release.
func accepting(all []outcomes.Outcome) map[[3]string]outcomes.Outcome {
	good := map[[3]string]outcomes.Outcome{}
	for _, o := range all {
		if o.Failure == "ok" {
			good[o.Release()] = o
		}
	}
	return good
}

func causesOf(a *check.Answer) (ids []parley.CauseID) {
	for _, f := range a.Result.Findings {
		ids = append(ids, f.Cause)
	}
	return ids
}
