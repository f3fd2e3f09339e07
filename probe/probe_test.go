package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// guard refuses to leave the machine.
type guard struct{}

func (guard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if a, err := netip.ParseAddr(host); err != nil || !a.IsLoopback() {
		panic("a test dials " + address)
	}
	return (&net.Dialer{FallbackDelay: -1}).DialContext(ctx, network, address)
}

func TestMain(m *testing.M) {
	net.DefaultResolver = &net.Resolver{
		PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			panic("a test asks the system's resolver")
		},
	}
	os.Exit(m.Run())
}

// prober returns one with short limits.
func prober() *Prober {
	return &Prober{Dialer: guard{}, Silence: 300 * time.Millisecond}
}

// serve runs handle for each connection to a new loopback address.
func serve(t *testing.T, handle func(*net.TCPConn)) netip.AddrPort {
	t.Helper()
	return serveAt(t, "127.0.0.1:0", handle)
}

func serveAt(t *testing.T, addr string, handle func(*net.TCPConn)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(20 * time.Second))
				handle(c.(*net.TCPConn))
			})
		}
	})
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// readHello consumes the first record of c.
func readHello(c net.Conn) []byte {
	head := make([]byte, 5)
	if _, err := io.ReadFull(c, head); err != nil {
		return nil
	}
	body := make([]byte, int(head[3])<<8|int(head[4]))
	if _, err := io.ReadFull(c, body); err != nil {
		return nil
	}
	return body
}

// untilClosed waits until the peer closes.
func untilClosed(c *net.TCPConn) { io.Copy(io.Discard, c) }

// modern returns a hello like that of a current client, with key shares that
// are placeholders: the probe makes them valid.
func modern(name string) *wire.ClientHello {
	h := &wire.ClientHello{
		LegacyVersion: iana.TLS12,
		SessionID:     make([]byte, 32),
		Suites: []iana.Suite{
			iana.TLS_AES_128_GCM_SHA256, iana.TLS_AES_256_GCM_SHA384, iana.TLS_CHACHA20_POLY1305_SHA256,
			iana.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, iana.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			iana.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, iana.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
			iana.TLS_RSA_WITH_AES_128_CBC_SHA,
		},
		Compression: []iana.CompressionMethod{0},
	}
	h.SetServerName(name)
	h.SetExtension(iana.ExtExtendedMasterSecret, nil)
	h.SetExtension(iana.ExtRenegotiationInfo, []byte{0})
	h.SetGroups([]iana.Group{iana.GroupX25519MLKEM768, iana.GroupX25519, iana.GroupSecp256r1, iana.GroupSecp384r1})
	h.SetPointFormats([]iana.ECPointFormat{0})
	h.SetExtension(iana.ExtSessionTicket, nil)
	h.SetALPN([]string{"h2", "http/1.1"})
	h.SetSchemes([]iana.Scheme{0x0403, 0x0503, 0x0804, 0x0805, 0x0401, 0x0501, 0x0203, 0x0201})
	h.SetSupportedVersions([]iana.Version{iana.TLS13, iana.TLS12})
	h.SetPSKModes([]iana.PSKMode{1})
	h.SetKeyShares([]wire.KeyShare{
		{Group: iana.GroupX25519MLKEM768, Data: make([]byte, 1216)},
		{Group: iana.GroupX25519, Data: make([]byte, 32)},
	})
	return h
}

// classic returns a hello without 1.3, whose highest version is v.
func classic(name string, v iana.Version) *wire.ClientHello {
	h := modern(name)
	h.LegacyVersion = v
	h.SessionID = nil
	h.SetSupportedVersions(nil)
	h.SetKeyShares(nil)
	h.SetPSKModes(nil)
	return h
}

func attempt(addr netip.AddrPort, h *wire.ClientHello) parley.Attempt {
	return parley.Attempt{Scope: parley.Scope{Addr: addr, Name: "probe.example"}, Hello: h}.Identify()
}

// answer writes b as one record after the hello.
func answer(typ iana.ContentType, b ...byte) func(*net.TCPConn) {
	return func(c *net.TCPConn) {
		readHello(c)
		c.Write(wire.AppendRecord(nil, wire.Record{Type: typ, Version: iana.TLS12, Payload: b}))
		untilClosed(c)
	}
}

var certificate = sync.OnceValue(newCertificate)

func newCertificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"probe.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// goServer runs crypto/tls.
func goServer(t *testing.T, c *tls.Config) netip.AddrPort {
	t.Helper()
	if c.Certificates == nil {
		c.Certificates = []tls.Certificate{certificate()}
	}
	return serve(t, func(conn *net.TCPConn) {
		s := tls.Server(conn, c)
		if s.Handshake() != nil {
			return
		}
		io.Copy(io.Discard, s)
	})
}

func summary(r parley.Reply) string {
	s := r.End.String()
	if r.End == parley.EndAlert {
		s += " " + r.Alert.String()
	}
	if r.Detail != "" {
		s += ": " + r.Detail
	}
	return s
}

func items(r parley.Reply) string {
	s := ""
	for _, e := range r.Events {
		if s += e.From.String() + " " + e.Item.Kind.String(); e.Item.HasType {
			s += fmt.Sprintf(" %v", e.Item.Type)
		}
		s += "\n"
	}
	return s
}
