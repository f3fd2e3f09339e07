// Package peers starts real TLS servers on loopback for tests: the web servers,
// mail servers, databases and old Node.js builds that install.sh installs.
//
// A test says which server software it wants (a Stack) and what the server is
// to be (a Config); Start brings it up in the foreground, as a child process
// that ends with the test. What a stack cannot be made to do fails the test
// that asks for it: no field of Config is ever ignored.
package peers

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// Stack names a server software that Start can run.
type Stack string

// The stacks, by the TLS library that Debian 12 builds them with: OpenSSL 3.0
// unless said otherwise.
const (
	Nginx      Stack = "nginx"
	Apache     Stack = "apache"
	HAProxy    Stack = "haproxy"
	OpenSSL    Stack = "openssl"   // openssl s_server: one connection at a time
	GnuTLS     Stack = "gnutls"    // gnutls-serv, GnuTLS 3.7
	NSS        Stack = "nss"       // selfserv, NSS 3.87
	Java       Stack = "java"      // JSSE of OpenJDK 17
	Node08     Stack = "node-0.8"  // OpenSSL 1.0.0: SSL 2.0 to TLS 1.0
	Node010    Stack = "node-0.10" // OpenSSL 1.0.1
	Node012    Stack = "node-0.12" // OpenSSL 1.0.1
	Node4      Stack = "node-4"    // OpenSSL 1.0.2
	Node6      Stack = "node-6"    // OpenSSL 1.0.2
	Node8      Stack = "node-8"    // OpenSSL 1.0.2
	Node20     Stack = "node-20"   // OpenSSL 3.0, the machine's own Node.js
	Go         Stack = "go"        // crypto/tls, inside the test process
	Postfix    Stack = "postfix"
	Dovecot    Stack = "dovecot"
	PostgreSQL Stack = "postgresql"
	MariaDB    Stack = "mariadb"
	Redis      Stack = "redis"
	Mosquitto  Stack = "mosquitto"
	Slapd      Stack = "slapd" // GnuTLS
	Vsftpd     Stack = "vsftpd"
	SSHD       Stack = "sshd" // no TLS at all
	Squid      Stack = "squid"

	// These have no part in Stacks: they speak DTLS.
	OpenSSLDTLS Stack = "openssl-dtls" // openssl s_server -dtls: one handshake at a time
	GnuTLSDTLS  Stack = "gnutls-dtls"  // gnutls-serv --udp, which refuses without an alert
	JavaDTLS    Stack = "java-dtls"    // SSLEngine of OpenJDK 17
	CoAP        Stack = "coap"         // coap-server of libcoap 4.3

	// Nor have these: they are for the upgrade of their protocol.
	Prosody  Stack = "prosody"
	InspIRCd Stack = "inspircd" // GnuTLS
	INN      Stack = "inn"      // nnrpd
	NATS     Stack = "nats"     // crypto/tls
	TigerVNC Stack = "tigervnc" // GnuTLS
	Xrdp     Stack = "xrdp"
	Telnetd  Stack = "telnetd"  // GNU inetutils; no TLS at all
	TDSTwin  Stack = "tds-twin" // no real server: see tds.go

	// These speak QUIC, and nothing over TCP.
	QUICGo Stack = "quic-go" // crypto/tls, inside the test process
	NGTCP2 Stack = "ngtcp2"  // its gtlsserver: GnuTLS
)

// SNIPolicy is what a server does with the server_name extension
// (RFC 6066, Section 3).
type SNIPolicy uint8

const (
	// AcceptAny answers every name, and no name, with the one certificate.
	AcceptAny SNIPolicy = iota
	// RejectUnknown refuses a name that is not Name; a hello without
	// server_name is answered.
	RejectUnknown
	// RequireName refuses a name that is not Name, and a hello without
	// server_name.
	RequireName
)

// Config is what a server is asked to be. A zero field leaves the matter to
// the stack's own default.
type Config struct {
	Versions []iana.Version // exactly these are accepted
	Ciphers  string         // up to TLS 1.2, in the stack's own notation (OpenSSL cipher string, GnuTLS priority, Java names separated by commas, NSS -c)
	// Ciphers13 is for TLS 1.3: OpenSSL names separated by colons; elsewhere
	// the notation of Ciphers.
	Ciphers13 string
	Groups    string // OpenSSL names separated by colons (X25519:P-256); elsewhere the stack's own notation
	SigAlgs   string // what the server signs with, notation as for Groups
	Cert      Cert
	// CertFile and KeyFile replace Cert by a chain and its key, both PEM.
	CertFile, KeyFile string
	// Chain, one of ChainNames, replaces Cert too. Not every stack starts with
	// every one: Java and nginx refuse what they cannot read or use.
	Chain string
	// ClientAuth asks clients for a certificate of ClientCA, a PEM file; without
	// that, of the CA of ClientCAPEM.
	ClientAuth ClientAuth
	ClientCA   string
	DHBits     int // size of the Diffie-Hellman prime: 512, 1024 or 2048
	// SecLevel is OpenSSL's security level (SSL_CTX_set_security_level), 1 to 5.
	// Zero is the stack's own level, or 0 where another field asks for what
	// that level forbids: versions before TLS 1.2, RSA 1024, small DHBits. With
	// -1 the stack's own level stays whatever the other fields say.
	SecLevel              int
	ALPN                  []string // the only protocols, in the server's order
	SNI                   SNIPolicy
	NoEMS                 bool // no extended_master_secret (RFC 7627)
	NoSecureRenegotiation bool // no renegotiation_info (RFC 5746)
	ProxyProtocol         bool // expects a PROXY line before the TLS records
	Plain                 bool // speaks the stack's protocol without any TLS
	// StartTLS begins in clear: a protocol that the stack knows, by the name of
	// its upgrade.
	StartTLS string
	Extra    []string // further directives or flags of the stack, verbatim
}

// Server is a running server.
type Server struct {
	Stack   Stack
	Version string // what the software says of itself, one line
	Addr    netip.AddrPort
	Log     func() string // what the server has written so far
	// Halt stops the processes of the server where they stand: connections are
	// still accepted by the kernel, and nothing answers them. Nil where the
	// server is part of the test process.
	Halt func() error
}

// driver is how one stack is started; each stack's file registers its own.
type driver struct {
	programs []string       // files that must exist, or names to be found in PATH
	root     bool           // needs root rights
	version  []string       // command whose first line of output names the version
	fields   string         // fields of Config that the stack honours
	versions []iana.Version // protocol versions it can be restricted to
	certs    []Cert         // kinds of certificate it can serve
	starttls []string       // protocols of Config.StartTLS
	sni      []SNIPolicy
	auths    []ClientAuth // beside NotAsked
	narrow   bool         // for the upgrade, or for a transport, alone
	udp      bool         // it takes datagrams
	listens  bool         // it ends when its standard input does
	// prepare writes the configuration and sets the command to run.
	prepare func(*job) error
	// serve replaces the child process (the Go stack).
	serve func(*job) (stop func(), err error)
}

var drivers = map[Stack]*driver{}

// Stacks returns every stack whose TLS can be set, sorted by name.
func Stacks() []Stack {
	var all []Stack
	for s, d := range drivers {
		if !d.narrow {
			all = append(all, s)
		}
	}
	slices.Sort(all)
	return all
}

// Need skips t when stack is not installed; under CI=true it fails t instead.
func Need(t testing.TB, stack Stack) {
	t.Helper()
	missing := lacks(stack)
	switch {
	case missing == "":
	case os.Getenv("CI") == "true":
		t.Fatalf("peers: %s cannot run: %s; run internal/peers/install.sh", stack, missing)
	default:
		t.Skipf("SKIPPED: %s cannot run: %s; run internal/peers/install.sh", stack, missing)
	}
}

// lacks says what keeps stack from running here, or nothing.
func lacks(stack Stack) string {
	d, ok := drivers[stack]
	if !ok {
		return "no such stack"
	}
	for _, p := range d.programs {
		if _, err := exec.LookPath(p); err != nil {
			return p + " is not installed"
		}
	}
	if d.root && os.Geteuid() != 0 {
		return "it needs root rights"
	}
	return ""
}

// Unsupported returns an error that names the first field of c which stack
// cannot honour, or nil. Start fails a test with that error.
func Unsupported(stack Stack, c Config) error {
	d, ok := drivers[stack]
	if !ok {
		return fmt.Errorf("peers: no such stack %q", stack)
	}
	honours := strings.Fields(d.fields)
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !v.Field(i).IsZero() && !slices.Contains(honours, name) {
			return fmt.Errorf("peers: %s cannot be given %s", stack, name)
		}
	}
	for _, version := range c.Versions {
		if !slices.Contains(d.versions, version) {
			return fmt.Errorf("peers: %s cannot be restricted to version %s", stack, version)
		}
	}
	switch {
	case c.CertFile == "" && c.Chain == "" && !slices.Contains(d.certs, c.Cert) && !c.Plain && len(d.certs) > 0:
		return fmt.Errorf("peers: %s cannot serve a certificate of kind %s", stack, c.Cert)
	case c.Chain != "" && chains[c.Chain] == nil:
		return fmt.Errorf("peers: no chain %q", c.Chain)
	case c.Chain != "" && c.CertFile != "":
		return fmt.Errorf("peers: Chain and CertFile exclude each other")
	case (c.CertFile == "") != (c.KeyFile == ""):
		return fmt.Errorf("peers: CertFile and KeyFile go together")
	case c.StartTLS != "" && !slices.Contains(d.starttls, c.StartTLS):
		return fmt.Errorf("peers: %s does not speak %s with STARTTLS", stack, c.StartTLS)
	case c.SNI != AcceptAny && !slices.Contains(d.sni, c.SNI):
		return fmt.Errorf("peers: %s cannot apply policy %d to server_name", stack, c.SNI)
	case c.ClientAuth != NotAsked && !slices.Contains(d.auths, c.ClientAuth):
		return fmt.Errorf("peers: %s cannot treat client certificates as %s", stack, c.ClientAuth)
	case c.ClientAuth == NotAsked && c.ClientCA != "":
		return fmt.Errorf("peers: ClientCA has no use without ClientAuth")
	case c.DHBits != 0 && !slices.Contains(dhSizes, c.DHBits):
		return fmt.Errorf("peers: no Diffie-Hellman parameters of %d bits; there are %v", c.DHBits, dhSizes)
	case c.SecLevel < -1 || c.SecLevel > 5:
		return fmt.Errorf("peers: SecLevel %d is not between -1 and 5", c.SecLevel)
	}
	return nil
}

// loopback is where Start listens.
var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// Start runs stack on a free port of 127.0.0.1 until t ends. It fails t, with
// the server's own log, when the server does not come up; it skips t when the
// stack is not installed (see Need).
func Start(t testing.TB, stack Stack, c Config) *Server {
	t.Helper()
	return StartOn(t, loopback, stack, c)
}

// StartOn is Start on another loopback address, such as 127.0.0.2: for names
// that have several addresses.
func StartOn(t testing.TB, addr netip.Addr, stack Stack, c Config) *Server {
	t.Helper()
	return start(t, addr, 0, stack, c)
}

// StartAt is Start on one address and port: for names that have several
// addresses, all with one port. A port taken by another server fails t.
func StartAt(t testing.TB, addr netip.AddrPort, stack Stack, c Config) *Server {
	t.Helper()
	return start(t, addr.Addr(), addr.Port(), stack, c)
}

func start(t testing.TB, addr netip.Addr, port uint16, stack Stack, c Config) *Server {
	t.Helper()
	if !addr.IsLoopback() {
		t.Fatalf("peers: %s is not a loopback address", addr)
	}
	if err := Unsupported(stack, c); err != nil {
		t.Fatal(err)
	}
	Need(t, stack)
	server, err := launch(t, addr, port, stack, c)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// launch starts what is known to be supported and installed.
func launch(t testing.TB, addr netip.Addr, port uint16, stack Stack, c Config) (*Server, error) {
	t.Helper()
	d := drivers[stack]
	j := &job{Config: c, stack: stack, dir: tempDir(t)}
	if port == 0 {
		port = reservePort(t, addr)
	}
	j.addr = netip.AddrPortFrom(addr, port)
	if err := j.writeCert(d); err != nil {
		return nil, fmt.Errorf("peers: %s: %w", stack, err)
	}
	server := &Server{Stack: stack, Version: version(d), Addr: j.addr, Log: j.log}
	if d.serve != nil {
		stop, err := d.serve(j)
		if err != nil {
			return nil, fmt.Errorf("peers: %s: %w", stack, err)
		}
		t.Cleanup(stop)
		return server, nil
	}
	if err := d.prepare(j); err != nil {
		return nil, fmt.Errorf("peers: %s: %w", stack, err)
	}
	if stack == Squid {
		t.Cleanup(j.dropShared)
	}
	server.Halt = func() error { return syscall.Kill(-j.pid, syscall.SIGSTOP) }
	return server, run(t, j)
}

// job is one server on its way: the wish, its place, and the command.
type job struct {
	Config
	pid      int // of the process group, once it runs
	stack    Stack
	dir      string // its own, removed with the test
	addr     netip.AddrPort
	argv     []string
	env      []string
	user     string   // account to run as when the test is root; empty for root
	logs     []string // files besides standard output
	memory   func() string
	both     [2]pair // RSA and ECDSA, for Both
	certPath string  // chain, PEM; empty without certificate
	keyPath  string
}

// pair is a certificate chain and its key, as files.
type pair struct{ cert, key string }

// pairs lists the certificates to serve: one, two for Both, or none.
func (j *job) pairs() []pair {
	switch {
	case j.certPath == "":
		return nil
	case j.Cert == Both && j.CertFile == "" && j.Chain == "":
		return j.both[:]
	}
	return []pair{{cert: j.certPath, key: j.keyPath}}
}

// path returns the path of a file in the server's own directory.
func (j *job) path(name string) string { return filepath.Join(j.dir, name) }

// write puts a file into the server's own directory and returns its path.
func (j *job) write(name, text string) (string, error) {
	p := j.path(name)
	return p, os.WriteFile(p, []byte(text), 0o644)
}

func (j *job) port() string { return fmt.Sprint(j.addr.Port()) }
func (j *job) host() string { return j.addr.Addr().String() }

// log joins what the server wrote to its output and its log files.
func (j *job) log() string {
	if j.memory != nil {
		return j.memory()
	}
	var b strings.Builder
	for _, name := range append([]string{j.path("output")}, j.logs...) {
		if text, err := os.ReadFile(name); err == nil {
			b.Write(text)
		}
	}
	return b.String()
}
