package lab

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/keys"
	"github.com/parley-tls/parley/wire"
)

// message is the first message of type M in a.
func message[M any](a answer) *M {
	for _, it := range a.items {
		if m, ok := it.Message.(*M); ok {
			return m
		}
	}
	return nil
}

func TestDHPrimesAreSafePrimesOfTheirSize(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		prime []byte
		bits  int
	}{{prime: dhPrime1024, bits: 1024}, {prime: dhPrime2048, bits: 2048}, {prime: dhPrime4096, bits: 4096}} {
		p := new(big.Int).SetBytes(x.prime)
		// p = 2q + 1; one round of Miller-Rabin and Baillie-PSW.
		q := new(big.Int).Rsh(p, 1)
		if p.BitLen() != x.bits || !p.ProbablyPrime(1) || !q.ProbablyPrime(1) {
			t.Errorf("the prime of %d bits has %d, or is no safe prime", x.bits, p.BitLen())
		}
	}
}

func TestServersOfDHESendAPrimeOfTheStatedSize(t *testing.T) {
	t.Parallel()
	for fault, bits := range map[string]int{"send-dh-1024": 1024, "send-dh-4096": 4096, "serve-dhe": 2048} {
		say := with(Offer12, addSuite(iana.TLS_DHE_RSA_WITH_AES_128_CBC_SHA))
		m := message[wire.ServerKeyExchange](ask(t, start(t, fault).Address, say))
		if m == nil || m.PBits != bits || len(m.P) != bits/8 {
			t.Errorf("%s: ServerKeyExchange %+v, want a prime of %d bits", fault, m, bits)
		}
	}
}

func TestScriptsOmitOnlyTheExtensionTheySay(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		fault         string
		ems, infoSent bool
	}{
		{fault: "omit-extended-master-secret", infoSent: true},
		{fault: "omit-renegotiation-info", ems: true},
		{fault: "refuse-sha1-signatures", ems: true, infoSent: true},
	} {
		h := ask(t, start(t, x.fault).Address, Offer12.Record()).hello()
		if h == nil {
			t.Fatalf("%s: no ServerHello", x.fault)
		}
		_, ems := h.Extension(iana.ExtExtendedMasterSecret)
		_, info := h.Extension(iana.ExtRenegotiationInfo)
		if ems != x.ems || info != x.infoSent {
			t.Errorf("%s: extended_master_secret %v, renegotiation_info %v", x.fault, ems, info)
		}
	}
}

func TestTheSuiteNeverOfferedIsNotInTheHello(t *testing.T) {
	t.Parallel()
	target := start(t, "select-suite-never-offered")
	for _, say := range [][]byte{Offer12.Record(), with(Offer12, addSuite(iana.TLS_ECDHE_RSA_WITH_RC4_128_SHA))} {
		h, _, _ := readHello(strings.NewReader(string(say)))
		if got := ask(t, target.Address, say).hello(); got == nil || h.HasSuite(got.Suite) {
			t.Errorf("selected %+v, which is nothing or was offered", got)
		}
	}
}

func TestTheGroupNeverOfferedIsNotInTheHello(t *testing.T) {
	t.Parallel()
	target := start(t, "select-group-never-offered")
	for _, say := range [][]byte{today13, with(offerToday, addGroup(iana.GroupSecp521r1))} {
		h, _, _ := readHello(bytes.NewReader(say))
		got := ask(t, target.Address, say).hello()
		if got == nil {
			t.Fatal("no ServerHello")
		}
		if g, ok := got.Group(); !ok || slices.Contains(h.Groups(), g) {
			t.Errorf("selected %v, which is nothing or was offered", g)
		}
	}
}

// TestScriptsSignWhatTheySend verifies signatures of ServerKeyExchange with the
// key of the certificate sent, in each version and for each kind of key.
func TestScriptsSignWhatTheySend(t *testing.T) {
	t.Parallel()
	for _, key := range []iana.KeyType{iana.KeyRSA, iana.KeyECDSA} {
		target, err := shared.Script(t.Context(), Terms{
			Versions: []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12},
			Suites: []iana.Suite{
				iana.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, iana.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
			},
			Groups: groupsECDHE, Schemes: schemesSHA2, Key: key,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []iana.Version{iana.TLS10, iana.TLS11, iana.TLS12} {
			h := Offer12.Hello()
			h.LegacyVersion = v
			h.Suites = []iana.Suite{iana.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, iana.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
			a := ask(t, target.Address, wire.AppendRecords(nil, iana.ContentHandshake, iana.TLS10, h.Message()))
			if err := verify(h, a); err != nil {
				t.Errorf("%v with %v: %v", v, key, err)
			}
		}
	}
}

func verify(h *wire.ClientHello, a answer) error {
	hello, chain, m := a.hello(), message[wire.Certificate](a), message[wire.ServerKeyExchange](a)
	if hello == nil || chain == nil || m == nil {
		return fmt.Errorf("answered %v", a)
	}
	key, err := keys.PublicKey(chain.Raw[0])
	if err != nil {
		return err
	}
	return keys.Verify(key, hello.Version(), m.Scheme, keys.SignedParams(h.Random, hello.Random, m.RawParams), m.Signature)
}

func TestSilentPeersSendNothingAndStay(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"never-answer", "ignore-hellos-with-1.3"} {
		c, err := net.Dial("tcp", start(t, fault).Address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := c.Write(today13); err != nil {
			t.Fatal(err)
		}
		c.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: read %d bytes, %v; want silence", fault, n, err)
		}
	}
}

func TestRefusedConnectionsAreRefusedByTheKernel(t *testing.T) {
	t.Parallel()
	target := start(t, "refuse-connections")
	for range 3 {
		if c, err := net.Dial("tcp", target.Address); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial: %v, %v; want connection refused", c, err)
		}
	}
}

func TestDroppedConnectionsAreNotAnswered(t *testing.T) {
	t.Parallel()
	target := start(t, "drop-connections")
	for range 3 {
		c, err := net.DialTimeout("tcp", target.Address, 100*time.Millisecond)
		if timeout := net.Error(nil); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("dial: %v, %v; want no answer", c, err)
		}
	}
}

// resolver asks the DNS server of a target.
func resolver(target Target) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, target.Resolver)
	}}
}

func TestResolversTellANameThatIsNotFromAFailure(t *testing.T) {
	t.Parallel()
	for fault, notFound := range map[string]bool{"deny-the-name": true, "fail-to-resolve": false} {
		target := start(t, fault)
		host, _, err := net.SplitHostPort(target.Address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = resolver(target).LookupNetIP(t.Context(), "ip", host)
		if dns := (*net.DNSError)(nil); !errors.As(err, &dns) || dns.IsNotFound != notFound {
			t.Errorf("%s: %v, not found should be %v", fault, err, notFound)
		}
	}
}

func TestTheAddressesOfANameDisagree(t *testing.T) {
	t.Parallel()
	target := start(t, "disagree-between-addresses")
	host, port, err := net.SplitHostPort(target.Address)
	if err != nil {
		t.Fatal(err)
	}
	got, err := resolver(target).LookupNetIP(t.Context(), "ip", host)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != fmt.Sprint(target.Addresses) || len(got) != 2 {
		t.Errorf("the name has %v, want %v", got, target.Addresses)
	}
	for _, x := range []struct {
		addr netip.Addr
		want string
	}{{addr: loopback, want: "flight 1.3"}, {addr: loopback.Next(), want: "alert 70"}} {
		if a := ask(t, net.JoinHostPort(x.addr.String(), port), today13).String(); a != x.want {
			t.Errorf("%v answers %s, want %s", x.addr, a, x.want)
		}
	}
}

// connect asks the proxy of target for a tunnel and returns the connection and
// the status.
func connect(t *testing.T, target Target, to string) (net.Conn, int) {
	t.Helper()
	u, err := url.Parse(target.Proxy)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", to, to)
	r, err := http.ReadResponse(bufio.NewReaderSize(c, 16), &http.Request{Method: http.MethodConnect})
	if err != nil {
		t.Fatal(err)
	}
	return c, r.StatusCode
}

func TestProxiesTunnelOrRefuse(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]int{"offer-plain-proxy": 200, "serve-behind-proxy": 200, "refuse-connect": 405} {
		target := start(t, fault)
		c, status := connect(t, target, target.Address)
		if status != want {
			t.Errorf("%s: CONNECT is answered with %d, want %d", fault, status, want)
		}
		if status == 200 {
			if got := converse(t, c, today13).String(); got != "flight 1.3" {
				t.Errorf("%s: through the tunnel: %s, want flight 1.3", fault, got)
			}
		}
		if got := ask(t, target.Address, today13).String(); got != "flight 1.3" {
			t.Errorf("%s: directly: %s, want flight 1.3", fault, got)
		}
		u, _ := url.Parse(target.Proxy)
		if got := ask(t, u.Host, today13).String(); !strings.HasPrefix(got, `"HTTP/1.1 400`) {
			t.Errorf("%s: the proxy answers a hello with %s, want HTTP", fault, got)
		}
	}
}

func TestTheProxyGoesNowhereButLoopback(t *testing.T) {
	t.Parallel()
	target := start(t, "serve-behind-proxy")
	for _, to := range []string{"192.0.2.1:443", "example.com:443"} {
		if _, status := connect(t, target, to); status != 403 {
			t.Errorf("CONNECT %s is answered with %d, want 403", to, status)
		}
	}
}

func TestUpgradesEndInTLS(t *testing.T) {
	t.Parallel()
	for _, x := range []struct{ fault, ask, ready string }{
		{fault: "require-starttls-of-smtp", ask: "STARTTLS\r\n", ready: "220 2.0.0 Ready to start TLS\r\n"},
		{fault: "require-starttls-of-imap", ask: "a1 STARTTLS\r\n", ready: "a1 OK Begin TLS negotiation now.\r\n"},
		{fault: "require-starttls-of-postgres", ask: string(sslRequest), ready: "S"},
	} {
		c, err := net.Dial("tcp", start(t, x.fault).Address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		io.WriteString(c, x.ask)
		heard := ""
		for b := make([]byte, 1); !strings.HasSuffix(heard, x.ready); heard += string(b) {
			if _, err := c.Read(b); err != nil {
				t.Fatalf("%s: after %q: %v", x.fault, heard, err)
			}
		}
		if got := converse(t, c, today13).String(); got != "flight 1.3" {
			t.Errorf("%s: after the upgrade: %s, want flight 1.3", x.fault, got)
		}
	}
}

func TestPostgresWithoutTLSDeclinesIt(t *testing.T) {
	t.Parallel()
	target := start(t, "answer-postgres")
	c, err := net.Dial("tcp", target.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	c.Write(sslRequest)
	b := make([]byte, 1)
	if _, err := io.ReadFull(c, b); err != nil || b[0] != 'N' {
		t.Errorf("SSLRequest is answered with %q, %v; want N", b, err)
	}
}

// TestHealthyPeersAreHealthy completes handshakes with them as a client that
// verifies.
func TestHealthyPeersAreHealthy(t *testing.T) {
	t.Parallel()
	for _, f := range All() {
		if f.Want != (Want{}) || f.As != "" { // crypto/tls is none of the clients that some are for
			continue
		}
		target := start(t, f.Name)
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM([]byte(target.CA)) {
			t.Fatalf("%s: no root", f.Name)
		}
		cfg := &tls.Config{RootCAs: roots}
		if target.ClientCert != "" {
			pair, err := tls.X509KeyPair([]byte(target.ClientCert), []byte(target.ClientKey))
			if err != nil {
				t.Fatal(err)
			}
			cfg.Certificates = []tls.Certificate{pair}
		}
		c, err := tls.Dial("tcp", target.Address, cfg)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		defer c.Close()
		io.WriteString(c, "GET / HTTP/1.0\r\n\r\n")
		if b, err := io.ReadAll(c); err != nil || !strings.HasSuffix(string(b), "\r\n\r\nok\n") {
			t.Errorf("%s: answered %q, %v", f.Name, b, err)
		}
	}
}
