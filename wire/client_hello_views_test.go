package wire

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

func extensionTypes(h *ClientHello) []iana.ExtensionType {
	var out []iana.ExtensionType
	for _, e := range h.Extensions {
		out = append(out, e.Type)
	}
	return out
}

func TestEveryViewReadsWhatItsSetterWrote(t *testing.T) {
	t.Parallel()
	h := &ClientHello{}
	check := func(what string, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v, want %v", what, got, want)
		}
	}
	h.SetServerName("shop.example")
	name, ok := h.ServerName()
	check("server name", name, "shop.example")
	check("server name found", ok, true)
	versions := []iana.Version{0x3a3a, iana.TLS13, iana.TLS12}
	h.SetSupportedVersions(versions)
	check("supported_versions", h.SupportedVersions(), versions)
	groups := []iana.Group{0x11ec, 29, 0xfafa}
	h.SetGroups(groups)
	check("supported_groups", h.Groups(), groups)
	shares := []KeyShare{{Group: 0xfafa, Data: []byte{0}}, {Group: 29, Data: bytes.Repeat([]byte{7}, 32)}}
	h.SetKeyShares(shares)
	check("key_share", h.KeyShares(), shares)
	schemes := []iana.Scheme{0x0403, 0x0804}
	h.SetSchemes(schemes)
	check("signature_algorithms", h.Schemes(), schemes)
	h.SetCertSchemes(schemes[:1])
	check("signature_algorithms_cert", h.CertSchemes(), schemes[:1])
	h.SetALPN([]string{"h2", "http/1.1"})
	check("ALPN", h.ALPN(), []string{"h2", "http/1.1"})
	h.SetPSKModes([]iana.PSKMode{1, 0})
	check("psk_key_exchange_modes", h.PSKModes(), []iana.PSKMode{1, 0})
	h.SetPointFormats([]iana.ECPointFormat{0, 2})
	check("ec_point_formats", h.PointFormats(), []iana.ECPointFormat{0, 2})

	again, err := ParseClientHello(h.Body())
	if err != nil {
		t.Fatal(err)
	}
	if d := Diff(h, again); d != nil {
		t.Errorf("after writing and reading it differs: %v", d)
	}
	h.SetServerName("")
	h.SetSupportedVersions(nil)
	h.SetGroups(nil)
	h.SetKeyShares(nil)
	h.SetSchemes(nil)
	h.SetCertSchemes(nil)
	h.SetALPN(nil)
	h.SetPSKModes(nil)
	h.SetPointFormats(nil)
	check("extensions left", len(h.Extensions), 0)
}

func TestASetterKeepsThePositionAndANewExtensionStaysBeforePaddingAndPreSharedKey(t *testing.T) {
	t.Parallel()
	h := &ClientHello{OmitExtensions: true}
	for _, typ := range []iana.ExtensionType{iana.ExtALPN, iana.ExtPadding, iana.ExtPreSharedKey} {
		h.SetExtension(typ, []byte{1})
	}
	if h.OmitExtensions {
		t.Error("the block of extensions is still absent")
	}
	h.SetServerName("a.example")
	h.SetALPN([]string{"h2"})
	want := []iana.ExtensionType{iana.ExtALPN, iana.ExtServerName, iana.ExtPadding, iana.ExtPreSharedKey}
	if got := extensionTypes(h); !slices.Equal(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
	h.RemoveExtension(iana.ExtPadding)
	h.SetExtension(iana.ExtPadding, nil)
	if got := extensionTypes(h); !slices.Equal(got, want) {
		t.Errorf("padding set anew: order %v, want %v", got, want)
	}
	h.Extensions = append(h.Extensions, Extension{Type: iana.ExtCookie})
	h.SetExtension(iana.ExtECPointFormats, nil)
	if got := extensionTypes(h); got[len(got)-1] != iana.ExtECPointFormats {
		t.Errorf("padding and pre_shared_key do not stand last, yet the order is %v", got)
	}
}

func TestWithoutSupportedVersionsAHelloStatesOnlyItsMaximum(t *testing.T) {
	t.Parallel()
	all := []iana.Version{iana.SSL2, iana.SSL3, iana.TLS10, iana.TLS11, iana.TLS12, iana.TLS13}
	tests := []struct {
		name   string
		legacy iana.Version
		listed []iana.Version
		offers []iana.Version
		max    iana.Version
	}{
		{"1.1, no extension", iana.TLS11, nil, all[1:4], iana.TLS11},
		{"legacy_version 1.3 means 1.2", iana.TLS13, nil, all[1:5], iana.TLS12},
		{"SSL 3", iana.SSL3, nil, all[1:2], iana.SSL3},
		{"GREASE and a gap", iana.TLS12, []iana.Version{0xfafa, iana.TLS13, iana.TLS11}, []iana.Version{iana.TLS11, iana.TLS13}, iana.TLS13},
		{"a draft ranks below", iana.TLS12, []iana.Version{0x7f1c, iana.TLS12}, []iana.Version{iana.TLS12}, iana.TLS12},
		{"a draft alone", iana.TLS12, []iana.Version{0x7f1c, 0x7f17}, nil, 0x7f1c},
		{"GREASE alone is no version", iana.TLS12, []iana.Version{0xfafa}, nil, 0},
		{"an empty list offers nothing", iana.TLS12, []iana.Version{}, nil, 0},
	}
	for _, tt := range tests {
		h := &ClientHello{LegacyVersion: tt.legacy}
		h.SetSupportedVersions(tt.listed)
		var got []iana.Version
		for _, v := range all {
			if h.Offers(v) {
				got = append(got, v)
			}
		}
		if !slices.Equal(got, tt.offers) || h.MaxVersion() != tt.max {
			t.Errorf("%s: offers %v, max %v, want %v, %v", tt.name, got, h.MaxVersion(), tt.offers, tt.max)
		}
	}
}

func TestPadMakesTheMessageExactlyAsLongAsAsked(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"go-1.26.8", "chromium-80", "links-2.28-fourth-try"} {
		h := parseHello(t, name)
		h.SetServerName(strings.Repeat("a", 200))
		for _, size := range []int{2100, 2048, 2560, 16000} {
			if !h.Pad(size) || len(h.Message()) != size {
				t.Errorf("%s: padded to %d bytes it has %d", name, size, len(h.Message()))
			}
		}
		h.RemoveExtension(iana.ExtPadding)
		n := len(h.Message())
		if h.Pad(n+3) || !h.Pad(n+4) {
			t.Errorf("%s: padding of 3 bytes fits or of 4 bytes does not", name)
		}
	}
}

func TestAClientThatPadsDoesSoAgainWhenItsHelloChanges(t *testing.T) {
	t.Parallel()
	// bare is how long the hello is without any padding.
	for _, tt := range []struct {
		name          string
		was, bare, is int  // size before, without padding, after
		drops         bool // sends no padding
	}{
		{name: "as before", was: 512, bare: 300, is: 512},
		{name: "short by four", was: 512, bare: 507, is: 512},
		{name: "short by three", was: 512, bare: 509, is: 514}, // header and one byte
		{name: "as long as it shall be", was: 512, bare: 512, is: 512, drops: true},
		{name: "longer", was: 512, bare: 700, is: 700, drops: true},
		{name: "short enough", was: 512, bare: 255, is: 255, drops: true},
		{name: "above 512 on purpose", was: 1500, bare: 200, is: 1500},
	} {
		h := &ClientHello{Extensions: []Extension{{Type: iana.ExtPadding, Data: make([]byte, 9)}, {Type: iana.ExtSessionTicket}}}
		h.SetExtension(iana.ExtSessionTicket, make([]byte, tt.bare-(len(h.Message())-13)))
		h.Repad(tt.was)
		_, has := h.Extension(iana.ExtPadding)
		if n := len(h.Message()); n != tt.is || has == tt.drops {
			t.Errorf("%s: %d bytes, padding %t, want %d", tt.name, n, has, tt.is)
		}
		if has && h.Extensions[0].Type != iana.ExtPadding {
			t.Errorf("%s: padding stands elsewhere", tt.name)
		}
	}
	h := &ClientHello{}
	if h.Repad(512); len(h.Extensions) > 0 {
		t.Error("a client that does not pad pads")
	}
}

func TestTheSameClientTwiceIsTheSameHelloOnceNormalized(t *testing.T) {
	t.Parallel()
	a, b := parseHello(t, "openssl-3.0.22"), parseHello(t, "openssl-3.0.22-again")
	if bytes.Equal(a.Body(), b.Body()) {
		t.Fatal("the two hellos are equal as they are: they test nothing")
	}
	if !bytes.Equal(a.Normalize().Body(), b.Normalize().Body()) {
		t.Errorf("normal forms differ:\n%x\n%x", a.Normalize().Body(), b.Normalize().Body())
	}
	if len(a.Normalize().Body()) != len(a.Body()) {
		t.Error("normalizing changed the length")
	}
}

func TestNormalizeZeroesBindersKeysAndECHButNotIdentities(t *testing.T) {
	t.Parallel()
	h := &ClientHello{Random: [32]byte{1}, SessionID: []byte{2}}
	h.SetKeyShares([]KeyShare{{Group: 29, Data: []byte{3, 3}}, {Group: 23, Data: []byte{4}}})
	h.SetExtension(iana.ExtECH, unhex(t, "00 0001 0001 aa 0002 bbbb 0003 cccccc"))
	h.SetExtension(iana.ExtPadding, []byte{5})
	h.SetExtension(iana.ExtPreSharedKey, unhex(t, "0007 0001 ee 12345678 0004 03 dddddd"))
	n := h.Normalize()
	want := map[iana.ExtensionType]string{
		iana.ExtKeyShare:     "000b 001d 0002 0000 0017 0001 00",
		iana.ExtECH:          "00 0001 0001 00 0002 0000 0003 000000",
		iana.ExtPadding:      "00",
		iana.ExtPreSharedKey: "0007 0001 ee 12345678 0004 03 000000",
	}
	for typ, w := range want {
		if got, _ := n.Extension(typ); !bytes.Equal(got, unhex(t, w)) {
			t.Errorf("%v = %x, want %s", typ, got, w)
		}
	}
	if n.Random != [32]byte{} || n.SessionID[0] != 0 || h.SessionID[0] != 2 {
		t.Error("random or session ID is kept, or the original changed")
	}
	ids, binders := h.PSKIdentities()
	if len(ids) != 1 || ids[0].ObfuscatedAge != 0x12345678 || !slices.Equal(binders, []int{3}) {
		t.Errorf("PSK identities %v, binders %v", ids, binders)
	}
}

func TestDiffNamesTheFieldsThatDiffer(t *testing.T) {
	t.Parallel()
	a := parseHello(t, "chromium-156")
	if d := Diff(a, a.Clone()); d != nil {
		t.Errorf("a hello differs from itself: %v", d)
	}
	b := a.Clone()
	b.LegacyVersion = iana.TLS11
	b.SessionID = nil
	b.SetServerName("shop.example")
	b.SetALPN([]string{"http/1.1"})
	b.SetPointFormats(nil)
	b.SetExtension(iana.ExtCookie, make([]byte, 3))
	b.Random[0]++
	got := map[string]FieldDiff{}
	for _, d := range Diff(a, b) {
		got[d.Field] = d
	}
	want := []FieldDiff{
		{Field: "legacy_version", A: "1.2", B: "1.1"},
		{Field: "legacy_session_id", A: "32 bytes", B: "0 bytes"},
		{Field: "server_name", A: "tls.parley.test", B: "shop.example"},
		{Field: "application_layer_protocol_negotiation", A: "h2,http/1.1", B: "http/1.1"},
		{Field: "ec_point_formats", A: "uncompressed", B: "absent"},
		{Field: "cookie", A: "absent", B: "3 bytes"},
	}
	for _, w := range want {
		if got[w.Field] != w {
			t.Errorf("%s: %q, want %q", w.Field, got[w.Field], w)
		}
	}
	if len(got) != len(want)+1 { // and the order of extensions
		t.Errorf("%d fields differ, want %d: %v", len(got), len(want)+1, got)
	}
}

func TestDiffTakesAnyGREASEValueForAnyOther(t *testing.T) {
	t.Parallel()
	mk := func(v uint16) *ClientHello {
		h := &ClientHello{LegacyVersion: iana.TLS12, Suites: []iana.Suite{iana.Suite(v), 0x1301}}
		h.SetExtension(iana.ExtensionType(v), nil)
		h.SetGroups([]iana.Group{iana.Group(v), 29})
		h.SetSupportedVersions([]iana.Version{iana.Version(v), iana.TLS13})
		h.SetExtension(iana.ExtensionType(v), nil)
		return h
	}
	if d := Diff(mk(0x0a0a), mk(0xdada)); d != nil {
		t.Errorf("they differ: %v", d)
	}
}
