package parley_test

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// serverOf accepts the versions, with a list of suites for each.
func serverOf(vs ...iana.Version) *parley.Server {
	s := &parley.Server{Accepts: map[iana.Version]parley.Column{}, Scope: parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example"}}
	for _, v := range vs {
		s.Accepts[v] = parley.Column{Accepted: parley.Fact{Is: parley.Yes}, Suites: parley.Listed(parley.WholeSuites(v)[:3]...), Groups: parley.Listed(iana.GroupX25519, iana.GroupSecp256r1)}
	}
	return s
}

func TestEveryOddityIsWholeAndNamedOnce(t *testing.T) {
	t.Parallel()
	seen := map[parley.OddityID]bool{}
	for _, o := range parley.Oddities {
		if o.ID == "" || o.Title == "" || o.RFC == "" || o.Changes == nil || seen[o.ID] {
			t.Errorf("%q is not whole, or stands twice", o.ID)
		}
		seen[o.ID] = true
		if parley.OddityOf(o.ID) != o {
			t.Errorf("%s is not found by its id", o.ID)
		}
	}
	if parley.OddityOf("none") != nil {
		t.Error("an oddity is found that is none")
	}
}

func TestWhatIsCalledUnknownStandsInNoRegistry(t *testing.T) {
	t.Parallel()
	usual := serverOf(iana.TLS12, iana.TLS13).UsualHello(iana.TLS13, nil)
	for _, o := range parley.Oddities {
		if id := string(o.ID); len(id) < 7 || id[:7] != "unknown" && id[:4] != "only" {
			continue
		}
		changes, _ := o.Changes(*usual)
		for _, c := range changes {
			for _, v := range c.Values {
				known := map[parley.Axis]bool{}
				_, known[parley.AxisSuite] = iana.Suite(v).Info()
				_, known[parley.AxisGroup] = iana.Group(v).Info()
				_, known[parley.AxisScheme] = iana.Scheme(v).Info()
				known[parley.AxisExtension] = iana.ExtensionType(v).String()[:2] != "0x"
				if known[c.Axis] || iana.IsGREASE(v) {
					t.Errorf("%s: %s is registered", o.ID, c)
				}
			}
		}
	}
}

// TestAnOddHelloDiffersFromTheUsualOneInWhatItSaysAlone compares them field by
// field, for servers of different versions.
func TestAnOddHelloDiffersFromTheUsualOneInWhatItSaysAlone(t *testing.T) {
	t.Parallel()
	fields := map[parley.Axis][]string{
		parley.AxisVersion: {"supported_versions", "extensions"}, parley.AxisSuite: {"cipher_suites"}, parley.AxisFallback: {"cipher_suites"},
		parley.AxisGroup: {"supported_groups", "key_share"}, parley.AxisScheme: {"signature_algorithms"}, parley.AxisServerName: {"server_name"},
		parley.AxisALPN: {"application_layer_protocol_negotiation", "extensions"}, parley.AxisExtension: {"extensions", "GREASE", "supported_versions", "compress_certificate"},
		parley.AxisSize: {}, parley.AxisSegments: {}, parley.AxisRecords: {}, parley.AxisRecordVersion: {},
		parley.AxisLegacyVersion: {"legacy_version"}, parley.AxisKeyShare: {"key_share"}, parley.AxisPSKMode: {"psk_key_exchange_modes"},
		parley.AxisPointFormat: {"ec_point_formats"}, parley.AxisCompression: {"legacy_compression_methods"}, parley.AxisSessionID: {"legacy_session_id"},
	}
	for _, vs := range [][]iana.Version{{iana.TLS12, iana.TLS13}, {iana.TLS13}, {iana.TLS12}, {iana.TLS10}} {
		s := serverOf(vs...)
		ids := map[parley.AttemptID]parley.OddityID{}
		for _, o := range parley.Oddities {
			usual := s.UsualHello(iana.TLS13, nil)
			if o.To12 {
				usual = s.UsualHello(iana.TLS12, nil)
			}
			if usual == nil {
				continue
			}
			*usual = usual.Identify()
			odd, why := usual.MakeOdd(o)
			if why != "" {
				continue
			}
			if other := ids[odd.ID]; other != "" || odd.ID == usual.ID {
				t.Errorf("%v: %s sends the same as %q", vs, o.ID, other)
			}
			ids[odd.ID] = o.ID
			may := []string{"padding"}
			for _, c := range odd.Changed {
				may = append(may, fields[c.Axis]...)
				if o.ID == "version-1.3" {
					may = append(may, "legacy_version", "supported_versions", "cipher_suites", "supported_groups", "key_share", "psk_key_exchange_modes", "signature_algorithms", "legacy_session_id")
				}
				for _, v := range c.Values {
					if c.Axis == parley.AxisExtension {
						may = append(may, iana.ExtensionType(v).String())
					}
				}
			}
			for _, d := range wire.Diff(usual.Hello, odd.Hello) {
				if !slices.Contains(may, d.Field) {
					t.Errorf("%v: %s (%v) differs in %s too", vs, o.ID, odd.Changed, d.Field)
				}
			}
			e := odd.Hello.Extensions
			if last := e[len(e)-1]; (len(last.Data) == 0) != (o.ID == "empty-last-extension") {
				t.Errorf("%v: %s ends with %v of %d bytes", vs, o.ID, last.Type, len(last.Data))
			}
			if n := len(odd.Hello.Message()); !slices.ContainsFunc(odd.Changed, func(c parley.Change) bool { return c.Axis == parley.AxisSize && !c.Padded }) && n != len(usual.Hello.Message()) {
				t.Errorf("%v: %s has %d bytes, the usual hello %d", vs, o.ID, n, len(usual.Hello.Message()))
			}
		}
	}
}

func TestAServerWithoutVersionsOfTLSHasNoUsualHello(t *testing.T) {
	t.Parallel()
	if serverOf(iana.SSL3).UsualHello(iana.TLS13, nil) != nil || serverOf(iana.TLS13).UsualHello(iana.TLS12, nil) != nil {
		t.Error("a hello is made of what is not accepted")
	}
}

// TestWhatIsAskedTogetherIsAllThere: no oddity of a hello takes back another's.
func TestWhatIsAskedTogetherIsAllThere(t *testing.T) {
	t.Parallel()
	groups := map[string][]*parley.Oddity{}
	for _, o := range parley.Oddities {
		if o.With != "" {
			groups[o.With] = append(groups[o.With], o)
		}
	}
	s := serverOf(iana.TLS12, iana.TLS13)
	for with, list := range groups {
		usual := s.UsualHello(iana.TLS13, nil)
		if list[0].To12 {
			usual = s.UsualHello(iana.TLS12, nil)
		}
		*usual = usual.Identify()
		all, why := usual.MakeOdd(list...)
		if why != "" || len(list) < 2 {
			t.Errorf("%s: %d hellos, %s", with, len(list), why)
			continue
		}
		for i, o := range list {
			if o.To12 != list[0].To12 || o.Refusal != parley.RefusalUnknown {
				t.Errorf("%s cannot be asked with %s", o.ID, list[0].ID)
			}
			if less, _ := usual.MakeOdd(slices.Delete(slices.Clone(list), i, i+1)...); less.ID == all.ID {
				t.Errorf("%s: nothing shows %s", with, o.ID)
			}
		}
	}
}
