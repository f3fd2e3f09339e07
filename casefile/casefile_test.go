package casefile

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
	"github.com/parley-tls/parley/diagnose"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/transcript"
)

// same compares evidence by value; an error counts by its words.
var same = cmp.Options{
	cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Addr{}, netip.AddrPort{}),
	cmp.Comparer(func(a, b error) bool { return a == nil && b == nil || a != nil && b != nil && a.Error() == b.Error() }),
	// Bytes as a whole: one by one they take most of the test's time.
	cmp.FilterValues(func(a, b []byte) bool { return len(a)+len(b) > 0 }, cmp.Comparer(bytes.Equal)),
}

func roundTrip(t *testing.T, c *Case) *Case {
	t.Helper()
	data, err := Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(data)
	if err != nil {
		t.Fatalf("%v in\n%s", err, data)
	}
	return got
}

// evidences are the transcripts of all causes and the cases saved in testdata.
func evidences(t *testing.T) map[string]*parley.Evidence {
	t.Helper()
	all := map[string]*parley.Evidence{}
	for _, cause := range causes.All() {
		for _, c := range cause.Cases {
			e, err := transcript.MustParse(c.Transcript).EvidenceOf(clients.Get)
			if err != nil {
				t.Fatal(err)
			}
			e.Now = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
			all[string(cause.ID)+"/"+c.Name] = e
		}
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d saved cases, want 6 and more: %v", len(files), err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[filepath.Base(name)] = c.Evidence
	}
	return all
}

// someRoots leaves out which roots are kept: those that bear on the diagnosis,
// which must come out alike.
var someRoots = cmpopts.IgnoreFields(parley.Store{}, "Roots", "Others")

func TestEvidenceComesBackAndIsDiagnosedAlike(t *testing.T) {
	t.Parallel()
	for name, e := range evidences(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := roundTrip(t, &Case{Evidence: e}).Evidence
			if d := cmp.Diff(e, got, same, someRoots); d != "" {
				t.Errorf("the evidence differs (-want +got):\n%s", d)
			}
			want, again := diagnose.Step(e), diagnose.Step(got)
			if d := cmp.Diff(want.Findings, again.Findings, same); d != "" || want.Verdict != again.Verdict {
				t.Errorf("verdict %v, want %v; findings differ (-want +got):\n%s", again.Verdict, want.Verdict, d)
			}
		})
	}
}

func TestACaseKeepsTheRootsThatItsCertificatesName(t *testing.T) {
	t.Parallel()
	e := transcript.MustParse(`
client openssl-3.0
now 2026-11-22
certificate near  ca cn="Shop Root"
certificate namesake  ca cn="Shop Root"
certificate far  ca
certificate leaf  by=near names=shop.example
trust system near namesake far
trust second Mozilla far
server 192.0.2.7:443 shop.example

base until=finished
> ClientHello  supported_versions=1.3
< ServerHello  version=1.3 suite=TLS_AES_128_GCM_SHA256
< Certificate  cert=leaf encrypted
stopped
`).Evidence()
	got := roundTrip(t, &Case{Evidence: e}).Evidence.Trust
	want := []parley.Store{
		{Name: "system", Roots: e.Trust[0].Roots[:2], Others: 1},
		{Name: "Mozilla", Second: true, Others: 1},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the roots kept (-want +got):\n%s", d)
	}
}

func TestEveryKnownClientComesBack(t *testing.T) {
	t.Parallel()
	for _, c := range clients.All() {
		got := roundTrip(t, &Case{Evidence: &parley.Evidence{Client: c}}).Evidence.Client
		if d := cmp.Diff(c, got, same); d != "" {
			t.Errorf("%s differs (-want +got):\n%s", c.ID, d)
		}
	}
	panel := clients.Panel()
	got := roundTrip(t, &Case{Evidence: &parley.Evidence{Panel: panel}}).Evidence.Panel
	if d := cmp.Diff(panel, got, same); d != "" {
		t.Errorf("the panel differs (-want +got):\n%s", d)
	}
}

func TestWhatStandsAroundTheEvidenceComesBack(t *testing.T) {
	t.Parallel()
	want := &Case{
		Tool: "v1.2.3", Question: "parley check shop.example --as java7", Connections: 7, Elapsed: 1234567 * time.Nanosecond,
		Evidence: &parley.Evidence{},
	}
	got := roundTrip(t, want)
	if d := cmp.Diff(want, got, same); d != "" {
		t.Errorf("the case differs (-want +got):\n%s", d)
	}
}

// saved is a case that parley saved.
func saved(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/require-1.2-of-java.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAFileThatIsNoCaseIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	good := saved(t)
	change := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the saved case has no %s", old)
		}
		return strings.Replace(good, old, with, 1)
	}
	var d document
	if err := json.Unmarshal([]byte(good), &d); err != nil {
		t.Fatal(err)
	}
	id := string(d.Attempts[0].ID)
	tests := []struct{ name, file, want string }{
		{name: "nothing", file: "", want: "not JSON"},
		{name: "text", file: "ssl handshake failure", want: "not JSON"},
		{name: "another document", file: `{"schema": "parley.check/1"}`, want: `schema "parley.check/1", want "parley.case/1"`},
		{name: "a later format", file: change(Schema, "parley.case/2"), want: `schema "parley.case/2", want "parley.case/1"`},
		{name: "cut off", file: good[:len(good)/2], want: "not JSON"},
		{name: "two documents", file: good + good, want: "not JSON"},
		{name: "an unknown field", file: change(`"target"`, `"tarhet"`), want: `unknown field "tarhet"`},
		{name: "an unknown end", file: change(`"end": "alert"`, `"end": "alarm"`), want: `unknown end "alarm"`},
		{name: "an unknown kind", file: change(`"kind": "alert"`, `"kind": "alarm"`), want: `unknown kind "alarm"`},
		{name: "an id that does not fit", file: strings.ReplaceAll(good, id, "000000000000"), want: `attempt 0: its id is "000000000000", and what it does has "` + id + `"`},
		{name: "an attempt twice", file: twice(t, d), want: "stands twice"},
		{name: "a reply to nothing", file: change(`"attempt": "`+id, `"attempt": "f`+id), want: `no attempt "f` + id + `"`},
		{name: "bytes that are none", file: change(`"hello": "`, `"hello": "zz`), want: "invalid byte"},
		{name: "a hello cut off", file: change(`"hello": "03`, `"hello": "`), want: "attempt 0: hello: "},
		{name: "a message of another type", file: change(`"type": 2`, `"type": 11`), want: "raw is not a message of that type"},
		{name: "too long", file: good + strings.Repeat(" ", MaxSize), want: "want at most 16777216"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Decode([]byte(tt.file)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func twice(t *testing.T, d document) string {
	t.Helper()
	d.Attempts = append(d.Attempts[:1:1], d.Attempts...)
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// FuzzDecode wants of whatever Decode accepts that it can be diagnosed, and that
// it is the same after another round trip. The seeds are saved cases cut down to
// an attempt or two: of a whole one the fuzzer would not get through.
func FuzzDecode(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Decode(data)
		if err != nil {
			return
		}
		diagnose.Step(c.Evidence)
		first, err := Encode(c)
		if err != nil {
			return // a time that JSON does not have
		}
		again, err := Decode(first)
		if err != nil {
			t.Fatalf("what was read cannot be written and read: %v", err)
		}
		second, err := Encode(again)
		if err != nil || string(first) != string(second) {
			t.Fatalf("the second round trip differs, %v (-first +second):\n%s", err, cmp.Diff(string(first), string(second)))
		}
	})
}
