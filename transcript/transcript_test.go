package transcript_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/internal/golden"
	"github.com/parley-tls/parley/transcript"
	"github.com/parley-tls/parley/wire"
)

// documents are the canonical documents of testdata, by name.
func documents(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.transcript")
	if err != nil || len(paths) == 0 {
		t.Fatalf("testdata holds %d documents, %v", len(paths), err)
	}
	out := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[p] = string(b)
	}
	return out
}

func TestACanonicalDocumentPrintsAsItWasRead(t *testing.T) {
	t.Parallel()
	for path, text := range documents(t) {
		d, err := transcript.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		golden.AssertString(t, path, d.String())
	}
}

// equalErrors compares the errors of malformed messages by what they say.
var equalErrors = cmp.Comparer(func(a, b error) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Error() == b.Error()
})

var compare = cmp.Options{equalErrors, cmpopts.IgnoreUnexported(transcript.Block{}), cmpopts.EquateComparable(netip.AddrPort{}, netip.Addr{}), cmpopts.EquateEmpty()}

func TestADocumentReadsBackFromWhatItPrints(t *testing.T) {
	t.Parallel()
	for path, text := range documents(t) {
		d, err := transcript.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		back, err := transcript.Parse(d.String())
		if err != nil {
			t.Errorf("%s: what it prints does not read: %v", path, err)
			continue
		}
		if diff := cmp.Diff(d, back, compare); diff != "" {
			t.Errorf("%s reads back as another document (-first +second):\n%s", path, diff)
		}
	}
}

func TestEvidenceIsWrittenDownAsTheDocumentItCameFrom(t *testing.T) {
	t.Parallel()
	for path, text := range documents(t) {
		d, err := transcript.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got := transcript.FromEvidence(d.Evidence())
		got.Title = d.Title
		if diff := cmp.Diff(text, got.String()); diff != "" {
			t.Errorf("%s (-document +its evidence written down):\n%s", path, diff)
		}
	}
}

func TestAnswersComeInterleaved(t *testing.T) {
	t.Parallel()
	e := transcript.MustParse(`server 192.0.2.7:443
base x2
> ClientHello versions=1.0
< Alert fatal protocol_version(70) after 5 ms
base + version 1.2 x2
< ServerHello version=1.2 suite=0x002f
< ServerHelloDone after 7 ms
`).Evidence()
	base, variant := e.Order[0], e.Order[1]
	var got []parley.AttemptID
	for _, r := range e.Replies {
		got = append(got, r.Attempt)
	}
	if want := []parley.AttemptID{base, variant, base, variant}; !cmp.Equal(got, want) {
		t.Errorf("replies to %v, want %v", got, want)
	}
	if v := e.Attempts[variant]; v.Base != base || v.Role != parley.RoleVariant || v.Hello.LegacyVersion != iana.TLS12 {
		t.Errorf("the variant is %+v, want the base with 1.2", v)
	}
}

func TestEveryEndIsReadAndWritten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line string
		want parley.Reply
	}{
		{line: "< FIN  after 3 ms", want: parley.Reply{End: parley.EndFIN}},
		{line: "< RST  after 3 ms", want: parley.Reply{End: parley.EndRST}},
		{line: "silence  after 3000 ms", want: parley.Reply{End: parley.EndSilence}},
		{line: "connect refused", want: parley.Reply{End: parley.EndConnectRefused}},
		{line: "connect timeout", want: parley.Reply{End: parley.EndConnectTimeout}},
		{line: "connect unreachable", want: parley.Reply{End: parley.EndUnreachable}},
		{line: "name not found", want: parley.Reply{End: parley.EndNameNotFound}},
		{line: `name error "SERVFAIL"`, want: parley.Reply{End: parley.EndNameError, Detail: "SERVFAIL"}},
		{line: `proxy refused "HTTP/1.1 405 Method Not Allowed"`, want: parley.Reply{End: parley.EndProxyRefused, Detail: "HTTP/1.1 405 Method Not Allowed"}},
		{line: `prologue refused "454 TLS not available"`, want: parley.Reply{End: parley.EndPrologue, Detail: "454 TLS not available"}},
		{line: "< plaintext \"HTTP/1.1 400\"\nproxy refused \"plaintext\"", want: parley.Reply{End: parley.EndProxyRefused, Detail: "plaintext", Plain: []byte("HTTP/1.1 400")}},
		{line: `< plaintext "SSH-2.0-x\r\n"`, want: parley.Reply{End: parley.EndPlaintext, Plain: []byte("SSH-2.0-x\r\n")}},
		{line: "stopped", want: parley.Reply{End: parley.EndStopped}},
		{line: `malformed "record: version"`, want: parley.Reply{End: parley.EndMalformed, Detail: "record: version"}},
		{line: "limit", want: parley.Reply{End: parley.EndLimit}},
		{line: `local error "no file handles"`, want: parley.Reply{End: parley.EndLocal, Detail: "no file handles"}},
		{line: "interrupted", want: parley.Reply{End: parley.EndInterrupted}},
	} {
		d, err := transcript.Parse("server 192.0.2.7:443\nbase\n> ClientHello versions=1.2\n" + c.line + "\n")
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		r := d.Blocks[0].Reply
		if r.End != c.want.End || r.Detail != c.want.Detail || string(r.Plain) != string(c.want.Plain) {
			t.Errorf("%s: read as %v %q %q, want %v %q %q", c.line, r.End, r.Detail, r.Plain, c.want.End, c.want.Detail, c.want.Plain)
		}
		if got := d.String(); !strings.Contains(strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(c.line), " ")) {
			t.Errorf("%s: printed as\n%s", c.line, got)
		}
	}
}

func TestAMistakeIsReportedWithItsLine(t *testing.T) {
	t.Parallel()
	const head = "server 192.0.2.7:443\n\n"
	for _, c := range []struct{ text, want string }{
		{"base\n", `transcript: line 1: a server line must stand before the attempts`},
		{head + "bose\n", `transcript: line 3: "bose" begins no line: want base, reference, control or NAME + CHANGE`},
		{head + "base\n> ClientHello suite=1\n", `transcript: line 4: unknown term "suite"`},
		{head + "base\n> ClientHello suites=TLS_FOO\n", `transcript: line 4: "TLS_FOO" is no cipher suite: want a name such as TLS_AES_128_GCM_SHA256 or a number such as 0x1301`},
		{head + "base + version 1.2\n", `transcript: line 3: no attempt of this server is called "base" above`},
		{head + "base\n< FIN\n< FIN\n", `transcript: line 5: the attempt has ended already`},
		{head + "base\n> ClientHello server_name=\"a\n", `transcript: line 4: a quote is not closed`},
		{head + "base\n< Alert fatal protocol_version(71)\n", `transcript: line 4: protocol_version is 70, not 71`},
	} {
		_, err := transcript.Parse(c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestTimesAreRounded(t *testing.T) {
	t.Parallel()
	r := parley.Reply{End: parley.EndSilence, Took: 3*time.Second + 400*time.Microsecond}
	a := parley.Attempt{Hello: &wire.ClientHello{LegacyVersion: iana.TLS12, OmitExtensions: true, Compression: []iana.CompressionMethod{0}}}
	want := "> ClientHello  legacy_version=1.2 suites=none\nsilence" + strings.Repeat(" ", 56) + "after 3000 ms\n"
	if got := transcript.Full(a, r); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAKnownClientSaysWhatABaseSends(t *testing.T) {
	t.Parallel()
	sent := &wire.ClientHello{LegacyVersion: iana.TLS12, Suites: []iana.Suite{0xc02f}, Compression: []iana.CompressionMethod{0}}
	sent.SetServerName("elsewhere.example")
	known := &parley.Client{
		ID: "known", Name: "a known client", Hellos: []parley.Hello{{Message: sent, RecordVersion: iana.TLS10}}, DHBits: [2]int{1024, 0},
	}
	get := func(id string) (*parley.Client, error) {
		if id == "known" {
			return known, nil
		}
		return nil, errors.New("unknown")
	}
	for _, tt := range []struct{ name, text, base string }{
		{name: "named", text: "client known\nserver 192.0.2.7:443 shop.example\n\nbase\nsilence\n", base: "base"},
		{name: "of a panel", text: "client panel\nserver 192.0.2.7:443 shop.example\n\nbase known\nsilence\n", base: "known"},
	} {
		e, err := transcript.MustParse(tt.text).EvidenceOf(get)
		if err != nil {
			t.Fatal(err)
		}
		want := parley.BaseOf(known, parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example"})
		got := e.Attempts[e.Order[0]]
		if got.ID != want.ID || got.Name != tt.base {
			t.Errorf("%s: the base is %s %s, want %s %s", tt.name, got.Name, got.ID, tt.base, want.ID)
		}
		if name, _ := got.Hello.ServerName(); name != "shop.example" {
			t.Errorf("%s: the base asks for %q", tt.name, name)
		}
		c := e.Client
		if c == nil && len(e.Panel) == 1 {
			c = e.Panel[0]
		}
		if c == nil || c.DHBits != known.DHBits {
			t.Errorf("%s: the client is %+v, want the known one", tt.name, c)
		}
	}
	if _, err := transcript.MustParse("client stranger\nserver 192.0.2.7:443\n\nbase\nsilence\n").EvidenceOf(get); err == nil {
		t.Error("a base whose hello nothing says is read")
	}
}

func TestAReferenceIsWrittenByItsNameAlone(t *testing.T) {
	t.Parallel()
	s := parley.Scope{Addr: netip.MustParseAddrPort("192.0.2.7:443"), Name: "shop.example"}
	for _, want := range []parley.Attempt{
		parley.Whole(s, iana.TLS10), parley.WholeOnly(s, iana.TLS12, iana.AuthRSA),
		parley.WholeOnly(s, iana.TLS12, iana.AuthRSA, iana.AuthDSS), parley.WholeOnly(s, iana.TLS13, iana.AuthECDSA),
	} {
		e := &parley.Evidence{}
		e.Add(want)
		e.Replies = []parley.Reply{{Attempt: want.ID, End: parley.EndSilence}}
		text := transcript.FromEvidence(e).String()
		if strings.Contains(text, "ClientHello") {
			t.Errorf("%s is written out:\n%s", want.Name, text)
		}
		if got := transcript.MustParse(text).Evidence().Order[0]; got != want.ID {
			t.Errorf("%s reads back as %s, want %s", want.Name, got, want.ID)
		}
	}
}
