package scan

import (
	"testing"

	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/target"
)

func TestX(t *testing.T) {
	for _, r := range reals {
		t.Run(r.name(), func(t *testing.T) {
			s := peers.Start(t, r.stack, r.c)
			q := target.Question{Text: s.Addr.String(), SNI: peers.Name, StartTLS: r.c.StartTLS}
			res, err := Run(t.Context(), Options{Question: q, Depth: survey.DepthFull, Dialer: &onlyLoopback{}})
			if err != nil {
				t.Fatal(err)
			}
			got := &res.Endpoints[0].Server
			n, odd := 0, 0
			for _, r := range res.Evidence.Replies {
				if len(res.Evidence.Attempts[r.Attempt].Odd) > 0 {
					odd++
				}
			}
			for _, x := range got.Tolerance {
				if x.Outcome.String() == "tolerates" {
					n++
					continue
				}
				if !x.Asked() {
					continue
				}
				t.Logf("%s: %v %s %q", x.ID, x.Outcome, x.Answer.Words(), x.Why)
			}
			t.Logf("%s: %d tolerated, %d connections of %d, %v", s.Version, n, odd, res.Connections, res.Elapsed)
		})
	}
}
