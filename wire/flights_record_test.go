package wire

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
)

// recording is how a flight was had: what serves, and what the hello changes.
type recording struct {
	name  string
	serve func(r *recorder) (addr, comment string)
	hello func(h *ClientHello)
	send  string // plain text instead of a hello
}

// TestRecordedFlightsAreRecorded writes testdata/flights/*.flow under -update:
// what real servers on this machine answer. Otherwise it does nothing.
func TestRecordedFlightsAreRecorded(t *testing.T) {
	if !golden.Updating() {
		return
	}
	for _, rec := range recordings {
		path := filepath.Join("testdata", "flights", rec.name+".flow")
		if _, err := os.Stat(path); err == nil {
			continue // remove the file to record it anew
		}
		t.Run(rec.name, func(t *testing.T) { recordFlight(t, rec, path) })
	}
}

func recordFlight(t *testing.T, rec recording, path string) {
	r := newRecorder(t)
	addr, comment := rec.serve(r)
	flow := r.exchange(addr, rec)
	text := fmt.Sprintf("# %s\n# recorded %s\n", comment, time.Now().Format("2006-01"))
	for chunk := range slices.Chunk(flow, 48) {
		text += fmt.Sprintf("%x\n", chunk)
	}
	r.check(os.WriteFile(path, []byte(text), 0o644))
}

const (
	ecdheRSA   iana.Suite = 0xc02f
	ecdheECDSA iana.Suite = 0xc02b
)

// tls12 makes a hello one of 1.2 that offers these suites.
func tls12(suites ...iana.Suite) func(*ClientHello) { return upTo(iana.TLS12, suites...) }

func upTo(v iana.Version, suites ...iana.Suite) func(*ClientHello) {
	return func(h *ClientHello) {
		h.LegacyVersion = v
		h.SetSupportedVersions(nil)
		h.SetKeyShares(nil)
		h.Suites = suites
	}
}

func noShares(h *ClientHello) { h.SetKeyShares([]KeyShare{}) }

func status(h *ClientHello) { h.SetExtension(iana.ExtStatusRequest, []byte{1, 0, 0, 0, 0}) }

func both(fs ...func(*ClientHello)) func(*ClientHello) {
	return func(h *ClientHello) {
		for _, f := range fs {
			f(h)
		}
	}
}

// recordings are the flights; the first word of a name is the server.
var recordings = []recording{
	{name: "openssl-3.0-tls10-rsa", serve: openssl("rsa", "-tls1 -cipher ALL:@SECLEVEL=0"), hello: upTo(iana.TLS10, 0x002f)},
	{name: "openssl-3.0-tls10-dhe-rsa", serve: openssl("rsa", "-tls1 -cipher ALL:@SECLEVEL=0"), hello: upTo(iana.TLS10, 0x0033)},
	{name: "openssl-3.0-tls11-ecdhe-ecdsa", serve: openssl("ecdsa", "-tls1_1 -cipher ALL:@SECLEVEL=0"), hello: upTo(iana.TLS11, 0xc009)},
	{name: "openssl-3.0-tls11-client-cert", serve: openssl("rsa", "-tls1_1 -cipher ALL:@SECLEVEL=0 -Verify 1 -CAfile rsa.pem"), hello: upTo(iana.TLS11, 0x002f)},
	{name: "openssl-3.0-tls12-rsa", serve: openssl("rsa", "-tls1_2"), hello: tls12(0x009c)},
	{name: "openssl-3.0-tls12-ecdhe-rsa", serve: openssl("rsa", "-tls1_2"), hello: tls12(ecdheRSA)},
	{name: "openssl-3.0-tls12-ecdhe-ecdsa", serve: openssl("ecdsa", "-tls1_2"), hello: tls12(ecdheECDSA)},
	{name: "openssl-3.0-tls12-dhe-rsa", serve: openssl("rsa", "-tls1_2"), hello: tls12(0x009e)},
	{name: "openssl-3.0-tls12-dh-anon", serve: openssl("", "-nocert -tls1_2 -cipher aNULL:@SECLEVEL=0"), hello: tls12(0x00a6)},
	{name: "openssl-3.0-tls12-ecdh-anon", serve: openssl("", "-nocert -tls1_2 -cipher aNULL:@SECLEVEL=0"), hello: tls12(0xc018)},
	{name: "openssl-3.0-tls12-psk", serve: openssl("", "-nocert -tls1_2 -psk 1a2b -psk_hint parley"), hello: tls12(0x00a8)},
	{name: "openssl-3.0-tls12-dhe-psk", serve: openssl("", "-nocert -tls1_2 -psk 1a2b -psk_hint parley"), hello: tls12(0x00aa)},
	{name: "openssl-3.0-tls12-ecdhe-psk", serve: openssl("", "-nocert -tls1_2 -psk 1a2b -psk_hint parley"), hello: tls12(0xc035)},
	{name: "openssl-3.0-tls12-rsa-psk", serve: openssl("rsa", "-tls1_2 -psk 1a2b -psk_hint parley"), hello: tls12(0x00ac)},
	{name: "openssl-3.0-tls12-client-cert", serve: openssl("rsa", "-tls1_2 -Verify 1 -CAfile rsa.pem"), hello: tls12(ecdheRSA)},
	{name: "openssl-3.0-tls12-status", serve: openssl("rsa", "-tls1_2 -status_file ocsp.der"), hello: both(tls12(ecdheRSA), status)},
	{name: "openssl-3.0-tls13", serve: openssl("rsa", "")},
	{name: "openssl-3.0-tls13-hrr", serve: openssl("rsa", ""), hello: noShares},
	{name: "openssl-3.0-tls13-client-cert", serve: openssl("rsa", "-Verify 1 -CAfile rsa.pem")},
	{name: "openssl-3.0-no-common-version", serve: openssl("rsa", "-tls1_3"), hello: tls12(ecdheRSA)},
	{name: "openssl-3.0-no-common-suite", serve: openssl("rsa", "-tls1_2"), hello: tls12(ecdheECDSA)},
	{name: "openssl-3.0-downgrade-sentinel", serve: openssl("rsa", ""), hello: tls12(ecdheRSA)},
	{name: "openssl-3.0-small-records", serve: openssl("rsa", "-tls1_2 -split_send_frag 512 -max_send_frag 512"), hello: tls12(ecdheRSA)},
	{name: "gnutls-3.7-tls12-ecdhe-rsa", serve: gnutls("rsa", "NORMAL"), hello: tls12(ecdheRSA)},
	{name: "gnutls-3.7-tls12-dhe-rsa", serve: gnutls("rsa", "NORMAL"), hello: tls12(0x009e)},
	{name: "gnutls-3.7-tls12-client-cert", serve: gnutls("ecdsa", "NORMAL"), hello: tls12(ecdheECDSA)},
	{name: "gnutls-3.7-tls13", serve: gnutls("rsa", "NORMAL")},
	{name: "gnutls-3.7-tls13-hrr", serve: gnutls("rsa", "NORMAL"), hello: noShares},
	{name: "gnutls-3.7-no-common-version", serve: gnutls("rsa", "NORMAL:-VERS-ALL:+VERS-TLS1.3"), hello: tls12(ecdheRSA)},
	{name: "go-1.26-tls12-ecdhe-rsa", serve: goServer("rsa", &tls.Config{MaxVersion: tls.VersionTLS12}), hello: tls12(ecdheRSA)},
	{name: "go-1.26-tls12-ecdhe-ecdsa-client-cert", serve: goServer("ecdsa", &tls.Config{MaxVersion: tls.VersionTLS12, ClientAuth: tls.RequireAnyClientCert}), hello: tls12(ecdheECDSA)},
	{name: "go-1.26-tls13", serve: goServer("ecdsa", &tls.Config{NextProtos: []string{"h2"}})},
	{name: "go-1.26-tls13-hrr", serve: goServer("ecdsa", &tls.Config{}), hello: noShares},
	{name: "go-1.26-no-common-version", serve: goServer("ecdsa", &tls.Config{MinVersion: tls.VersionTLS13}), hello: tls12(ecdheECDSA)},
	{name: "nginx-1.22-tls12-ecdhe-rsa", serve: nginx("rsa", "ssl_protocols TLSv1.2;"), hello: tls12(ecdheRSA)},
	{name: "nginx-1.22-tls13", serve: nginx("ecdsa", "ssl_protocols TLSv1.3;")},
	{name: "nginx-1.22-reject-handshake", serve: nginx("rsa", "ssl_reject_handshake on;"), hello: tls12(ecdheRSA)},
	{name: "nginx-1.22-plain-http", serve: nginx("rsa", ""), send: "GET / HTTP/1.0\r\n\r\n"},
	{name: "nginx-1.22-http-port", serve: nginx("", "")},
}

// recorder runs one server in a folder of its own.
type recorder struct {
	t   *testing.T
	dir string
}

func newRecorder(t *testing.T) *recorder {
	r := &recorder{t: t, dir: t.TempDir()}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	r.check(err)
	r.issue("rsa", rsaKey)
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	r.check(err)
	r.issue("ecdsa", ecKey)
	return r
}

func (r *recorder) check(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *recorder) file(name string) string { return filepath.Join(r.dir, name) }

// issue writes kind.pem and kind.key, self-signed, and ocsp.der for it.
func (r *recorder) issue(kind string, key crypto.Signer) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "shop.example"},
		DNSNames: []string{"shop.example"}, NotAfter: time.Now().AddDate(10, 0, 0), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	r.check(err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	r.check(err)
	r.check(os.WriteFile(r.file(kind+".pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	r.check(os.WriteFile(r.file(kind+".key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), 0o600))
}

// respond writes ocsp.der, a response for rsa.pem by itself.
func (r *recorder) respond() {
	r.check(os.WriteFile(r.file("index.txt"), nil, 0o600))
	cmd := exec.Command("openssl", "ocsp", "-index", "index.txt", "-rsigner", "rsa.pem", "-rkey", "rsa.key", "-CA", "rsa.pem",
		"-issuer", "rsa.pem", "-cert", "rsa.pem", "-respout", "ocsp.der", "-ndays", "3650")
	cmd.Dir = r.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("%v: %s", err, out)
	}
}

func (r *recorder) port() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	r.check(err)
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// run starts a server and returns once it listens.
func (r *recorder) run(port string, argv ...string) string {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = r.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.WaitDelay = time.Second
	r.check(cmd.Start())
	r.t.Cleanup(func() { cmd.Process.Signal(os.Interrupt); cmd.Wait() })
	addr := "127.0.0.1:" + port
	for range 200 {
		listening, _ := os.ReadFile("/proc/net/tcp")
		listening6, _ := os.ReadFile("/proc/net/tcp6")
		n, _ := new(big.Int).SetString(port, 10)
		if strings.Contains(string(listening)+string(listening6), fmt.Sprintf(":%04X 00000000", n.Int64())) {
			return addr
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.t.Fatalf("%v does not listen: %s", argv, out.String())
	return ""
}

func openssl(cert, flags string) func(*recorder) (string, string) {
	return func(r *recorder) (string, string) {
		port := r.port()
		argv := []string{"openssl", "s_server", "-quiet", "-accept", port}
		if strings.Contains(flags, "ocsp.der") {
			r.respond()
		}
		if cert != "" {
			argv = append(argv, "-cert", cert+".pem", "-key", cert+".key")
		}
		argv = append(argv, strings.Fields(flags)...)
		version, err := exec.Command("openssl", "version").Output()
		r.check(err)
		return r.run(port, argv...), strings.TrimSpace(string(version)) + ": s_server " + strings.Join(argv[5:], " ")
	}
}

func gnutls(cert, priority string) func(*recorder) (string, string) {
	return func(r *recorder) (string, string) {
		port := r.port()
		argv := []string{"gnutls-serv", "--quiet", "--echo", "--port", port, "--priority", priority, "--x509certfile", cert + ".pem",
			"--x509keyfile", cert + ".key", "--x509cafile", cert + ".pem"}
		version, err := exec.Command("gnutls-serv", "--version").Output()
		r.check(err)
		first, _, _ := strings.Cut(string(version), "\n")
		return r.run(port, argv...), first + ": " + strings.Join(argv[5:], " ")
	}
}

func nginx(cert, directives string) func(*recorder) (string, string) {
	return func(r *recorder) (string, string) {
		port, listen := r.port(), ""
		if cert != "" {
			listen, directives = " ssl", directives+fmt.Sprintf(" ssl_certificate %[1]s.pem; ssl_certificate_key %[1]s.key;", r.file(cert))
		}
		conf := fmt.Sprintf("daemon off; master_process off; error_log stderr; pid %s; events {}\nhttp { access_log off; client_body_temp_path %s; "+
			"proxy_temp_path %s; fastcgi_temp_path %s; uwsgi_temp_path %s; scgi_temp_path %s;\nserver { listen 127.0.0.1:%s%s; %s } }\n",
			r.file("pid"), r.dir, r.dir, r.dir, r.dir, r.dir, port, listen, directives)
		r.check(os.WriteFile(r.file("nginx.conf"), []byte(conf), 0o600))
		version, err := exec.Command("nginx", "-v").CombinedOutput()
		r.check(err)
		comment := strings.TrimSpace(string(version)) + ": listen" + listen + "; " + strings.ReplaceAll(directives, r.dir+"/", "")
		return r.run(port, "nginx", "-p", r.dir, "-c", r.file("nginx.conf")), comment
	}
}

func goServer(cert string, config *tls.Config) func(*recorder) (string, string) {
	return func(r *recorder) (string, string) {
		pair, err := tls.LoadX509KeyPair(r.file(cert+".pem"), r.file(cert+".key"))
		r.check(err)
		c := config.Clone()
		c.Certificates = []tls.Certificate{pair}
		l, err := tls.Listen("tcp", "127.0.0.1:0", c)
		r.check(err)
		r.t.Cleanup(func() { l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go func() { conn.(*tls.Conn).Handshake(); conn.Close() }()
			}
		}()
		return l.Addr().String(), fmt.Sprintf("go version go1.26 crypto/tls: %s, versions 0x%04x to 0x%04x, client auth %v",
			cert, c.MinVersion, c.MaxVersion, c.ClientAuth)
	}
}

// exchange sends the hello and returns all that comes back before the server waits for us.
func (r *recorder) exchange(addr string, rec recording) []byte {
	conn, err := net.Dial("tcp", addr)
	r.check(err)
	defer conn.Close()
	out := []byte(rec.send)
	if rec.send == "" {
		h := parseHello(r.t, "openssl-3.0.22")
		h.SetServerName("shop.example")
		if rec.hello != nil {
			rec.hello(h)
		}
		out = AppendRecords(nil, iana.ContentHandshake, iana.TLS10, h.Message())
	}
	_, err = conn.Write(out)
	r.check(err)
	var flow []byte
	buf := make([]byte, 1<<16)
	for {
		conn.SetReadDeadline(time.Now().Add(500 * time.Millisecond))
		n, err := conn.Read(buf)
		flow = append(flow, buf[:n]...)
		if err != nil {
			break
		}
	}
	if len(flow) == 0 {
		r.t.Fatalf("%s: nothing came back", rec.name)
	}
	return flow
}
