package transcript_test

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/transcript"
	"github.com/parley-tls/parley/wire"
)

// recordings reads the recordings of wire: hex lines, comments beginning with #.
func recordings(t *testing.T, pattern string) map[string][]byte {
	t.Helper()
	paths, _ := filepath.Glob(filepath.Join("..", "wire", "testdata", pattern))
	if len(paths) < 10 {
		t.Fatalf("%s: %d recordings", pattern, len(paths))
	}
	out := map[string][]byte{}
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		var digits strings.Builder
		for line := range strings.Lines(string(text)) {
			if !strings.HasPrefix(line, "#") {
				digits.WriteString(strings.TrimSpace(line))
			}
		}
		b, err := hex.DecodeString(digits.String())
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		out[strings.TrimSuffix(filepath.Base(p), filepath.Ext(p))] = b
	}
	return out
}

// replyOf is what a prober would make of a server's bytes.
func replyOf(flow []byte) parley.Reply {
	r := parley.Reply{End: parley.EndStopped, Connect: 2 * time.Millisecond}
	d := wire.NewDecoder(wire.FromServer)
	d.Write(flow)
	for next := d.Next; ; next = d.Close {
		it, ok := next()
		for ; ok; it, ok = next() {
			switch it.Kind {
			case wire.KindNotTLS:
				r.End, r.Plain = parley.EndPlaintext, d.Banner()
				continue
			case wire.KindAlert:
				if it.Alert.Level == iana.AlertFatal {
					r.End, r.Alert = parley.EndAlert, it.Alert
				}
			}
			r.Took += 1500 * time.Microsecond
			r.Events = append(r.Events, parley.Event{From: parley.ServerSide, After: r.Took, Item: it})
		}
		if len(r.Events) > 0 {
			r.First = r.Events[0].After
		}
		if it, ok := d.Close(); !ok {
			return r
		} else {
			r.Events = append(r.Events, parley.Event{From: parley.ServerSide, After: r.Took, Item: it})
		}
	}
}

func hello(t *testing.T, versions ...iana.Version) parley.Attempt {
	t.Helper()
	h := &wire.ClientHello{LegacyVersion: iana.TLS12, Suites: []iana.Suite{0x1301, 0xc02f}, Compression: []iana.CompressionMethod{0}}
	h.SetSupportedVersions(versions)
	scope := parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example"}
	return parley.Attempt{Role: parley.RoleBase, Name: "base", Scope: scope, Hello: h, RecordVersion: iana.TLS10}.Identify()
}

// TestARecordedFlightReadsBackAsEqualEvents compares what a transcript carries:
// kinds, types, alerts, and the terms of messages; and what is concluded from it.
func TestARecordedFlightReadsBackAsEqualEvents(t *testing.T) {
	t.Parallel()
	for name, flow := range recordings(t, "flights/*.flow") {
		a := hello(t, iana.TLS13, iana.TLS12, iana.TLS11, iana.TLS10)
		e := &parley.Evidence{Target: parley.Target{Text: "shop.example:443", Host: "shop.example", Port: 443, Name: "shop.example"}}
		e.Add(a)
		want := replyOf(flow)
		want.Attempt = a.ID
		e.Replies = []parley.Reply{want}
		doc := transcript.FromEvidence(e)
		golden.AssertString(t, "testdata/flights/"+name+".transcript", doc.String())
		if back, err := transcript.Parse(doc.String()); err != nil || back.String() != doc.String() {
			t.Errorf("%s: what it prints does not read back: %v", name, err)
		}
		got := doc.Evidence().Replies[0]
		if got.Attempt != a.ID {
			t.Errorf("%s: the attempt is %s, want %s", name, got.Attempt, a.ID)
		}
		if len(got.Events) != len(want.Events) {
			t.Errorf("%s: %d events, want %d", name, len(got.Events), len(want.Events))
			continue
		}
		for i, g := range got.Events {
			w := want.Events[i]
			if g.Item.Kind != w.Item.Kind || g.Item.Type != w.Item.Type || g.Item.Alert != w.Item.Alert || g.From != w.From {
				t.Errorf("%s: event %d is %v %v, want %v %v", name, i, g.Item.Kind, g.Item.Type, w.Item.Kind, w.Item.Type)
			}
			if (g.Item.Message == nil) != (w.Item.Message == nil) {
				t.Errorf("%s: event %d has message %T, want %T", name, i, g.Item.Message, w.Item.Message)
			}
		}
		if g, w := got.AnswerTo(a), want.AnswerTo(a); g != w {
			t.Errorf("%s: answer %+v, want %+v", name, g, w)
		}
		if string(got.Plain) != string(want.Plain) {
			t.Errorf("%s: plaintext %q, want %q", name, got.Plain, want.Plain)
		}
	}
}

func TestARecordedHelloReadsBackAsTheSameHello(t *testing.T) {
	t.Parallel()
	for name, record := range recordings(t, "hellos/*.hex") {
		h, err := wire.ParseClientHello(record[9:])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		a := hello(t)
		a.Hello = h
		e := &parley.Evidence{}
		e.Add(a.Identify())
		e.Replies = []parley.Reply{{Attempt: e.Order[0], End: parley.EndSilence}}
		doc := transcript.FromEvidence(e)
		golden.AssertString(t, "testdata/hellos/"+name+".transcript", doc.String())
		got := doc.Blocks[0].Hello.Normalize()
		if want := h.Normalize(); !bytes.Equal(got.Body(), want.Body()) {
			t.Errorf("%s reads back as another hello:\n%x\nwant\n%x", name, got.Body(), want.Body())
		}
		if id := doc.Evidence().Order[0]; id != e.Order[0] {
			t.Errorf("%s: the attempt is %s, want %s", name, id, e.Order[0])
		}
	}
}
