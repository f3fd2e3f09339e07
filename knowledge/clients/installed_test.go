package clients_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/pkix"
)

// installed is a client of this machine and how it is told a name, a port on
// loopback and a file of roots. It ends with status 0 if it went on.
type installed struct {
	id   string
	need peers.Stack
	argv func(name, port, roots string) []string
}

const nodeClient = `
var tls = require('tls'), fs = require('fs'), a = process.argv.slice(-3);
var o = { host: '127.0.0.1', port: +a[1], ca: fs.readFileSync(a[2]).toString().split(/(?=-----BEGIN)/), rejectUnauthorized: true };
if (!require('net').isIP(a[0])) o.servername = a[0];
var s = tls.connect(o, function () { s.write('GET / HTTP/1.0\r\n\r\n'); });
s.on('data', function () { process.exit(0); });
s.on('error', function (e) { console.error(e.code + ' ' + e.message); process.exit(1); });
s.on('end', function () { process.exit(1); });
`

var installedClients = []installed{
	{id: "openssl-3.0", need: peers.OpenSSL, argv: func(name, port, roots string) []string {
		as := "-verify_hostname"
		if net.ParseIP(name) != nil {
			as = "-verify_ip"
		}
		return []string{"openssl", "s_client", "-connect", "127.0.0.1:" + port, "-CAfile", roots, "-no-CApath", "-no-CAstore",
			"-verify_return_error", as, name, "-servername", name}
	}},
	{id: "curl", need: peers.OpenSSL, argv: func(name, port, roots string) []string {
		return []string{"curl", "-sS", "--noproxy", "*", "--cacert", roots, "--connect-to", "::127.0.0.1:" + port, "https://" + name + ":" + port + "/"}
	}},
	{id: "gnutls-3.7", need: peers.GnuTLS, argv: func(name, port, roots string) []string {
		return []string{"gnutls-cli", "--x509cafile=" + roots, "--verify-hostname=" + name, "--sni-hostname=" + name, "-p", port, "127.0.0.1"}
	}},
	{id: "node-0.10", need: peers.Node010, argv: nodeOf("node-0.10.48")},
	{id: "node-6", need: peers.Node6, argv: nodeOf("node-6.17.1")},
}

// nodeOf is an old Node.js that internal/peers/install.sh installed.
func nodeOf(build string) func(name, port, roots string) []string {
	return func(name, port, roots string) []string {
		dir := os.Getenv("PARLEY_PEERS")
		if dir == "" {
			dir = filepath.Join(os.Getenv("HOME"), ".cache", "parley-peers")
		}
		return []string{filepath.Join(dir, build, "bin", "node"), "-e", nodeClient, name, port, roots}
	}
}

// fork is the PKI of further faults: a root, an intermediate, and a leaf's key.
type fork struct {
	pki
	root, mid            *x509.Certificate
	rootKey, midKey, key crypto.Signer
}

func newFork(t *testing.T) *fork {
	f := &fork{pki: pki{t: t}}
	f.root, f.rootKey = f.sign(fresh(f.ca("Further Root")), nil, nil, f.rsa(2048))
	f.mid, f.midKey = f.sign(fresh(f.ca("Further Intermediate")), f.root, f.rootKey, f.rsa(2048))
	f.key = f.rsa(2048)
	return f
}

func fresh(c *x509.Certificate) *x509.Certificate {
	c.NotBefore, c.NotAfter = time.Now().Add(-24*time.Hour), time.Now().Add(30*24*time.Hour)
	return c
}

// end is a leaf of the intermediate, changed.
func (f *fork) end(change func(*x509.Certificate)) *x509.Certificate {
	c := fresh(f.leaf())
	change(c)
	c, _ = f.sign(c, f.mid, f.midKey, f.key)
	return c
}

// other is the intermediate, changed.
func (f *fork) other(change func(*x509.Certificate)) *x509.Certificate {
	c := fresh(f.ca("Further Intermediate"))
	change(c)
	c, _ = f.sign(c, f.root, f.rootKey, f.midKey)
	return c
}

// alone is a leaf that signs itself.
func (f *fork) alone(change func(*x509.Certificate)) *x509.Certificate {
	c := fresh(f.leaf())
	change(c)
	c, _ = f.sign(c, nil, nil, f.key)
	return c
}

// by is a leaf of an intermediate with a key of another kind.
func (f *fork) by(key crypto.Signer, err error) chain {
	if err != nil {
		f.t.Fatal(err)
	}
	mid, _ := f.sign(fresh(f.ca("Other Intermediate")), f.root, f.rootKey, key)
	end, _ := f.sign(fresh(f.leaf()), mid, key, f.key)
	return chain{end, mid}
}

type chain []*x509.Certificate

func as(*x509.Certificate) {}

func dns(names ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = names }
}

// furtherFaults are beside those of internal/peers: what is asked for, if it is
// not the usual name, the roots, if not the usual one, and what is sent.
var furtherFaults = []struct {
	name, ask string
	roots     func(f *fork) chain
	sent      func(f *fork) chain
}{
	{name: "self-signed and trusted", roots: func(f *fork) chain { return chain{f.alone(as)} }},
	{name: "self-signed CA and trusted", roots: func(f *fork) chain {
		return chain{f.alone(func(c *x509.Certificate) { c.IsCA, c.KeyUsage, c.ExtKeyUsage = true, 0, nil })}
	}},
	{name: "leaf trusted", roots: func(f *fork) chain { return chain{f.end(as)} }},
	{name: "intermediate trusted", roots: func(f *fork) chain { return chain{f.mid} }, sent: func(f *fork) chain { return chain{f.end(as)} }},
	{name: "any use", sent: func(f *fork) chain {
		return chain{f.end(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} }), f.mid}
	}},
	{name: "no use", sent: func(f *fork) chain { return chain{f.end(func(c *x509.Certificate) { c.ExtKeyUsage = nil }), f.mid} }},
	{name: "partial wildcard", ask: "tls9.parley.test", sent: func(f *fork) chain { return chain{f.end(dns("tls*.parley.test")), f.mid} }},
	{name: "wildcard of a top-level domain", ask: "parley.test", sent: func(f *fork) chain { return chain{f.end(dns("*.test")), f.mid} }},
	{name: "wildcard alone", ask: "localhost", sent: func(f *fork) chain { return chain{f.end(dns("*")), f.mid} }},
	{name: "wildcard inside", ask: "a.tls.parley.test", sent: func(f *fork) chain { return chain{f.end(dns("a.*.parley.test")), f.mid} }},
	{name: "upper case", sent: func(f *fork) chain { return chain{f.end(dns("TLS.Parley.Test")), f.mid} }},
	{name: "common name beside addresses", sent: func(f *fork) chain { return chain{f.end(dns()), f.mid} }},
	{name: "common name beside another name", sent: func(f *fork) chain { return chain{f.end(dns("other.parley.test")), f.mid} }},
	{name: "address as common name", ask: "127.0.0.1", sent: func(f *fork) chain {
		return chain{f.end(func(c *x509.Certificate) { c.Subject.CommonName, c.DNSNames, c.IPAddresses = "127.0.0.1", nil, nil }), f.mid}
	}},
	{name: "key for encipherment alone", sent: func(f *fork) chain {
		return chain{f.end(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), f.mid}
	}},
	{name: "no key usage", sent: func(f *fork) chain { return chain{f.end(func(c *x509.Certificate) { c.KeyUsage = 0 }), f.mid} }},
	{name: "intermediate for clients", sent: func(f *fork) chain {
		return chain{f.end(as), f.other(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })}
	}},
	{name: "intermediate that may not sign", sent: func(f *fork) chain {
		return chain{f.end(as), f.other(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign })}
	}},
	{name: "intermediate that excludes the name", sent: func(f *fork) chain {
		return chain{f.end(as), f.other(func(c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.ExcludedDNSDomains = true, []string{"parley.test"}
		})}
	}},
	{name: "intermediate that permits the name", sent: func(f *fork) chain {
		end := f.end(func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{measuredName}, nil })
		return chain{end, f.other(func(c *x509.Certificate) {
			c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"parley.test"}
		})}
	}},
	{name: "expired intermediate before a good one", sent: func(f *fork) chain { return chain{f.end(as), f.other(old), f.mid} }},
	{name: "expired intermediate after a good one", sent: func(f *fork) chain { return chain{f.end(as), f.mid, f.other(old)} }},
	{name: "intermediate of RSA 1024", sent: func(f *fork) chain { return f.by(f.rsa(1024), nil) }},
	{name: "intermediate of secp521r1", sent: func(f *fork) chain { return f.by(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)) }},
	{name: "intermediate of secp224r1", sent: func(f *fork) chain { return f.by(ecdsa.GenerateKey(elliptic.P224(), rand.Reader)) }},
	{name: "intermediate of Ed25519", sent: func(f *fork) chain {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return f.by(key, err)
	}},
	{name: "signed with RSASSA-PSS", sent: func(f *fork) chain {
		return chain{f.end(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA256WithRSAPSS }), f.mid}
	}},
	{name: "altered", sent: func(f *fork) chain {
		end := f.end(as)
		end.Raw[len(end.Raw)-1] ^= 1
		return chain{end, f.mid}
	}},
	{name: "root before the intermediate", sent: func(f *fork) chain { return chain{f.end(as), f.root, f.mid} }},
}

func old(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = time.Now().AddDate(-2, 0, 0), time.Now().AddDate(-1, 0, 0)
}

// serve sends a chain to each client and answers a request; it ends with the
// test.
func serve(t *testing.T, sent chain, key crypto.Signer) (port string) {
	t.Helper()
	cert := tls.Certificate{PrivateKey: key}
	for _, c := range sent {
		cert.Certificate = append(cert.Certificate, c.Raw)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(20 * time.Second))
				if n, _ := conn.Read(make([]byte, 1024)); n > 0 {
					conn.Write([]byte("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"))
				}
			}()
		}
	}()
	_, port, _ = net.SplitHostPort(l.Addr().String())
	return port
}

// TestRulesAgreeWithInstalledClientsOnFurtherFaults meets real clients with
// faults that the corpus has not.
func TestRulesAgreeWithInstalledClientsOnFurtherFaults(t *testing.T) {
	if os.Getenv("CI") != "true" && os.Getenv("PARLEY_PEERS_MATRIX") == "" {
		t.Skip("SKIPPED: more than a hundred real clients; set PARLEY_PEERS_MATRIX=1 or CI=true")
	}
	for _, c := range installedClients {
		peers.Need(t, c.need)
	}
	f := newFork(t)
	for _, fault := range furtherFaults {
		t.Run(fault.name, func(t *testing.T) {
			ask, roots, text, pool := fault.ask, chain{f.root}, []byte(nil), x509.NewCertPool()
			if ask == "" {
				ask = measuredName
			}
			if fault.roots != nil {
				roots = fault.roots(f)
			}
			sent := roots
			if fault.sent != nil {
				sent = fault.sent(f)
			}
			for _, r := range roots {
				text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Raw})...)
				pool.AddCert(r)
			}
			file := filepath.Join(t.TempDir(), "roots.pem")
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
			port := serve(t, sent, f.key)
			for _, c := range installedClients {
				argv := c.argv(ask, port, file)
				cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
				cmd.Stdin = strings.NewReader("GET / HTTP/1.0\r\n\r\n")
				out, err := cmd.CombinedOutput()
				agrees(t, c.id, ask, roots, sent, err, string(out))
			}
			conn, err := tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{RootCAs: pool, ServerName: ask})
			if err == nil {
				conn.Close()
			}
			agrees(t, "go-1.26", ask, roots, sent, err, "")
		})
	}
}

// agrees compares what a client did, an error or none, with what its rules say.
func agrees(t *testing.T, id, ask string, roots, sent chain, refused error, said string) {
	t.Helper()
	ders := func(c chain) (all [][]byte) {
		for _, x := range c {
			all = append(all, x.Raw)
		}
		return all
	}
	v := pkix.Verify(pkix.Question{
		Sent: ders(sent), Roots: []*pkix.Pool{pkix.NewPool("test", ders(roots)...)}, Name: ask, Now: time.Now(),
		Staple: parley.No, Rules: *get(t, id).Verifies, Purpose: pkix.ForServer,
	})
	did := parley.Yes
	if refused != nil {
		did = parley.No
	}
	if v.Accepts != did {
		t.Errorf("%s: the rules say %v, it did %v (%v)\nproblems %v\n%s", id, v.Accepts, did, refused, kinds(v), said)
	}
}
