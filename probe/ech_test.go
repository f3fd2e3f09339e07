package probe

import (
	"crypto/ecdh"
	"crypto/rand"
	"crypto/tls"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// configuration makes a key of X25519 and its configuration.
func configuration(t *testing.T, id uint8) (*ecdh.PrivateKey, wire.ECHConfig) {
	t.Helper()
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	list := wire.AppendECHConfig([]byte{0, 0}, wire.ECHConfig{Config: id, KEM: 0x20, Key: key.PublicKey().Bytes(), PublicName: "outer.example"})
	list[1] = byte(len(list) - 2)
	configs := wire.ParseECHConfigs(list)
	if len(configs) != 1 || len(configs[0].Suites) != 1 {
		t.Fatalf("configurations %+v", configs)
	}
	return key, configs[0]
}

func TestAHelloIsEncryptedForTheServer(t *testing.T) {
	t.Parallel()
	key, config := configuration(t, 7)
	_, stranger := configuration(t, 7)
	got := make(chan string, 1)
	addr := goServer(t, &tls.Config{
		EncryptedClientHelloKeys: []tls.EncryptedClientHelloKey{{Config: config.Raw, PrivateKey: key.Bytes(), SendAsRetry: true}},
		GetConfigForClient:       func(h *tls.ClientHelloInfo) (*tls.Config, error) { got <- h.ServerName; return nil, nil },
	})
	for _, tt := range []struct {
		config wire.ECHConfig
		want   parley.Truth
		name   string
	}{{config, parley.Yes, "secret.example"}, {stranger, parley.No, "outer.example"}} {
		h := parley.WholeHello(iana.TLS13, "outer.example")
		a := attempt(addr, h)
		a.ECH = &parley.ECHOffer{Config: tt.config, Name: "secret.example"}
		a = a.Identify()
		r := prober().Do(t.Context(), a)
		if name := <-got; r.ECH != tt.want || name != tt.name || !r.AnswerTo(a).Accepted() {
			t.Errorf("accepted %v, the server was asked for %q; want %v, %q: %s\n%s", r.ECH, name, tt.want, tt.name, summary(r), items(r))
		}
	}
}

func TestAHelloIsNotEncryptedWithWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	_, config := configuration(t, 7)
	for name, c := range map[string]wire.ECHConfig{
		"another KEM": {KEM: 0x7777, Key: config.Key, Suites: config.Suites},
		"no AEAD":     {KEM: config.KEM, Key: config.Key, Suites: [][2]uint16{{1, 0xffff}, {9, 9}}},
		"no key":      {KEM: config.KEM, Key: []byte{1}, Suites: config.Suites},
	} {
		a := attempt(goServer(t, &tls.Config{}), parley.WholeHello(iana.TLS13, "outer.example"))
		a.ECH = &parley.ECHOffer{Config: c, Name: "secret.example"}
		if r := prober().Do(t.Context(), a.Identify()); r.End != parley.EndLocal || r.ECH != parley.Unknown {
			t.Errorf("%s: %s", name, summary(r))
		}
	}
}
