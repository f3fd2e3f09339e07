package wire

import (
	"bytes"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// retryConfigs is EncryptedExtensions with the configurations in it.
func retryConfigs(configs ...ECHConfig) *EncryptedExtensions {
	var list []byte
	for _, c := range configs {
		list = AppendECHConfig(list, c)
	}
	data := append([]byte{byte(len(list) >> 8), byte(len(list))}, list...)
	return &EncryptedExtensions{Extensions: []Extension{{Type: iana.ExtECH, Data: data}}}
}

func TestRetryConfigsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	want := ECHConfig{Config: 7, KEM: 0x20, Key: bytes.Repeat([]byte{1}, 32), PublicName: "public.example"}
	m := retryConfigs(want, ECHConfig{Config: 8, KEM: 0x20, Key: make([]byte, 32), PublicName: "public.example"})
	got := m.RetryConfigs()
	if len(got) != 2 || got[0].Config != 7 || got[1].Config != 8 || got[0].PublicName != want.PublicName || !bytes.Equal(got[0].Key, want.Key) {
		t.Errorf("read as %+v", got)
	}
	data := m.Extensions[0].Data
	for n := range data {
		m.Extensions[0].Data = data[:n]
		if got := m.RetryConfigs(); got != nil {
			t.Errorf("cut to %d bytes it is read as %+v", n, got)
		}
	}
}

func FuzzRetryConfigs(f *testing.F) {
	f.Add(retryConfigs(ECHConfig{Config: 7, KEM: 0x20, Key: make([]byte, 32), PublicName: "public.example"}).Extensions[0].Data)
	f.Add([]byte{0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		m := &EncryptedExtensions{Extensions: []Extension{{Type: iana.ExtECH, Data: data}}}
		for _, c := range m.RetryConfigs() {
			if len(c.Key) > len(data) || len(c.PublicName) > 255 {
				t.Fatalf("%d bytes hold %+v", len(data), c)
			}
		}
	})
}
