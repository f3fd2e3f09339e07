package parley

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

func TestAHelloOverDTLSOffersWhatItOffersOverTCP(t *testing.T) {
	t.Parallel()
	h := WholeHello(iana.TLS13, "shop.example")
	h.Suites = []iana.Suite{0x1301, 0xc02f, 0xc011, iana.SCSVRenegotiation}
	h.SetSupportedVersions([]iana.Version{iana.TLS13, iana.TLS12, iana.TLS11, iana.TLS10})
	got := OverDTLS(h)
	if want := []iana.Version{iana.DTLS13, iana.DTLS12, iana.DTLS10}; !slices.Equal(got.SupportedVersions(), want) || got.LegacyVersion != iana.DTLS12 {
		t.Errorf("it offers %v, legacy_version %v; want %v", got.SupportedVersions(), got.LegacyVersion, want)
	}
	if want := []iana.Suite{0x1301, 0xc02f, iana.SCSVRenegotiation}; !slices.Equal(got.Suites, want) || len(got.SessionID) != 0 {
		t.Errorf("suites %v and a session ID of %d bytes; want %v", got.Suites, len(got.SessionID), want)
	}
	if len(h.SessionID) != 32 || len(h.Suites) != 4 {
		t.Error("the hello that was given is changed")
	}
	old := &wire.ClientHello{LegacyVersion: iana.TLS11, Suites: []iana.Suite{0x002f}, OmitExtensions: true}
	if got := OverDTLS(old); got.LegacyVersion != iana.DTLS10 || !got.OmitExtensions {
		t.Errorf("a hello of 1.1 is one of %v", got.LegacyVersion)
	}
	if got := OverDTLS(&wire.ClientHello{LegacyVersion: iana.TLS10}); got != nil {
		t.Errorf("a hello of 1.0 is one of %v, though no version of DTLS follows it", got.LegacyVersion)
	}
}

func TestTermsOverDTLSAreThoseOfTheVersionsItFollows(t *testing.T) {
	t.Parallel()
	s := &Server{Scope: Scope{Transport: TransportDTLS}, Accepts: map[iana.Version]Column{
		iana.DTLS10: {Accepted: Fact{Is: No, Why: "refused by alert 70"}}, iana.DTLS12: {Accepted: Fact{Is: Yes}, Suites: Listed(iana.Suite(0xc02f))},
	}}
	in := s.InTLS()
	for v, want := range map[iana.Version]Truth{iana.SSL2: No, iana.SSL3: No, iana.TLS10: No, iana.TLS11: No, iana.TLS12: Yes, iana.TLS13: Unknown} {
		if got := in.Column(v).Accepted.Is; got != want {
			t.Errorf("%v is accepted: %v, want %v", v, got, want)
		}
	}
	if got := in.Column(iana.TLS12).Suites.Has(0xc02f); got != Yes {
		t.Errorf("its suite is accepted under 1.2: %v", got)
	}
	if tcp := (&Server{}); tcp.InTLS() != tcp {
		t.Error("terms over TCP are changed")
	}
}
