package peers

import (
	"bytes"
	"cmp"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
)

// chainStacks are the stacks that each chain is tried on.
var chainStacks = []Stack{Nginx, Go, Java, OpenSSL, Node20, Apache, HAProxy, GnuTLS}

// TestTwoVerifiersJudgeEachChain shows that each has the fault it is named for.
func TestTwoVerifiersJudgeEachChain(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		Need(t, OpenSSL)
	}
	var all strings.Builder
	for _, name := range ChainNames() {
		c, err := ChainOf(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s: %s\n  OpenSSL      %s\n  crypto/x509  %s\n", name, cmp.Or(c.Fault, "good"), opensslSays(t, c), goSays(c))
	}
	golden.AssertString(t, "testdata/chains.txt", all.String())
}

// TestEachChainIsServedAsItIsMade holds which stacks can be made to serve
// which chain. What they serve is what was asked for, byte for byte.
func TestEachChainIsServedAsItIsMade(t *testing.T) {
	matrix(t)
	var mu sync.Mutex
	rows := map[string]string{}
	t.Run("chain", func(t *testing.T) {
		for _, name := range ChainNames() {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c, err := ChainOf(name)
				if err != nil {
					t.Fatal(err)
				}
				var not []string
				for _, stack := range chainStacks {
					Need(t, stack)
					s, err := launch(t, loopback, 0, stack, Config{Chain: name})
					if err != nil {
						t.Logf("%s: %v", stack, err)
						not = append(not, string(stack))
						continue
					}
					served, err := presented(t, s)
					if err != nil {
						t.Logf("%s: %v\n%s", stack, err, s.Log())
						not = append(not, string(stack)+" (starts)")
					} else if !equalChains(served, c.Served) {
						not = append(not, string(stack)+fmt.Sprintf(" (serves %d for %d)", len(served), len(c.Served)))
					}
				}
				mu.Lock()
				defer mu.Unlock()
				rows[name] = strings.Join(not, ", ")
			})
		}
	})
	var all strings.Builder
	for _, name := range ChainNames() {
		fmt.Fprintf(&all, "%-22s  %s\n", name, cmp.Or(rows[name], "by all"))
	}
	golden.AssertString(t, "testdata/chains_not_served.txt", all.String())
}

func equalChains(a, b [][]byte) bool {
	return bytes.Equal(bytes.Join(a, nil), bytes.Join(b, nil)) && len(a) == len(b)
}

// presented returns the certificates that s sends to openssl s_client, which
// hands over what crypto/tls would not read.
func presented(t *testing.T, s *Server) ([][]byte, error) {
	t.Helper()
	flags := "-showcerts -groups X25519:P-256:P-384:secp224r1:brainpoolP256r1"
	if slices.Contains(drivers[s.Stack].versions, iana.TLS12) {
		flags += " -tls1_2" // the last one in which a key of any group can sign
	}
	text, _ := handshake(t, s, dial{flags: flags, name: Name, insecure: true, starttls: onlyStartTLS[s.Stack]})
	out := []byte(text)
	var certs [][]byte
	for block, rest := pem.Decode(out); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" { // not the session
			certs = append(certs, block.Bytes)
		}
	}
	if len(certs) == 0 {
		return nil, fmt.Errorf("s_client: no certificate:\n%s", out)
	}
	return certs, nil
}

// opensslSays is the judgement of "openssl verify" for a server's certificate
// at the level that Debian sets.
func opensslSays(t *testing.T, c *Chain) string {
	t.Helper()
	dir := t.TempDir()
	for name, certs := range map[string][][]byte{"leaf": c.Served[:1], "sent": c.Served[1:], "roots": c.Roots} {
		if err := os.WriteFile(filepath.Join(dir, name), certsPEM(certs), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	identity := "-verify_hostname"
	if net.ParseIP(c.Ask) != nil {
		identity = "-verify_ip"
	}
	argv := []string{"verify", "-no-CApath", "-CAfile", dir + "/roots", "-purpose", "sslserver", "-auth_level", "2", identity, c.Ask}
	if len(c.Served) > 1 {
		argv = append(argv, "-untrusted", dir+"/sent")
	}
	out, err := exec.Command("openssl", append(argv, dir+"/leaf")...).CombinedOutput()
	if err == nil {
		return "ok"
	}
	for line := range strings.Lines(string(out)) {
		if _, problem, ok := strings.Cut(line, "lookup: "); ok {
			_, at, _ := strings.Cut(line, " at ")
			return "depth " + at[:1] + ": " + strings.TrimSpace(problem)
		}
	}
	return strings.TrimSpace(strings.ReplaceAll(string(out), dir, ""))
}

// goSays is the judgement of crypto/x509.
func goSays(c *Chain) string {
	options := x509.VerifyOptions{DNSName: c.Ask, Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool()}
	for _, der := range c.Roots {
		root, err := x509.ParseCertificate(der)
		if err != nil {
			return err.Error()
		}
		options.Roots.AddCert(root)
	}
	var leaf *x509.Certificate
	for i, der := range c.Served {
		cert, err := x509.ParseCertificate(der)
		switch {
		case err != nil:
			return err.Error()
		case i == 0:
			leaf = cert
		default:
			options.Intermediates.AddCert(cert)
		}
	}
	_, err := leaf.Verify(options)
	if err == nil {
		return "ok"
	}
	// The instant is another one in each run.
	said, _, _ := strings.Cut(err.Error(), ": current time")
	return said
}
