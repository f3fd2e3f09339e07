package check_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/survey"
	"github.com/parley-tls/parley/wire"
)

// captured is a hello of the corpus: what a real client wrote first.
type captured struct {
	Client, Version string
	Hex             string
	raw             []byte
}

func (c captured) String() string { return c.Client + " " + c.Version }

// corpus are the hellos of hellos.jsonl. Without PARLEY_CORPUS the test is
// skipped, but not in CI.
func corpus(t *testing.T) []captured {
	t.Helper()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must set PARLEY_CORPUS")
		}
		t.Skip("SKIPPED: PARLEY_CORPUS is not set")
	}
	f, err := os.Open(filepath.Join(dir, "hellos.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []captured
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c captured
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if c.raw, err = hex.DecodeString(c.Hex); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	if len(out) < 100 {
		t.Fatalf("only %d hellos in the corpus", len(out))
	}
	return out
}

// recorder listens on loopback, refuses each hello with alert 40, and hands
// over the bytes that came up to then.
func recorder(t testing.TB) (netip.AddrPort, <-chan []byte) {
	t.Helper()
	heard := make(chan []byte, 1)
	return serve(t, func(c net.Conn) {
		heard <- firstRecord(c)
		c.Write(record(iana.ContentAlert, byte(iana.AlertFatal), byte(iana.AlertHandshakeFailure)))
		stay(c)
	}), heard
}

// firstRecord are the bytes of the first record of TLS, or of SSL 2, of c.
func firstRecord(c net.Conn) []byte {
	head := make([]byte, 5)
	if _, err := io.ReadFull(c, head); err != nil {
		return nil
	}
	n := int(binary.BigEndian.Uint16(head[3:]))
	if head[0]&0x80 != 0 {
		n = int(binary.BigEndian.Uint16(head)&0x7fff) + 2 - len(head)
	}
	body := make([]byte, n)
	_, err := io.ReadFull(c, body)
	if err != nil {
		return nil
	}
	return append(head, body...)
}

// asFile is the attempt of "--as hello:FILE".
func asFile(t testing.TB, at netip.AddrPort, name string, raw []byte) parley.Attempt {
	t.Helper()
	c, err := clients.FromBytes(raw)
	if err != nil {
		t.Fatal(err)
	}
	q := survey.Question{Scope: parley.Scope{Addr: at, Name: name}, Client: c, OwnName: name == ""}
	return survey.First(q)[0].Attempt
}

// TestAReplayedHelloIsTheClientsOwn replays every hello of the corpus as
// "--as hello:FILE" does, and compares what arrives with what the client sent.
func TestAReplayedHelloIsTheClientsOwn(t *testing.T) {
	t.Parallel()
	at, heard := recorder(t)
	p := patient()
	for _, c := range corpus(t) {
		if r := p.Do(t.Context(), asFile(t, at, "", c.raw)); r.End != parley.EndAlert {
			t.Fatalf("%v: %v %s", c, r.End, r.Detail)
		}
		got, want := parse(t, <-heard), parse(t, c.raw)
		for _, d := range differences(want, got, false) {
			t.Errorf("%v: %s", c, d)
		}
		if n := fresh(t, want, got); n != "" {
			t.Errorf("%v: %s is the old one", c, n)
		}
	}
}

// TestAReplayUnderAnotherNameDiffersInTheNameAlone asks for a longer name and
// a shorter one: a client that pads to 512 bytes does so with either.
func TestAReplayUnderAnotherNameDiffersInTheNameAlone(t *testing.T) {
	t.Parallel()
	at, heard := recorder(t)
	p := patient()
	for _, name := range []string{"a.test", "shop.with.a.rather.longer.name.parley.test"} {
		for _, c := range corpus(t) {
			if r := p.Do(t.Context(), asFile(t, at, name, c.raw)); r.End != parley.EndAlert {
				t.Fatalf("%v: %v %s", c, r.End, r.Detail)
			}
			got, want := parse(t, <-heard), parse(t, c.raw)
			_, sends := want.ServerName()
			if is, now := got.ServerName(); now != sends || sends && is != name {
				t.Errorf("%v: asks for %q", c, is)
			}
			before, after := len(want.Message()), len(got.Message())
			switch {
			case padded(want) && padded(got) && before != after:
				t.Errorf("%v as %s: %d bytes, padded to %d before", c, name, after, before)
			case padded(want) && !padded(got) && after < 512 && after > 255:
				t.Errorf("%v as %s: %d bytes without padding", c, name, after)
			}
			if sends {
				want.SetExtension(iana.ExtServerName, nil)
				got.SetExtension(iana.ExtServerName, nil)
			}
			for _, d := range differences(want, got, true) {
				t.Errorf("%v as %s: %s", c, name, d)
			}
		}
	}
}

// TestAReplayOfAKnownClientIsItsSpecimen does the same for "--as CLIENT".
func TestAReplayOfAKnownClientIsItsSpecimen(t *testing.T) {
	t.Parallel()
	at, heard := recorder(t)
	p := patient()
	n := 0
	for _, c := range clients.All() {
		h := c.Hellos[0]
		if h.Message == nil {
			continue // SSL 2 has nothing but a challenge that is new
		}
		name, _ := h.Message.ServerName()
		q := survey.Question{Scope: parley.Scope{Addr: at, Name: name}, Client: c}
		if r := p.Do(t.Context(), survey.First(q)[0].Attempt); r.End != parley.EndAlert {
			t.Fatalf("%s: %v %s", c.ID, r.End, r.Detail)
		}
		got := parse(t, <-heard)
		for _, d := range differences(h.Message, got, false) {
			t.Errorf("%s: %s", c.ID, d)
		}
		if same := fresh(t, h.Message, got); same != "" {
			t.Errorf("%s: %s is the old one", c.ID, same)
		}
		n++
	}
	if n < 50 {
		t.Errorf("only %d clients", n)
	}
}

// parse reads the hello in a record, which must read back to the same bytes.
func parse(t testing.TB, raw []byte) *wire.ClientHello {
	t.Helper()
	d := wire.NewDecoder(wire.FromClient)
	d.Write(raw)
	it, _ := d.Next()
	h, ok := it.Message.(*wire.ClientHello)
	if !ok {
		t.Fatalf("no hello: %v %v", it.Kind, it.Err)
	}
	if !bytes.Equal(h.Message(), it.Raw) {
		t.Fatal("the hello does not read back")
	}
	return h
}

// differences are the fields in which a replay differs from the original
// although it must not; repads says that the length of padding may differ.
func differences(want, got *wire.ClientHello, repads bool) (out []string) {
	differ := func(field string, a, b any) {
		if x, y := fmt.Sprint(a), fmt.Sprint(b); x != y {
			out = append(out, fmt.Sprintf("%s: sent %s, want %s", field, y, x))
		}
	}
	differ("legacy_version", want.LegacyVersion, got.LegacyVersion)
	differ("session_id, bytes", len(want.SessionID), len(got.SessionID))
	differ("cipher_suites", want.Suites, got.Suites)
	differ("compression methods", want.Compression, got.Compression)
	differ("no extensions", want.OmitExtensions, got.OmitExtensions)
	left := slices.DeleteFunc(slices.Clone(want.Extensions), func(e wire.Extension) bool {
		return e.Type == iana.ExtPreSharedKey || e.Type == iana.ExtEarlyData || repads && e.Type == iana.ExtPadding
	})
	sent := slices.DeleteFunc(slices.Clone(got.Extensions), func(e wire.Extension) bool { return repads && e.Type == iana.ExtPadding })
	differ("extensions", types(left), types(sent))
	for i := range min(len(left), len(sent)) {
		differ(left[i].Type.String(), stays(left[i]), stays(sent[i]))
	}
	return out
}

func types(exts []wire.Extension) (out []uint16) {
	for _, e := range exts {
		out = append(out, uint16(e.Type))
	}
	return out
}

// stays is what of an extension's content no connection draws anew: of
// key_share the groups and lengths, of encrypted_client_hello all but key and
// payload.
func stays(e wire.Extension) string {
	data := slices.Clone(e.Data)
	switch e.Type {
	case iana.ExtKeyShare:
		for at := 2; at+4 <= len(data); {
			n := int(binary.BigEndian.Uint16(data[at+2:]))
			clear(data[at+4 : at+4+n])
			at += 4 + n
		}
	case iana.ExtECH:
		const type1, suite, config = 1, 4, 1
		at := type1 + suite + config
		for range 2 {
			n := int(binary.BigEndian.Uint16(data[at:]))
			clear(data[at+2 : at+2+n])
			at += 2 + n
		}
	}
	return hex.EncodeToString(data)
}

// kept are the groups whose key shares parley cannot make: an experiment of
// 2019 in Chromium.
var kept = []iana.Group{iana.GroupCECPQ2}

// fresh names what is drawn anew for each connection, and was not.
func fresh(t testing.TB, want, got *wire.ClientHello) string {
	t.Helper()
	switch {
	case want.Random == got.Random:
		return "random"
	case len(want.SessionID) > 0 && bytes.Equal(want.SessionID, got.SessionID):
		return "session_id"
	}
	shares := got.KeyShares()
	for i, s := range want.KeyShares() {
		if !iana.IsGREASE(uint16(s.Group)) && !slices.Contains(kept, s.Group) && bytes.Equal(s.Data, shares[i].Data) {
			return "the key share of " + s.Group.String()
		}
	}
	if ech, ok := want.Extension(iana.ExtECH); ok {
		if now, _ := got.Extension(iana.ExtECH); bytes.Equal(ech, now) {
			return "encrypted_client_hello"
		}
	}
	return ""
}

func padded(h *wire.ClientHello) bool { _, ok := h.Extension(iana.ExtPadding); return ok }
