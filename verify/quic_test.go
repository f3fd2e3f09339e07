package verify_test

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/knowledge/policies"
	"github.com/parley-tls/parley/probe"
	"github.com/parley-tls/parley/target"
	"github.com/parley-tls/parley/verify"
)

// TestAPolicyIsJudgedOverQUIC holds a policy against servers that are made for it
// or not, and against what is no server: that is never met.
func TestAPolicyIsJudgedOverQUIC(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	closed := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	conn.Close()
	modern, err := policies.Get("modern")
	if err != nil {
		t.Fatal(err)
	}
	fits := peers.Start(t, peers.QUICGo, peers.Config{ALPN: []string{"h3"}, Groups: "X25519MLKEM768:X25519:CurveP256:CurveP384", Cert: peers.ECDSAP256}).Addr
	other := peers.Start(t, peers.NGTCP2, peers.Config{}).Addr
	for _, tt := range []struct {
		name   string
		at     netip.AddrPort
		policy *policies.Policy
		exit   int
	}{
		{"a minimum", other, policies.Min(iana.TLS12), 0},
		{"modern, by one that is made for it", fits, modern, 0},
		{"modern, by one that is not", other, modern, 1},
		{"a minimum, where nothing listens", closed, policies.Min(iana.TLS12), 3},
		{"modern, where nothing listens", closed, modern, 3},
	} {
		a, err := verify.Run(t.Context(), verify.Options{
			Question: target.Question{Text: "quic://" + tt.at.String(), SNI: peers.Name}, Policies: []*policies.Policy{tt.policy}, Now: time.Now(),
			Prober: func() *probe.Prober { return &probe.Prober{Dialer: &loopbackOnly{}} },
		})
		if err != nil {
			t.Fatal(err)
		}
		if a.Exit() != tt.exit {
			var why []string
			for _, d := range a.Policies[0].Demands {
				why = append(why, d.Demand.ID+" "+d.Met.String()+" "+d.Why)
			}
			t.Errorf("%s: exit %d, want %d\n%s", tt.name, a.Exit(), tt.exit, strings.Join(why, "\n"))
		}
	}
}
