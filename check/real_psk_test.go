package check_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
)

// With 1.3 on, it takes a hello without 1.3 as well: its suites say nothing of keys.
func TestAServerThatHasAPreSharedKeyAloneIsToldFromOneWithoutACertificate(t *testing.T) {
	lacks := want{"psk.mismatch", parley.ClientSide, parley.Proved, 1}
	key := []string{"-psk", "001122"}
	for _, x := range []struct {
		name     string
		versions []iana.Version
		extra    []string
		want     want
	}{
		{name: "1.2", versions: ids(iana.TLS12), extra: key, want: lacks},
		{name: "1.2 and 1.3", versions: ids(iana.TLS12, iana.TLS13), extra: key, want: lacks},
		{name: "no key", versions: ids(iana.TLS12, iana.TLS13), want: want{"cipher.cert-type-mismatch", parley.ServerSide, parley.Inferred, 1}},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			s := peers.Start(t, peers.OpenSSL, peers.Config{Versions: x.versions, Cert: peers.None, Extra: x.extra})
			got, err := check.Run(t.Context(), options(t, pair{}, s.Addr))
			if err != nil {
				t.Fatal(err)
			}
			if said, want := answer(got), x.want.String(); said != want || got.Connections > check.Connections {
				t.Errorf("%d connections\ngot  %s\nwant %s\n%s%s", got.Connections, said, want, trail(got), s.Version)
			}
			samePairs(t, got)
		})
	}
}
