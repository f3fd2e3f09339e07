package clients_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// The terms are of use: what Negotiate says of them is what these clients are
// known for.
func TestJava7IsHelpedByTheVersionThatItLeavesOff(t *testing.T) {
	t.Parallel()
	out := parley.Negotiate(*get(t, "java7"), serverOf(iana.TLS12, 0xc02f, 0xc013))
	if out.Completes != parley.No || out.Refuses != parley.ServerSide {
		t.Fatalf("completes %v, refused by the %v; want no, the server", out.Completes, out.Refuses)
	}
	for _, set := range out.Unblock {
		if len(set) == 1 && set[0].String() == "+ version 1.2" {
			return
		}
	}
	t.Errorf("unblocked by %v, want + version 1.2", out.Unblock)
}

func TestOpenSSL3RefusesTheVersionThatItOffers(t *testing.T) {
	t.Parallel()
	out := parley.Negotiate(*get(t, "openssl-3.0"), serverOf(iana.TLS10, 0xc013, 0x002f))
	if out.Completes != parley.No || out.Refuses != parley.ClientSide {
		t.Errorf("completes %v, refused by the %v; want no, the client", out.Completes, out.Refuses)
	}
}

func TestThePanelCompletesWithAnOrdinaryServer(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"chrome", "firefox", "openssl-3.0", "go", "java21"} {
		out := parley.Negotiate(*get(t, id), serverOf(iana.TLS12, 0xc02f, 0xc030))
		if out.Completes != parley.Yes || out.Version != iana.TLS12 || out.Suite == 0 {
			t.Errorf("%s: %v %v %v, blocks %v, missing %v", id, out.Completes, out.Version, out.Suite, out.Blocks, out.Missing)
		}
	}
}

// serverOf accepts one version with an RSA certificate of 2,048 bits.
func serverOf(v iana.Version, suites ...iana.Suite) parley.Server {
	yes := parley.Fact{Is: parley.Yes}
	s := parley.Server{Accepts: map[iana.Version]parley.Column{}, EMS: yes, Renegotiation: yes, Chooses: "openssl",
		DemandsEMS: parley.Fact{Is: parley.No, Why: "set"}, ServerOrder: parley.No,
		Chains: []parley.Chain{{Key: iana.KeyRSA, Bits: 2048}}}
	for _, o := range parley.AllVersions {
		s.Accepts[o] = parley.Column{Accepted: parley.Fact{Is: parley.No, Why: "set"}}
	}
	s.Accepts[v] = parley.Column{Accepted: yes, Suites: parley.Listed(suites...),
		Groups: parley.Listed[iana.Group](0x001d, 0x0017, 0x0018), Schemes: parley.Listed[iana.Scheme](0x0804, 0x0401)}
	return s
}
