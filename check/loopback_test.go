package check_test

import (
	"net/netip"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
	"github.com/parley-tls/parley/lab"
)

func TestALoopbackAddressThatRefusesIsPassedOverWhereAnotherAnswers(t *testing.T) {
	t.Parallel()
	l := lab.New()
	t.Cleanup(l.Close)
	for fault, want := range map[string]parley.Verdict{
		"serve-today":        parley.VerdictOK,
		"accept-only-1.0":    parley.VerdictProblem,
		"refuse-connections": parley.VerdictUnknown,
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			o := atFaultOf(t, l, fault)
			at := netip.MustParseAddrPort(o.Target)
			// Nothing listens at the port on 127.0.0.3: the lab binds one address.
			o.Addrs = []netip.Addr{netip.MustParseAddr("127.0.0.3"), at.Addr()}
			a, err := check.Run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if a.Result.Verdict != want {
				t.Errorf("verdict %v, want %v", a.Result.Verdict, want)
			}
			for _, f := range a.Result.Findings {
				if f.Cause == "edge.addresses-disagree" {
					t.Errorf("%s: %v", f.Cause, f.Because)
				}
			}
			passed := 1
			if want == parley.VerdictUnknown {
				passed = 0 // nothing answers anywhere, and both are judged
			}
			if got := len(a.Result.PassedOver); got != passed {
				t.Errorf("%d addresses passed over, want %d", got, passed)
			}
		})
	}
}
