package peers

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
)

// The matrix: each field that a stack says it honours is asked for, and a real
// client (openssl s_client) sees the difference.

// fieldChecks holds, for each field of Config, what shows that it is honoured.
var fieldChecks = map[string]func(t *testing.T, stack Stack){
	"Versions":              checkVersions,
	"Ciphers":               checkCiphers,
	"Ciphers13":             checkCiphers13,
	"Groups":                checkGroups,
	"SigAlgs":               checkSigAlgs,
	"Cert":                  checkCert,
	"CertFile":              checkCertFile,
	"KeyFile":               checkCertFile,
	"Chain":                 checkChain,
	"ClientAuth":            checkClientCA,
	"ClientCA":              checkClientCA,
	"DHBits":                checkDHBits,
	"SecLevel":              checkSecLevel,
	"ALPN":                  checkALPN,
	"SNI":                   checkSNI,
	"NoEMS":                 checkNoEMS,
	"NoSecureRenegotiation": checkNoSecureRenegotiation,
	"ProxyProtocol":         checkProxyProtocol,
	"Plain":                 checkPlain,
	"StartTLS":              checkStartTLS,
	"Extra":                 checkExtra,
}

func TestEachFieldThatAStackHonoursIsSeenByAClient(t *testing.T) {
	matrix(t)
	for _, stack := range Stacks() {
		for _, field := range strings.Fields(drivers[stack].fields) {
			check := fieldChecks[field]
			if check == nil {
				t.Errorf("no check for the field %s of %s", field, stack)
				continue
			}
			if field == "KeyFile" || stack == SSHD {
				continue // with CertFile; no TLS to see
			}
			t.Run(string(stack)+"/"+field, func(t *testing.T) {
				t.Parallel()
				Need(t, stack)
				check(t, stack)
			})
		}
	}
}

// matrix skips a test of some hundred servers: it is for "make test" and CI,
// not for each "go test ./...".
func matrix(t *testing.T) {
	t.Helper()
	if os.Getenv("CI") != "true" && os.Getenv("PARLEY_PEERS_MATRIX") == "" {
		t.Skip("SKIPPED: hundreds of real servers; set PARLEY_PEERS_MATRIX=1 or CI=true")
	}
}

// expect runs clients against one server: those that must complete, and those
// that must not.
func expect(t *testing.T, stack Stack, c Config, completes, fails []dial) {
	t.Helper()
	if onlyStartTLS[stack] != "" && c.StartTLS == "" {
		c.StartTLS = onlyStartTLS[stack]
	}
	s := Start(t, stack, c)
	for i, d := range append(slices.Clone(completes), fails...) {
		if d.starttls == "" {
			d.starttls = c.StartTLS
		}
		out, ok := handshake(t, s, d)
		if want := i < len(completes); ok != want {
			t.Errorf("%s %+v\nclient %+v\ncompletes = %t, want %t:\n%s", stack, c, d, ok, want, out)
		}
	}
}

var versionFlags = map[iana.Version]string{iana.TLS10: "-tls1", iana.TLS11: "-tls1_1", iana.TLS12: "-tls1_2", iana.TLS13: "-tls1_3"}

// checkVersions asks for each version alone; versions before 1.0 are not in
// OpenSSL 3 and show by what does not complete and by the bytes that come.
func checkVersions(t *testing.T, stack Stack) {
	for _, version := range drivers[stack].versions {
		c := Config{Versions: []iana.Version{version}}
		var completes, fails []dial
		for _, other := range []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13} {
			d := dial{flags: versionFlags[other]}
			if other == version {
				completes = append(completes, d)
			} else {
				fails = append(fails, d)
			}
		}
		expect(t, stack, c, completes, fails)
		switch version {
		case iana.SSL2:
			// draft-hickman-netscape-ssl-00, Section 5.6: after two bytes of length,
			// SERVER-HELLO(4), no session, X.509, version 0.2.
			if got := answer(t, Start(t, stack, c), ssl2Hello)[2:]; !bytes.HasPrefix(got, []byte{4, 0, 1, 0, 2}) {
				t.Errorf("%s answers a CLIENT-HELLO of SSL 2.0 with %x; want a SERVER-HELLO", stack, got)
			}
		case iana.SSL3:
			if got := answer(t, Start(t, stack, c), ssl3Hello); !bytes.HasPrefix(got, []byte{22, 3, 0}) {
				t.Errorf("%s answers a ClientHello of SSL 3.0 with %x; want a handshake record of 3.0", stack, got)
			}
		}
	}
}

// What OpenSSL 3 cannot say: a CLIENT-HELLO of SSL 2.0 with RC4 and 3DES, and a
// ClientHello of SSL 3.0 (RFC 6101, Section 5.6.1.2) with four RSA suites.
var (
	ssl2Hello = append([]byte{0x80, 9 + 6 + 16, 1, 0, 2, 0, 6, 0, 0, 0, 16, 1, 0, 0x80, 7, 0, 0xc0}, make([]byte, 16)...)
	ssl3Hello = slices.Concat([]byte{22, 3, 0, 0, 51, 1, 0, 0, 47, 3, 0}, make([]byte, 32),
		[]byte{0, 0, 8, 0, 0x2f, 0, 0x35, 0, 0x0a, 0, 0x05, 1, 0})
)

// answer sends a hello and returns the first bytes that come back.
func answer(t *testing.T, s *Server, hello []byte) []byte {
	t.Helper()
	conn, err := net.DialTimeout("tcp", s.Addr.String(), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	conn.Write(hello)
	head := make([]byte, 8)
	if n, err := io.ReadFull(conn, head); err != nil {
		t.Errorf("%s answers with %x and %v", s.Stack, head[:n], err)
	}
	return head
}

// notation is how a stack is told about the one suite, group and scheme that
// the checks ask for: ECDHE-RSA-AES256-GCM-SHA384, TLS_AES_256_GCM_SHA384,
// P-384, rsa_pss_rsae_sha384.
type notation struct{ ciphers, ciphers13, groups, sigalgs string }

func notationOf(stack Stack) notation {
	switch stack {
	case Java:
		return notation{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "secp384r1", "rsa_pss_rsae_sha384"}
	case Go:
		return notation{ciphers: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", groups: "CurveP384"}
	case GnuTLS, Slapd:
		return notation{ciphers: "NORMAL:-KX-ALL:+ECDHE-RSA:-CIPHER-ALL:+AES-256-GCM", groups: "GROUP-SECP384R1", sigalgs: "SIGN-RSA-PSS-RSAE-SHA384"}
	case NSS:
		return notation{ciphers: ":C030", groups: "P384", sigalgs: "rsa_pss_rsae_sha384"}
	case Node08, Node010:
		return notation{ciphers: "AES256-SHA"}
	}
	return notation{"ECDHE-RSA-AES256-GCM-SHA384", "TLS_AES_256_GCM_SHA384", "P-384", "RSA-PSS+SHA384"}
}

func checkCiphers(t *testing.T, stack Stack) {
	c := Config{Ciphers: notationOf(stack).ciphers}
	if stack == Node08 || stack == Node010 {
		expect(t, stack, c, []dial{{flags: "-no_tls1_3 -cipher AES256-SHA:@SECLEVEL=0"}}, []dial{{flags: "-no_tls1_3 -cipher AES128-SHA:@SECLEVEL=0"}})
		return
	}
	expect(t, stack, c,
		[]dial{{flags: "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384"}},
		[]dial{{flags: "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256"}, {flags: "-tls1_2 -cipher AES256-SHA"}})
}

// nginxOnly13 is what nginx has to be told before it speaks TLS 1.3.
func nginxOnly13(stack Stack) []iana.Version {
	if stack == Nginx {
		return []iana.Version{iana.TLS12, iana.TLS13}
	}
	return nil
}

func checkCiphers13(t *testing.T, stack Stack) {
	expect(t, stack, Config{Versions: nginxOnly13(stack), Ciphers13: notationOf(stack).ciphers13},
		[]dial{{flags: "-tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384"}},
		[]dial{{flags: "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256"}})
}

func checkGroups(t *testing.T, stack Stack) {
	c := Config{Versions: nginxOnly13(stack), Groups: notationOf(stack).groups}
	version := "-tls1_3 "
	if !slices.Contains(drivers[stack].versions, iana.TLS13) {
		version = "-tls1_2 -cipher ECDHE "
	}
	expect(t, stack, c, []dial{{flags: version + "-groups P-384", want: "Server Temp Key: ECDH, secp384r1"}}, []dial{{flags: version + "-groups P-256"}, {flags: version + "-groups X25519"}})
}

func checkSigAlgs(t *testing.T, stack Stack) {
	expect(t, stack, Config{Versions: nginxOnly13(stack), SigAlgs: notationOf(stack).sigalgs},
		[]dial{{flags: "-tls1_3 -sigalgs RSA-PSS+SHA384"}},
		[]dial{{flags: "-tls1_3 -sigalgs RSA-PSS+SHA256"}})
}

// certSeen is what s_client prints for each kind of certificate.
var certSeen = map[Cert]string{
	RSA1024: "Server public key is 1024 bit", RSA2048: "Server public key is 2048 bit", RSA4096: "Server public key is 4096 bit",
	ECDSAP256: "Server public key is 256 bit", ECDSAP384: "Server public key is 384 bit", ECDSAP521: "Server public key is 521 bit",
	Ed25519: "Peer signature type: ed25519",
}

func checkCert(t *testing.T, stack Stack) {
	for _, cert := range drivers[stack].certs {
		c := Config{Cert: cert}
		switch cert {
		case None:
			if stack == Go || stack == Node8 { // neither offers anonymous suites by itself
				expect(t, stack, c, nil, []dial{{}})
				continue
			}
			if stack == OpenSSL {
				c.Ciphers = "aNULL:@SECLEVEL=0"
			}
			expect(t, stack, c, []dial{{flags: "-tls1_2 -cipher aNULL:@SECLEVEL=0", want: "no peer certificate available"}}, []dial{{flags: "-tls1_2 -cipher DEFAULT:@SECLEVEL=0"}})
		case Both:
			expect(t, stack, c, []dial{
				{name: Name, flags: "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", want: certSeen[RSA2048]},
				{name: Name, flags: "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256", want: certSeen[ECDSAP256]},
			}, nil)
		default:
			expect(t, stack, c, []dial{{want: certSeen[cert]}}, nil)
		}
	}
}

// checkCertFile serves a chain of the test's own: here a leaf of another kind
// than the default, to be told by its key.
func checkCertFile(t *testing.T, stack Stack) {
	dir := t.TempDir()
	j := &job{dir: dir}
	p, err := j.writePair(RSA4096, "own")
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(p.cert) != dir {
		t.Fatalf("wrote %s", p.cert)
	}
	expect(t, stack, Config{CertFile: p.cert, KeyFile: p.key}, []dial{{want: certSeen[RSA4096]}}, nil)
}

func checkDHBits(t *testing.T, stack Stack) {
	for _, bits := range []string{"1024", "2048"} {
		c := Config{DHBits: map[string]int{"1024": 1024, "2048": 2048}[bits]}
		switch stack {
		case GnuTLS, Slapd:
			c.Ciphers = "NORMAL:+DHE-RSA"
		case Postfix, Redis, PostgreSQL, Dovecot, Node012, Node4, Node6, Node8, Node20:
			c.Ciphers = "DHE-RSA-AES128-GCM-SHA256"
		}
		expect(t, stack, c, []dial{{flags: "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", want: "Server Temp Key: DH, " + bits + " bits"}}, nil)
	}
}

// checkSecLevel: at level 1 a key of RSA 1024 bits passes and TLS 1.0 does
// not; with -1 the stack's own level refuses TLS 1.0 as well.
func checkSecLevel(t *testing.T, stack Stack) {
	c := Config{SecLevel: 1, Cert: RSA1024}
	expect(t, stack, c, []dial{{flags: "-tls1_2", want: certSeen[RSA1024]}}, []dial{{flags: "-tls1"}, {flags: "-tls1_1"}})
	if stack != Mosquitto { // knows no TLS 1.0
		expect(t, stack, Config{SecLevel: -1, Versions: []iana.Version{iana.TLS10}}, nil, []dial{{flags: "-tls1"}})
	}
}

func checkALPN(t *testing.T, stack Stack) {
	c := Config{ALPN: []string{"http/1.1"}}
	expect(t, stack, c, []dial{{flags: "-alpn h2,http/1.1", want: "ALPN protocol: http/1.1"}}, []dial{{flags: "-alpn h2,acme", want: "ALPN protocol: h2"}})
	if stack == NSS {
		return
	}
	c.ALPN = []string{"h2", "http/1.1"}
	expect(t, stack, c, []dial{{flags: "-alpn h2", want: "ALPN protocol: h2"}}, nil)
}

func checkSNI(t *testing.T, stack Stack) {
	for _, policy := range drivers[stack].sni {
		completes, fails := []dial{{name: Name}}, []dial{{name: "other.example"}}
		if policy == RejectUnknown {
			completes = append(completes, dial{})
		} else {
			fails = append(fails, dial{})
		}
		expect(t, stack, Config{SNI: policy}, completes, fails)
	}
}

func checkNoEMS(t *testing.T, stack Stack) {
	flags := "-tls1_2"
	if stack == Node08 {
		flags = "-tls1"
	}
	expect(t, stack, Config{NoEMS: true}, []dial{{flags: flags, want: "Extended master secret: no"}}, nil)
}

func checkNoSecureRenegotiation(t *testing.T, stack Stack) {
	expect(t, stack, Config{NoSecureRenegotiation: true}, []dial{{flags: "-tls1_2", want: "Secure Renegotiation IS NOT supported"}}, nil)
	expect(t, stack, Config{}, []dial{{flags: "-tls1_2", want: "Secure Renegotiation IS supported"}}, nil)
}

// checkChain: the certificates that come are those of the chain.
func checkChain(t *testing.T, stack Stack) {
	for _, name := range []string{"root-sent", "missing-intermediate"} {
		c, err := ChainOf(name)
		if err != nil {
			t.Fatal(err)
		}
		served, err := presented(t, Start(t, stack, Config{Chain: name, StartTLS: onlyStartTLS[stack]}))
		if err != nil {
			t.Fatal(err)
		}
		if !equalChains(served, c.Served) {
			t.Errorf("%s serves %d certificates for the chain %s; want its %d", stack, len(served), name, len(c.Served))
		}
	}
}

// checkClientCA: a client of another CA is met, by a server that trusts that
// one, as the client of our CA is met by a server of ours.
func checkClientCA(t *testing.T, stack Stack) {
	key, err := otherCAKey()
	if err != nil {
		t.Fatal(err)
	}
	root, err := issueRoot(issuer{name: otherCAName, key: key})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, certsPEM([][]byte{root}), 0o644); err != nil {
		t.Fatal(err)
	}
	auths := drivers[stack].auths
	version := iana.TLS12
	if !slices.Contains(drivers[stack].versions, version) {
		version = iana.TLS10
	}
	c := Config{Versions: []iana.Version{version}, ClientAuth: auths[len(auths)-1], StartTLS: onlyStartTLS[stack]}
	want := meet(t, Start(t, stack, c), version, TrustedClient)
	c.ClientCA = file
	if got := meet(t, Start(t, stack, c), version, UntrustedClient); got != want || !strings.Contains(want, "finished") {
		t.Errorf("a client of the CA of ClientCA: %s\nwant as a client of the other CA: %s", got, want)
	}
}

func checkProxyProtocol(t *testing.T, stack Stack) {
	expect(t, stack, Config{ProxyProtocol: true}, []dial{{proxy: true}}, []dial{{}})
}

func checkPlain(t *testing.T, stack Stack) {
	expect(t, stack, Config{Plain: true}, nil, []dial{{patience: 2 * time.Second}})
}

func checkStartTLS(t *testing.T, stack Stack) {
	for _, protocol := range drivers[stack].starttls {
		expect(t, stack, Config{StartTLS: protocol}, []dial{{starttls: protocol}}, nil)
		s := Start(t, stack, Config{StartTLS: protocol})
		if _, err := tls.DialWithDialer(&net.Dialer{Timeout: 2 * time.Second}, "tcp", s.Addr.String(), &tls.Config{InsecureSkipVerify: true}); err == nil {
			t.Errorf("%s completes without %s before it", stack, protocol)
		}
	}
}

// checkExtra: what is no directive of the stack keeps it from starting, and
// its own words about it are in the error.
func checkExtra(t *testing.T, stack Stack) {
	switch stack {
	case Dovecot, Postfix, Node08, Node010:
		return // these start with what they do not know
	}
	if _, err := launch(t, loopback, 0, stack, Config{Extra: []string{"--no-such-word"}}); err == nil {
		t.Errorf("%s starts with --no-such-word", stack)
	} else if len(err.Error()) < 80 || os.Getenv("PEERS_VERBOSE") != "" {
		t.Log(err)
	}
}
