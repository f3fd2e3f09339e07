package scan

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/peers"
	"github.com/parley-tls/parley/pkix"
)

// TestFeaturesAreThoseOfTheServer holds what a ServerHello up to 1.2 answers against what
// servers are told, and against what their software has.
func TestFeaturesAreThoseOfTheServer(t *testing.T) {
	for _, tt := range []struct {
		name  string
		stack peers.Stack
		c     peers.Config
		// extended_master_secret, renegotiation_info, encrypt_then_mac, TLS_FALLBACK_SCSV,
		// session IDs, compression
		want string
	}{
		{"usual", peers.OpenSSL, peers.Config{Versions: today}, "yes yes yes yes yes no"},
		{"without encrypt_then_mac", peers.OpenSSL, peers.Config{Versions: today, Extra: []string{"-no_etm"}}, "yes yes no yes yes no"},
		{"without extended_master_secret", peers.OpenSSL, peers.Config{Versions: only12, NoEMS: true}, "no yes yes unknown yes no"},
		{"usual", peers.GnuTLS, peers.Config{Versions: today}, "yes yes yes yes yes no"},
		{"without renegotiation_info", peers.GnuTLS, peers.Config{Versions: today, NoSecureRenegotiation: true}, "yes no yes yes yes no"},
		{"without all", peers.GnuTLS, peers.Config{Versions: only12, NoEMS: true, Ciphers: "NORMAL:%NO_ETM"}, "no yes no unknown yes no"},
		{"usual", peers.Java, peers.Config{Versions: today}, "yes yes no no yes no"},
		{"usual", peers.Go, peers.Config{Versions: today}, "yes yes no yes no no"},
		{"usual", peers.NSS, peers.Config{Versions: today}, "yes yes no yes yes no"},
		{"usual", peers.Node010, peers.Config{}, "no yes no unknown yes no"},
		{"usual", peers.Node20, peers.Config{Versions: today}, "yes yes yes yes yes no"},
	} {
		t.Run(string(tt.stack)+" "+tt.name, func(t *testing.T) {
			s := inFull(t, peers.Start(t, tt.stack, tt.c), "")
			got := ""
			for _, f := range []parley.Fact{s.EMS, s.Renegotiation, s.Extensions[iana.ExtEncryptThenMAC], s.Fallback, s.Sessions, s.Compression} {
				got += " " + f.Is.String()
			}
			if got[1:] != tt.want {
				t.Errorf("got %s, want %s", got[1:], tt.want)
			}
		})
	}
}

// TestAResponseThatIsStapledIsSeenInEveryVersion, and so is one that is demanded and
// does not come.
func TestAResponseThatIsStapledIsSeenInEveryVersion(t *testing.T) {
	for _, v := range today {
		o := newOffice(t)
		s := inFull(t, o.serve(t, []iana.Version{v}, o.respond(t), o.middle), "")
		if s.Staples.Is != parley.Yes || v == iana.TLS13 && s.Details.Answers[iana.ExtStatusRequest].Is != parley.Yes {
			t.Errorf("%v: stapled %v, answered in 1.3 %v", v, s.Staples.Is, s.Details.Answers[iana.ExtStatusRequest].Is)
		}
	}
	s := inFull(t, peers.Start(t, peers.Nginx, peers.Config{Versions: only13, Chain: "must-staple"}), "")
	if leaf, err := pkix.Read(s.Chains[0].Raw[0]); err != nil || !leaf.MustStaple() || s.Staples.Is != parley.No {
		t.Errorf("demanded %v (%v), stapled %v", leaf.MustStaple(), err, s.Staples.Is)
	}
}
