package check_test

import (
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/lab"
	"github.com/parley-tls/parley/wire"
)

// strange are hellos that few clients send; each is one that FromBytes takes.
func strange(t *testing.T) map[string][]byte {
	t.Helper()
	chrome, err := clients.Get("chrome")
	if err != nil {
		t.Fatal(err)
	}
	early := chrome.Hellos[0].Message.Clone()
	early.SetExtension(iana.ExtEarlyData, []byte{})
	early.SetExtension(iana.ExtPreSharedKey, append([]byte{0, 10, 0, 4, 't', 'i', 'c', 'k', 1, 2, 3, 4, 0, 33, 32}, make([]byte, 32)...))
	bare := &wire.ClientHello{LegacyVersion: iana.TLS12, Compression: []iana.CompressionMethod{0}, OmitExtensions: true}
	return map[string][]byte{
		"SSL 2 alone": wire.AppendSSL2ClientHello(nil, &wire.SSL2ClientHello{
			Version: iana.SSL2, Kinds: []iana.SSL2Suite{0x010080, 0x0700c0}, Challenge: make([]byte, 16)}),
		"SSL 2 format, up to 1.2": wire.AppendSSL2ClientHello(nil, &wire.SSL2ClientHello{
			Version: iana.TLS12, Kinds: []iana.SSL2Suite{0x00002f, 0x00c013}, Challenge: make([]byte, 16)}),
		"early data and a PSK":                 early.Message(),
		"1.2 with neither suite nor extension": bare.Message(),
	}
}

func TestAStrangeHelloIsDiagnosedAtEveryFault(t *testing.T) {
	t.Parallel()
	l := lab.New()
	t.Cleanup(l.Close)
	asked := map[string]*parley.Client{}
	for name, raw := range strange(t) {
		c, err := clients.FromBytes(raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		asked[name] = c
	}
	for _, f := range lab.All() {
		if f.Want.Exit == 3 {
			continue // what answers nothing reads no hello, and takes its time
		}
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			o := atFaultOf(t, l, f.Name)
			o.OwnName, o.Panel = true, nil
			o.Prober.Silence = 500 * time.Millisecond // what is asked is whether a check breaks, not what it says
			for name, c := range asked {
				o.Client = c
				a, err := check.Run(t.Context(), o)
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if len(a.Evidence.Replies) == 0 && o.Unusable == "" && a.Result.Verdict != parley.VerdictUnknown {
					t.Errorf("%s: %v without an answer", name, a.Result.Verdict)
				}
			}
		})
	}
}
