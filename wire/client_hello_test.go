package wire

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/parley-tls/parley/internal/property"

	"github.com/parley-tls/parley/iana"
)

func TestARecordedHelloIsWrittenBackByteForByte(t *testing.T) {
	t.Parallel()
	for name, rec := range helloRecords(t) {
		h, err := ParseClientHello(helloBody(t, rec))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		v := iana.Version(rec[1])<<8 | iana.Version(rec[2])
		if got := AppendRecord(nil, Record{Type: iana.ContentHandshake, Version: v, Payload: h.Message()}); !bytes.Equal(got, rec) {
			t.Errorf("%s: written back\n%x\nwant\n%x", name, got, rec)
		}
	}
}

func TestEveryHelloOfTheCorpusIsReadAsItsAuthorDidAndWrittenBack(t *testing.T) {
	t.Parallel()
	hellos := corpusHellos(t)
	if len(hellos) < 290 {
		t.Fatalf("the corpus holds %d hellos, want at least 290", len(hellos))
	}
	for _, c := range hellos {
		name := c.Client + " " + c.Version
		rec, err := hex.DecodeString(c.Hex)
		if err != nil {
			t.Fatal(err)
		}
		h, err := ParseClientHello(helloBody(t, rec))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := h.Message(); !bytes.Equal(got, rec[5:]) {
			t.Errorf("%s: written back\n%x\nwant\n%x", name, got, rec[5:])
		}
		compareFacts(t, name, h, c)
	}
}

func compareFacts(t *testing.T, name string, h *ClientHello, c corpusHello) {
	t.Helper()
	check := func(field string, got, want any) {
		t.Helper()
		g, w := reflect.ValueOf(got), reflect.ValueOf(want)
		if g.Kind() == reflect.Slice && g.Len() == 0 && w.Len() == 0 {
			return
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s = %v, want %v", name, field, got, want)
		}
	}
	f := c.Facts
	check("legacy_version", h.LegacyVersion, f.LegacyVersion)
	check("session_id_len", len(h.SessionID), f.SessionIDLen)
	check("ciphers", h.Suites, f.Ciphers)
	var types []iana.ExtensionType
	for _, e := range h.Extensions {
		types = append(types, e.Type)
	}
	check("extensions", types, f.Extensions)
	sni, _ := h.ServerName()
	check("sni", sni, f.SNI)
	check("groups", h.Groups(), f.Groups)
	check("sigalgs", h.Schemes(), f.Sigalgs)
	check("supported_versions", h.SupportedVersions(), f.SupportedVersions)
	check("alpn", h.ALPN(), f.ALPN)
	var shares []iana.Group
	for _, s := range h.KeyShares() {
		shares = append(shares, s.Group)
	}
	check("key_shares", shares, f.KeyShares)
	var modes, formats []int
	for _, m := range h.PSKModes() {
		modes = append(modes, int(m))
	}
	for _, p := range h.PointFormats() {
		formats = append(formats, int(p))
	}
	check("psk_modes", modes, f.PSKModes)
	check("point_formats", formats, f.PointFormats)
}

func TestEveryTruncationOfAHelloIsRefused(t *testing.T) {
	t.Parallel()
	for name, rec := range helloRecords(t) {
		body := helloBody(t, rec)
		whole, _ := ParseClientHello(body)
		for n := range body {
			h, err := ParseClientHello(body[:n])
			if err == nil && !(h.OmitExtensions && !whole.OmitExtensions && len(h.Body()) == n) {
				t.Errorf("%s: %d of %d bytes are taken for a hello", name, n, len(body))
			}
		}
		if _, err := ParseClientHello(append(slices.Clone(body), 0)); err == nil {
			t.Errorf("%s: a byte behind it is not noticed", name)
		}
	}
}

func TestAnAbsentBlockOfExtensionsDiffersFromAnEmptyOne(t *testing.T) {
	t.Parallel()
	h := &ClientHello{LegacyVersion: iana.TLS10, Suites: []iana.Suite{0x2f}, Compression: []iana.CompressionMethod{0}}
	empty := h.Body()
	h.OmitExtensions = true
	omitted := h.Body()
	if len(empty) != len(omitted)+2 {
		t.Fatalf("empty block %d bytes, absent block %d bytes, want 2 apart", len(empty), len(omitted))
	}
	for body, want := range map[string]bool{string(empty): false, string(omitted): true} {
		got, err := ParseClientHello([]byte(body))
		if err != nil || got.OmitExtensions != want || string(got.Body()) != body {
			t.Errorf("OmitExtensions = %v, %v, want %v", got.OmitExtensions, err, want)
		}
	}
}

func TestAHelloThatStopsMakingSenseIsRefusedWithFieldAndPlace(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("00", 32)
	tests := map[string]struct{ body, want string }{
		"empty":                    {"", "ClientHello: legacy_version at byte 0: expected 2 bytes, got 0 bytes"},
		"random cut off":           {"0303 0102", "ClientHello: random at byte 2: expected 32 bytes, got 2 bytes"},
		"session id too long":      {"0303" + zeros + "20 00", "ClientHello: legacy_session_id at byte 34: expected 32 bytes, got 1 byte"},
		"odd suites":               {"0303" + zeros + "00 0003 c02f 00 0100", "ClientHello: cipher_suites at byte 35: expected an even number of bytes, got 3 bytes"},
		"no compression":           {"0303" + zeros + "00 0002 c02f", "ClientHello: legacy_compression_methods at byte 39: expected 1 byte, got 0 bytes"},
		"extensions cut off":       {"0303" + zeros + "00 0002 c02f 0100 0005 0000", "ClientHello: extensions at byte 41: expected 5 bytes, got 2 bytes"},
		"extension inside too big": {"0303" + zeros + "00 0002 c02f 0100 0004 0017 0001", "ClientHello: extension_data at byte 45: expected 1 byte, got 0 bytes"},
		"a byte behind":            {"0303" + zeros + "00 0002 c02f 0100 0000 ff", "ClientHello: end at byte 43: expected nothing, got 1 byte"},
	}
	for name, tt := range tests {
		_, err := ParseClientHello(unhex(t, tt.body))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v\nwant %s", name, err, tt.want)
		}
	}
}

func TestAMalformedExtensionIsKeptAndItsViewIsEmpty(t *testing.T) {
	t.Parallel()
	h := parseHello(t, "chromium-156")
	for i, e := range h.Extensions {
		h.Extensions[i].Data = append(slices.Clone(e.Data), 0)
	}
	got, err := ParseClientHello(h.Body())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Body(), h.Body()) {
		t.Error("it is not written back as read")
	}
	if _, ok := got.ServerName(); ok || got.Groups() != nil || got.SupportedVersions() != nil || got.KeyShares() != nil ||
		got.Schemes() != nil || got.ALPN() != nil || got.PSKModes() != nil || got.PointFormats() != nil {
		t.Error("a malformed extension has a view")
	}
}

func TestACloneSharesNothing(t *testing.T) {
	t.Parallel()
	h := parseHello(t, "chromium-156")
	want := h.Body()
	c := h.Clone()
	if !reflect.DeepEqual(h, c) {
		t.Fatal("the clone differs")
	}
	c.Random[0] ^= 1
	c.SessionID[0] ^= 1
	c.Suites[0] ^= 1
	c.Compression[0] ^= 1
	for i := range c.Extensions {
		c.Extensions[i].Type++
		for j := range c.Extensions[i].Data {
			c.Extensions[i].Data[j] ^= 1
		}
	}
	if !bytes.Equal(h.Body(), want) {
		t.Error("a change of the clone changes the original")
	}
}

// genHello draws hellos with odd content: duplicates, GREASE, empty lists.
func genHello(t *rapid.T) *ClientHello {
	raw := rapid.SliceOfN(rapid.Byte(), 0, 40)
	h := &ClientHello{
		LegacyVersion: iana.Version(rapid.Uint16().Draw(t, "version")),
		SessionID:     rapid.SliceOfN(rapid.Byte(), 0, 255).Draw(t, "session id"),
		Suites:        []iana.Suite{},
		Compression:   []iana.CompressionMethod{},
		Extensions:    []Extension{},
	}
	copy(h.Random[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "random"))
	for _, s := range rapid.SliceOfN(rapid.Uint16(), 0, 20).Draw(t, "suites") {
		h.Suites = append(h.Suites, iana.Suite(s))
	}
	for _, c := range rapid.SliceOfN(rapid.Uint8(), 0, 3).Draw(t, "compression") {
		h.Compression = append(h.Compression, iana.CompressionMethod(c))
	}
	types := rapid.SliceOfN(rapid.OneOf(rapid.Uint16Range(0, 60), rapid.Uint16()), 0, 12).Draw(t, "types")
	for _, typ := range types {
		h.Extensions = append(h.Extensions, Extension{Type: iana.ExtensionType(typ), Data: raw.Draw(t, "data")})
	}
	if len(types) == 0 && rapid.Bool().Draw(t, "omit") {
		h.OmitExtensions, h.Extensions = true, nil
	}
	return h
}

func TestEveryHelloThatCanBeWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := genHello(t)
		got, err := ParseClientHello(h.Body())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, h) {
			t.Fatalf("read back\n%+v\nwant\n%+v", got, h)
		}
	})
}
