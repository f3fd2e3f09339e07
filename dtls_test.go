package parley

import (
	"fmt"
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

// TestNegotiateOverDTLSIsThatOfTheVersionsItFollows: versions of DTLS count downwards,
// which must not turn an outcome around.
func TestNegotiateOverDTLSIsThatOfTheVersionsItFollows(t *testing.T) {
	hello := func(legacy iana.Version, stated ...iana.Version) *wire.ClientHello {
		h := &wire.ClientHello{LegacyVersion: legacy, Suites: []iana.Suite{0xc02f, 0xc013}, Compression: []iana.CompressionMethod{0}}
		h.SetGroups([]iana.Group{iana.GroupX25519})
		h.SetSchemes([]iana.Scheme{iana.SchemeRSAPSSRSAESHA256})
		h.SetSupportedVersions(stated)
		return h
	}
	server := func(yes ...iana.Version) Server {
		s := Server{Scope: Scope{Transport: TransportDTLS}, Accepts: map[iana.Version]Column{}}
		for _, v := range TransportDTLS.Versions() {
			s.Accepts[v] = Column{Accepted: Fact{Is: No}}
		}
		for _, v := range yes {
			s.Accepts[v] = Column{
				Accepted: Fact{Is: Yes}, Suites: Listed(iana.Suite(0xc02f), 0xc013), Groups: Listed(iana.GroupX25519), Schemes: Listed(iana.SchemeRSAPSSRSAESHA256),
			}
		}
		return s
	}
	for _, tt := range []struct {
		name      string
		h         *wire.ClientHello
		s         Server
		completes Truth
		version   iana.Version
		unblock   string
	}{
		{"the same", hello(iana.DTLS12), server(iana.DTLS12), Yes, iana.DTLS12, "[]"},
		{"the higher one of two", hello(iana.DTLS12), server(iana.DTLS10, iana.DTLS12), Yes, iana.DTLS12, "[]"},
		{"an older server, a hello that states its highest alone", hello(iana.DTLS12), server(iana.DTLS10), Unknown, iana.DTLS10, ""},
		{"an older client", hello(iana.DTLS10), server(iana.DTLS12), No, 0, "[[+ version DTLS1.2]]"},
		{"an older server, a hello that states all", hello(iana.DTLS12, iana.DTLS12), server(iana.DTLS10), No, 0, "[[+ version DTLS1.0]]"},
		{"a newer server", hello(iana.DTLS12), server(iana.DTLS13), No, 0, ""},
	} {
		out := Negotiate(Client{Hellos: []Hello{{Message: tt.h}}}, tt.s)
		if out.Completes != tt.completes || out.Version != tt.version {
			t.Errorf("%s: completes %v with %v, want %v with %v", tt.name, out.Completes, out.Version, tt.completes, tt.version)
		}
		if got := fmt.Sprint(out.Unblock); tt.unblock != "" && got != tt.unblock {
			t.Errorf("%s: unblocked by %s, want %s", tt.name, got, tt.unblock)
		}
		for _, b := range out.Blocks {
			if b.Version != 0 && !b.Version.IsDTLS() {
				t.Errorf("%s: an obstacle under %v", tt.name, b.Version)
			}
		}
		base := Attempt{Hello: tt.h}.Identify()
		for _, set := range out.Unblock {
			if h := base.With(set...).Hello; Negotiate(Client{Hellos: []Hello{{Message: h}}}, tt.s).Completes != Yes || TransportOf(h) != TransportDTLS {
				t.Errorf("%s: with %v it does not complete", tt.name, set)
			}
		}
	}
}

func TestAVersionOfDTLSMoreIsOfferedAsAClientDoes(t *testing.T) {
	h := &wire.ClientHello{LegacyVersion: iana.DTLS10, Suites: []iana.Suite{0xc013}, Compression: []iana.CompressionMethod{0}}
	base := Attempt{Hello: h}.Identify()
	for _, tt := range []struct {
		set    Change
		legacy iana.Version
		stated string
		shares int
	}{
		{AddVersion(iana.DTLS12), iana.DTLS12, "[]", 0},
		{AddVersion(iana.DTLS13), iana.DTLS12, "[DTLS1.3 DTLS1.0]", 1},
	} {
		got := base.With(tt.set).Hello
		if got.LegacyVersion != tt.legacy || fmt.Sprint(got.SupportedVersions()) != tt.stated || len(got.KeyShares()) != tt.shares || len(got.SessionID) != 0 {
			t.Errorf("%v: legacy_version %v, supported_versions %v, %d key shares, a session ID of %d bytes", tt.set, got.LegacyVersion, got.SupportedVersions(), len(got.KeyShares()), len(got.SessionID))
		}
		if len(got.Schemes()) == 0 {
			t.Errorf("%v brings no signature_algorithms", tt.set)
		}
	}
	both := base.With(AddVersion(iana.DTLS12)).With(Change{Axis: AxisVersion, Op: Remove, Values: []uint16{uint16(iana.DTLS12)}}).Hello
	if both.LegacyVersion != iana.DTLS12 { // the last version stays
		t.Errorf("without its last version: %v", both.LegacyVersion)
	}
}
