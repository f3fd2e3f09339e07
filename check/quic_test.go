package check_test

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/probe"
)

// TestACheckOverQUICNamesWhatIsWrong asks real servers, and what is none.
func TestACheckOverQUICNamesWhatIsWrong(t *testing.T) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}) // takes datagrams, and answers none
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	gone, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	closed := gone.LocalAddr().(*net.UDPAddr).AddrPort()
	gone.Close()
	started := func(c peers.Config) netip.AddrPort { return peers.Start(t, peers.QUICGo, c).Addr }
	for _, tt := range []struct {
		name, scheme string
		at           netip.AddrPort
		want         string
	}{
		{name: "all is well", scheme: "quic", at: started(peers.Config{ALPN: []string{"h3"}}), want: "ok, exit 0"},
		{name: "another protocol", scheme: "quic", at: started(peers.Config{ALPN: []string{"hq-interop"}}), want: "alpn.no-overlap, side unknown, seen, exit 1"},
		{name: "a scheme of its own", scheme: "doq", at: started(peers.Config{ALPN: []string{"doq"}}), want: "ok, exit 0"},
		{name: "a certificate of the client", scheme: "h3", at: started(peers.Config{ALPN: []string{"h3"}, ClientAuth: peers.Required}), want: "clientcert.required, side client, proved, exit 1"},
		{name: "nothing listens", scheme: "quic", at: closed, want: "network.refused, side unknown, seen, exit 3"},
		{name: "nothing answers", scheme: "quic", at: conn.LocalAddr().(*net.UDPAddr).AddrPort(), want: "network.timeout, side unknown, seen, exit 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := check.Run(t.Context(), check.Options{
				Target: tt.scheme + "://" + tt.at.String(), SNI: peers.Name, Now: time.Now(), Panel: clients.Panel(),
				Prober: &probe.Prober{Dialer: &loopbackOnly{}, Silence: time.Second},
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := answer(a); got != tt.want {
				t.Errorf("got  %s\nwant %s\n%s", got, tt.want, trail(a))
			}
			for _, f := range a.Result.Findings {
				if slices.ContainsFunc(f.WillNotHelp, func(s string) bool { return strings.Contains(s, "no hello was sent") }) {
					t.Errorf("%s says that no hello was sent: datagrams carried some", f.Cause)
				}
			}
			var ids []parley.ClientID
			for _, c := range a.Evidence.Panel {
				ids = append(ids, c.ID)
			}
			if !slices.Equal(ids, []parley.ClientID{"chrome", "firefox"}) {
				t.Errorf("the panel is %v, want the browsers", ids)
			}
		})
	}
}
