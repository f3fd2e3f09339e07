package check_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/pkix"
)

// question is a chain that is served, and what a client asks of it.
type question struct {
	chain *peers.Chain
	at    netip.AddrPort
	roots string // file
}

func (q question) port() string { return fmt.Sprint(q.at.Port()) }
func (q question) byAddress() bool {
	_, err := netip.ParseAddr(q.chain.Ask)
	return err == nil
}

// verifier is a program of this machine that verifies a server's certificate.
// For each question it returns what it said against the certificate; nothing
// when it went on.
type verifier struct {
	as    string // the client whose rules it is held against
	stack peers.Stack
	all   func(t *testing.T, qs []question) []string
	// undecided are the chains of which its rules do not say what it does.
	undecided []string
}

// each makes a verifier of one question one of all.
func each(verify func(t *testing.T, q question) string) func(*testing.T, []question) []string {
	return func(t *testing.T, qs []question) (out []string) {
		for _, q := range qs {
			out = append(out, verify(t, q))
		}
		return out
	}
}

var verifiers = []verifier{
	{as: "go", stack: peers.Go, all: each(goVerifies)},
	{as: "openssl-3.0", stack: peers.OpenSSL, all: each(func(t *testing.T, q question) string {
		identity := []string{"-verify_hostname", q.chain.Ask, "-servername", q.chain.Ask}
		if q.byAddress() {
			identity = []string{"-verify_ip", q.chain.Ask}
		}
		return said(t, append([]string{"openssl", "s_client", "-connect", q.at.String(), "-CAfile", q.roots, "-no-CApath", "-verify_return_error"}, identity...)...)
	})},
	{as: "gnutls-3.7", stack: peers.GnuTLS, all: each(func(t *testing.T, q question) string {
		argv := []string{"gnutls-cli", "--port", q.port(), "--x509cafile", q.roots, "--verify-hostname", q.chain.Ask, q.at.Addr().String()}
		if !q.byAddress() {
			argv = append(argv, "--sni-hostname", q.chain.Ask)
		}
		return said(t, argv...)
	})},
	{as: "nss-3.87", stack: peers.NSS, all: each(nssVerifies)},
	{as: "node-20", stack: peers.Node20, all: lines("node", "testdata/verify.js")},
	// It takes names that are cut short; of other faults nothing is known.
	{as: "java17", stack: peers.Java, all: javaVerifies, undecided: []string{"malformed-san"}},
}

// javaVerifies puts all questions to one virtual machine: its start takes
// longer than they do.
func javaVerifies(t *testing.T, qs []question) []string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("javac", "-J-XX:TieredStopAtLevel=1", "-d", dir, "testdata/Client.java").CombinedOutput(); err != nil {
		t.Fatalf("javac: %v: %s", err, out)
	}
	return lines("java", "-XX:TieredStopAtLevel=1", "-cp", dir, "Client")(t, qs)
}

// lines makes a verifier of a program that reads all questions, and says of
// each "ok" or what it has against it.
func lines(argv ...string) func(*testing.T, []question) []string {
	return func(t *testing.T, qs []question) []string {
		var in strings.Builder
		for _, q := range qs {
			fmt.Fprintln(&in, q.port(), q.chain.Ask, q.roots)
		}
		cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
		cmd.Stdin = strings.NewReader(in.String())
		text, err := cmd.Output()
		out := strings.Split(strings.TrimSpace(string(text)), "\n")
		if err != nil || len(out) != len(qs) {
			t.Fatalf("%s: %v: %d answers to %d questions", argv[0], err, len(out), len(qs))
		}
		for i := range out {
			out[i] = strings.TrimPrefix(out[i], "ok")
		}
		return out
	}
}

// said runs a program to its end and returns the line in which it complains.
func said(t *testing.T, argv ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return ""
	}
	for line := range strings.Lines(string(out)) {
		for _, mark := range []string{"verify error:", "Status:", "ERR_", "failed", "rror"} {
			if strings.Contains(line, mark) {
				return strings.TrimSpace(line)
			}
		}
	}
	return fmt.Sprintf("%v: %s", err, out)
}

func goVerifies(t *testing.T, q question) string {
	t.Helper()
	text, err := os.ReadFile(q.roots)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	conn, err := net.Dial("tcp", q.at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := tls.Client(conn, &tls.Config{ServerName: q.chain.Ask, RootCAs: pool}).Handshake(); err != nil {
		return err.Error()
	}
	return ""
}

func nssVerifies(t *testing.T, q question) string {
	t.Helper()
	db := "sql:" + t.TempDir()
	text, err := os.ReadFile(q.roots)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("certutil", "-N", "-d", db, "--empty-password").CombinedOutput(); err != nil {
		t.Fatalf("certutil: %v: %s", err, out)
	}
	for i, one := range bytes.SplitAfter(text, []byte("-----END CERTIFICATE-----\n")) {
		if len(one) == 0 {
			continue
		}
		cmd := exec.Command("certutil", "-A", "-a", "-d", db, "-n", fmt.Sprint("root", i), "-t", "C,,")
		cmd.Stdin = bytes.NewReader(one)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("certutil: %v: %s", err, out)
		}
	}
	return said(t, "tstclnt", "-d", db, "-h", q.at.Addr().String(), "-a", q.chain.Ask, "-p", q.port(), "-Q")
}

// unmet are the chains that are no matter of verification: the handshake ends
// before, or after it.
var unmet = []string{"key-mismatch", "secp224r1", "brainpool"}

// TestTheRulesOfAClientJudgeAChainAsTheClientItselfDoes meets each real client
// with each chain.
func TestTheRulesOfAClientJudgeAChainAsTheClientItselfDoes(t *testing.T) {
	if os.Getenv("CI") != "true" && os.Getenv("PARLEY_PEERS_MATRIX") == "" {
		t.Skip("SKIPPED: hundreds of real clients; set PARLEY_PEERS_MATRIX=1 or CI=true")
	}
	var qs []question
	for _, name := range peers.ChainNames() {
		if slices.Contains(unmet, name) {
			continue
		}
		chain, err := peers.ChainOf(name)
		if err != nil {
			t.Fatal(err)
		}
		qs = append(qs, question{chain: chain, at: peers.Start(t, peers.Go, peers.Config{Chain: name}).Addr, roots: chain.RootsFile(t)})
	}
	for _, v := range verifiers {
		t.Run(v.as, func(t *testing.T) {
			t.Parallel()
			peers.Need(t, v.stack)
			client, err := clients.Get(v.as)
			if err != nil {
				t.Fatal(err)
			}
			for i, refusal := range v.all(t, qs) {
				c := qs[i].chain
				want := parley.Yes
				if refusal != "" {
					want = parley.No
				}
				if slices.Contains(v.undecided, c.Name) {
					want = parley.Unknown
				}
				got := pkix.Verify(pkix.Question{
					Sent: c.Served, Roots: []*pkix.Pool{pkix.NewPool("--ca", c.Roots...)}, Name: c.Ask, Now: time.Now(),
					Staple: parley.No, Rules: *client.Verifies, Purpose: pkix.ForServer,
				})
				if got.Accepts != want {
					t.Errorf("%s: accepts %s, want %s\nproblems%s\nthe client said: %q", c.Name, got.Accepts, want, problems(got), refusal)
				}
			}
		})
	}
}

func problems(v pkix.Verdict) string {
	var out strings.Builder
	for _, p := range v.Problems {
		fmt.Fprintf(&out, " %s (stops %s)", p.Kind, p.Stops)
	}
	return out.String()
}
