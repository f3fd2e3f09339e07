package peers

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
)

// certgen makes the certificates of an intercepting Squid.
const certgen = "/usr/lib/squid/security_file_certgen"

// Interceptor is a running proxy that opens the connections it passes on.
type Interceptor struct {
	Server
	CA []byte // the certificate with whose key it signs its own, PEM
}

// interceptorName is the subject of the interceptor's CA.
const interceptorName = "parley peers interception CA"

var interceptorKey = sync.OnceValues(func() (crypto.Signer, error) { return newKey(RSA2048) })

var interceptorCA = sync.OnceValues(func() ([]byte, error) {
	key, err := interceptorKey()
	if err != nil {
		return nil, err
	}
	return issueRoot(issuer{name: interceptorName, key: key})
})

// Intercept runs Squid until t ends as a forward proxy (CONNECT) that ends
// each TLS connection itself, with a certificate of its own CA made after the
// server's, and speaks TLS of its own to the server. It knows Name as
// 127.0.0.1 and trusts the roots of Start. A server that it cannot verify it
// hides: the handshake completes, and a page with status 503 says why. Extra
// are lines of squid.conf.
func Intercept(t testing.TB, extra ...string) *Interceptor {
	t.Helper()
	Need(t, Squid)
	if _, err := os.Stat(certgen); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("peers: %v; run internal/peers/install.sh", err)
		}
		t.Skipf("SKIPPED: %v; run internal/peers/install.sh", err)
	}
	j := &job{stack: Squid, dir: tempDir(t)}
	j.addr = netip.AddrPortFrom(loopback, reservePort(t, loopback))
	ca, err := j.prepareInterceptor(extra)
	if err != nil {
		t.Fatalf("peers: intercept: %v", err)
	}
	t.Cleanup(j.dropShared)
	if err := run(t, j); err != nil {
		t.Fatal(err)
	}
	return &Interceptor{Server: Server{Stack: Squid, Version: version(drivers[Squid]), Addr: j.addr, Log: j.log}, CA: ca}
}

// prepareInterceptor writes the files of Squid and returns its CA.
func (j *job) prepareInterceptor(extra []string) ([]byte, error) {
	ca, key, err := j.writeInterceptorCA()
	if err != nil {
		return nil, err
	}
	roots, err := RootsPEM()
	if err != nil {
		return nil, err
	}
	rootsFile, err := j.write("roots.pem", string(roots))
	if err != nil {
		return nil, err
	}
	hosts, err := j.write("hosts", loopback.String()+" "+Name+"\n")
	if err != nil {
		return nil, err
	}
	if err := j.useOpenSSLConf(); err != nil {
		return nil, err
	}
	if os.Geteuid() == 0 {
		j.user = "proxy"
		if err := j.chown(j.dir); err != nil {
			return nil, err
		}
	}
	if err := j.command(certgen, "-c", "-s", j.path("made"), "-M", "4MB"); err != nil {
		return nil, err
	}
	lines := append([]string{
		"http_port " + j.addr.String() + " ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=4MB tls-cert=" + ca + " tls-key=" + key,
		"sslcrtd_program " + certgen + " -s " + j.path("made") + " -M 4MB", "sslcrtd_children 1 startup=1 idle=1",
		"ssl_bump stare all", "ssl_bump bump all", "tls_outgoing_options cafile=" + rootsFile, "hosts_file " + hosts,
	}, j.squidLines()...)
	conf, err := j.write("squid.conf", strings.Join(append(lines, extra...), "\n")+"\n")
	if err != nil {
		return nil, err
	}
	j.logs = []string{j.path("cache.log"), j.path("access.log")}
	j.argv = j.squidCommand(conf)
	return os.ReadFile(ca)
}

func (j *job) writeInterceptorCA() (cert, key string, err error) {
	ca, err := interceptorCA()
	if err != nil {
		return "", "", err
	}
	signer, err := interceptorKey()
	if err != nil {
		return "", "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(signer)
	if err != nil {
		return "", "", err
	}
	if cert, err = j.write("ca.pem", string(certsPEM([][]byte{ca}))); err != nil {
		return "", "", fmt.Errorf("write the CA: %w", err)
	}
	key, err = j.write("ca-key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	return cert, key, err
}
