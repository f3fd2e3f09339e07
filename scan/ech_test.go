package scan

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/dns"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/wire"
)

// key makes a key of X25519 and its configuration.
func key(t *testing.T) (private, config []byte) {
	t.Helper()
	k, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k.Bytes(), wire.AppendECHConfig(nil, wire.ECHConfig{Config: 3, KEM: 0x20, Key: k.PublicKey().Bytes(), PublicName: "outer.example"})
}

// TestEncryptedHellosAreTriedAsTheDNSPublishesThem: a server of crypto/tls with a key, and
// the record of that key, of another, of none, and no resolver.
func TestEncryptedHellosAreTriedAsTheDNSPublishesThem(t *testing.T) {
	private, config := key(t)
	_, other := key(t)
	office := newOffice(t)
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates:             []tls.Certificate{{Certificate: [][]byte{office.leaf.Raw}, PrivateKey: office.key}},
		EncryptedClientHelloKeys: []tls.EncryptedClientHelloKey{{Config: config, PrivateKey: private, SendAsRetry: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			go func() { io.Copy(io.Discard, c); c.Close() }()
		}
	}()
	name := "_" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port) + "._https." + peers.Name + "."
	record := func(config []byte) map[string][]byte {
		list := append([]byte{0, byte(len(config))}, config...)
		data := append([]byte{0, 1, 0, 0, 5, 0, byte(len(list))}, list...)
		return map[string][]byte{"65 " + name: data, "TypeHTTPS " + name: data, "HTTPS " + name: data}
	}
	for what, tt := range map[string]struct {
		r                          *dns.Resolver
		published, accepted, outer parley.Truth
	}{
		"its own":     {zone(t, record(config)), parley.Yes, parley.Yes, parley.Yes},
		"another's":   {zone(t, record(other)), parley.Yes, parley.No, parley.Yes},
		"none":        {zone(t, nil), parley.No, parley.Unknown, parley.Unknown},
		"no resolver": {nil, parley.Unknown, parley.Unknown, parley.Unknown},
		"no answer":   {&dns.Resolver{Servers: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:1")}, Timeout: time.Second}, parley.Unknown, parley.Unknown, parley.Unknown},
	} {
		q := target.Question{Text: l.Addr().String(), SNI: peers.Name}
		res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}, Certs: Credentials{DNS: tt.r}})
		if err != nil {
			t.Fatal(err)
		}
		x := res.Endpoints[0].Server.Details.ECH
		if x.Published.Is != tt.published || x.Accepted.Is != tt.accepted || x.Outer.Is != tt.outer || x.Retries.Is != parley.Yes || len(x.Configs) != 1 || x.Configs[0].PublicName != "outer.example" {
			t.Errorf("%s: %+v", what, x)
		}
		if tt.published == parley.Unknown && x.Published.Why == "" {
			t.Errorf("%s: unknown for no reason", what)
		}
	}
}
