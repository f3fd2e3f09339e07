package clients_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/clients"
	"github.com/parley-tls/parley/wire"
)

// captured is a row of hellos.jsonl; its facts were read by another parser.
type captured struct {
	Client, Version string
	Hex             string
	Obtained        string `json:"how_obtained"`
	Conn            int
	Facts           struct {
		RecordVersion     uint16   `json:"record_version"`
		LegacyVersion     uint16   `json:"legacy_version"`
		Ciphers           []uint16 `json:"ciphers"`
		Extensions        []uint16 `json:"extensions"`
		ServerName        string   `json:"sni"`
		Groups            []uint16 `json:"groups"`
		KeyShares         []uint16 `json:"key_shares"`
		Schemes           []uint16 `json:"sigalgs"`
		ALPN              []string `json:"alpn"`
		SupportedVersions []uint16 `json:"supported_versions"`
	}
}

// specimens are the captured clients by what their specimen says they are.
func specimens(t *testing.T) map[string][]*parley.Client {
	t.Helper()
	of := map[string][]*parley.Client{}
	for _, c := range clients.All() {
		if !c.Hellos[0].Composed {
			name := head(t, string(c.ID), "client")
			of[name] = append(of[name], c)
		}
	}
	return of
}

func head(t *testing.T, id, key string) string {
	t.Helper()
	text, err := os.ReadFile("specimens/" + id + ".hello")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "# "+key+": "); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

func rows[T any](t *testing.T, file string) []T {
	t.Helper()
	r, err := os.Open(filepath.Join(corpus(t), file))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []T
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<22)
	for s.Scan() {
		var row T
		if err := json.Unmarshal(s.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return out
}

func TestSpecimensAreTheBytesOfTheCorpus(t *testing.T) {
	t.Parallel()
	of := specimens(t)
	delete(of, "firefox 153.7.0esr") // captured after the corpus
	seen := map[parley.ClientID]int{}
	for _, row := range rows[captured](t, "hellos.jsonl") {
		for _, c := range of[row.Client+" "+row.Version] {
			n := seen[c.ID]
			if head(t, string(c.ID), "obtained") != row.Obtained || n >= len(c.Hellos) || row.Conn == 1 && n > 0 {
				continue
			}
			seen[c.ID]++
			h := c.Hellos[n]
			raw, err := hex.DecodeString(row.Hex)
			if err != nil {
				t.Fatal(err)
			}
			if got := wire.AppendRecords(nil, iana.ContentHandshake, h.RecordVersion, h.Message.Message()); !bytes.Equal(got, raw) {
				t.Errorf("%s, hello %d: got %x, want %x", c.ID, n, got, raw)
			}
			checkFacts(t, c.ID, h, row)
		}
	}
	for _, cs := range of {
		for _, c := range cs {
			if seen[c.ID] != len(c.Hellos) {
				t.Errorf("%s: %d of %d hellos are in the corpus", c.ID, seen[c.ID], len(c.Hellos))
			}
		}
	}
}

// checkFacts compares what wire reads with what the corpus says.
func checkFacts(t *testing.T, id parley.ClientID, hello parley.Hello, row captured) {
	t.Helper()
	h, f := hello.Message, row.Facts
	name, _ := h.ServerName()
	var types []iana.ExtensionType
	for _, e := range h.Extensions {
		types = append(types, e.Type)
	}
	var shares []iana.Group
	for _, s := range h.KeyShares() {
		shares = append(shares, s.Group)
	}
	switch {
	case uint16(hello.RecordVersion) != f.RecordVersion || uint16(h.LegacyVersion) != f.LegacyVersion:
		t.Errorf("%s: versions %v %v", id, hello.RecordVersion, h.LegacyVersion)
	case name != f.ServerName:
		t.Errorf("%s: server_name %q, want %q", id, name, f.ServerName)
	case !equal(h.Suites, f.Ciphers):
		t.Errorf("%s: suites %v, want %x", id, h.Suites, f.Ciphers)
	case !equal(types, f.Extensions):
		t.Errorf("%s: extensions %v, want %v", id, types, f.Extensions)
	case !equal(h.Groups(), f.Groups):
		t.Errorf("%s: groups %v, want %v", id, h.Groups(), f.Groups)
	case !equal(shares, f.KeyShares):
		t.Errorf("%s: key shares %v, want %v", id, shares, f.KeyShares)
	case !equal(h.Schemes(), f.Schemes):
		t.Errorf("%s: schemes %v, want %x", id, h.Schemes(), f.Schemes)
	case !equal(h.SupportedVersions(), f.SupportedVersions):
		t.Errorf("%s: supported_versions %v, want %x", id, h.SupportedVersions(), f.SupportedVersions)
	case !slices.Equal(h.ALPN(), f.ALPN):
		t.Errorf("%s: ALPN %v, want %v", id, h.ALPN(), f.ALPN)
	}
}

func equal[T ~uint16](got []T, want []uint16) bool {
	return slices.EqualFunc(got, want, func(a T, b uint16) bool { return uint16(a) == b })
}

// measuredRow is a row of error-matrix.jsonl.
type measuredRow struct {
	Client, Version, Failure, Message string
	Exit                              int
	Saw                               []string `json:"server_saw"`
}

func (r measuredRow) saw(what string) bool {
	return slices.ContainsFunc(r.Saw, func(s string) bool { return strings.Contains(s, what) })
}

func TestWhatClientsCompleteIsWhatTheMatrixMeasured(t *testing.T) {
	t.Parallel()
	of := specimens(t)
	compared := 0
	for _, row := range rows[measuredRow](t, "error-matrix.jsonl") {
		for _, c := range of[row.Client+" "+row.Version] {
			compared += checkBehaviour(t, c, row)
		}
	}
	if compared < 700 {
		t.Errorf("%d measurements compared, want 700 and more", compared)
	}
}

var (
	versionOf = map[string]iana.Version{"tls10-only": iana.TLS10, "tls11-only": iana.TLS11, "tls12-only": iana.TLS12, "tls13-only": iana.TLS13}
	primeOf   = map[string]int{"dh512": 512, "dh768": 768, "dh1024": 1024, "dh1536": 1536, "dh2048": 2048}
)

// checkBehaviour returns how many facts it compared.
func checkBehaviour(t *testing.T, c *parley.Client, row measuredRow) int {
	t.Helper()
	if v, ok := versionOf[row.Failure]; ok {
		want := truth(row.saw("handshake done"))
		if want == parley.No && !c.Hellos[0].Message.Offers(v) {
			want = parley.Unknown
		}
		if c.Completes[v] != want {
			t.Errorf("%s completes %v: %v, measured %v: %s", c.ID, v, c.Completes[v], want, row.Message)
		}
		return 1
	}
	if bits, ok := primeOf[row.Failure]; ok {
		if got, want := c.DHBits[0] != 0 && bits >= c.DHBits[0], row.saw("accepted"); got != want {
			t.Errorf("%s takes DH of %d bits: %v (from %d), measured %v: %s", c.ID, bits, got, c.DHBits[0], want, row.Message)
		}
		return 1
	}
	if row.Failure != "no-secure-reneg" || len(row.Saw) == 0 {
		return 0
	}
	demands := slices.Contains(c.Demands, parley.DemandRenegotiation)
	refused := row.saw("A TLS fatal alert") && !row.saw("- Description:") || strings.Contains(row.Message, "legacy renegotiation")
	if demands != refused {
		t.Errorf("%s demands renegotiation_info: %v, measured %v: %s", c.ID, demands, refused, row.Message)
	}
	return 1
}

func truth(b bool) parley.Truth {
	if b {
		return parley.Yes
	}
	return parley.No
}

// Every distinct hello of the corpus belongs to a client: Name finds one, and
// the same one for every first hello of a client.
func TestEveryHelloOfTheCorpusHasAName(t *testing.T) {
	t.Parallel()
	first := map[string]parley.ClientID{}
	for _, row := range rows[captured](t, "hellos.jsonl") {
		raw, err := hex.DecodeString(row.Hex)
		if err != nil {
			t.Fatal(err)
		}
		c, err := clients.FromBytes(raw)
		if err != nil {
			t.Errorf("%s %s: %v", row.Client, row.Version, err)
			continue
		}
		id, certain := clients.Name(c.Hellos[0].Message)
		name := row.Client + " " + row.Version + " " + row.Obtained
		if certain != parley.Inferred {
			t.Errorf("%s, connection %d: %v, want inferred", name, row.Conn, certain)
		}
		if was, ok := first[name]; ok && row.Conn == 1 && was != id {
			t.Errorf("%s is named %s, and %s", name, was, id)
		}
		if row.Conn == 1 {
			first[name] = id
		}
	}
}

func TestNameKnowsNoStranger(t *testing.T) {
	t.Parallel()
	h := get(t, "chrome").Hellos[0].Message
	h.Suites = h.Suites[:3]
	if id, certain := clients.Name(h); id != "" || certain != parley.NotCertain {
		t.Errorf("got %q, %v; want none", id, certain)
	}
}

func TestNameDoesNotMindTheServerName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"shop.example", ""} {
		h := get(t, "java21").Hellos[0].Message
		h.SetServerName(name)
		if id, certain := clients.Name(h); id != "java21" || certain != parley.Inferred {
			t.Errorf("server_name %q: got %q, %v; want java21, inferred", name, id, certain)
		}
	}
}
