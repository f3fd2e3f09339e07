package wire

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// readHex reads a file of hex lines, comments beginning with #.
func readHex(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
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
		t.Fatalf("%s: %v", path, err)
	}
	return b
}

// specimens reads every file of testdata/dir, by name without suffix.
func specimens(t testing.TB, dir, suffix string) map[string][]byte {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join("testdata", dir, "*"+suffix))
	if len(files) == 0 {
		t.Fatalf("testdata/%s holds no *%s", dir, suffix)
	}
	out := map[string][]byte{}
	for _, f := range files {
		out[strings.TrimSuffix(filepath.Base(f), suffix)] = readHex(t, f)
	}
	return out
}

// helloRecords are the recorded ClientHellos, as records.
func helloRecords(t testing.TB) map[string][]byte { return specimens(t, "hellos", ".hex") }

// helloBody strips the record and handshake headers of a hello in one record.
func helloBody(t testing.TB, record []byte) []byte {
	t.Helper()
	if len(record) < 9 || record[0] != byte(iana.ContentHandshake) || record[5] != byte(iana.TypeClientHello) {
		t.Fatalf("no ClientHello in one record: % x", record[:min(len(record), 9)])
	}
	return record[9:]
}

func parseHello(t testing.TB, name string) *ClientHello {
	t.Helper()
	h, err := ParseClientHello(helloBody(t, readHex(t, filepath.Join("testdata", "hellos", name+".hex"))))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// corpusHello is a line of the corpus: a hello and what its author read in it.
type corpusHello struct {
	Client, Version, Hex string
	Facts                struct {
		RecordVersion     iana.Version         `json:"record_version"`
		LegacyVersion     iana.Version         `json:"legacy_version"`
		SessionIDLen      int                  `json:"session_id_len"`
		Ciphers           []iana.Suite         `json:"ciphers"`
		Extensions        []iana.ExtensionType `json:"extensions"`
		SNI               string               `json:"sni"`
		ALPN              []string             `json:"alpn"`
		Groups            []iana.Group         `json:"groups"`
		KeyShares         []iana.Group         `json:"key_shares"`
		PointFormats      []int                `json:"point_formats"`
		Sigalgs           []iana.Scheme        `json:"sigalgs"`
		SupportedVersions []iana.Version       `json:"supported_versions"`
		PSKModes          []int                `json:"psk_modes"`
	}
}

func corpusHellos(t *testing.T) []corpusHello {
	t.Helper()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("PARLEY_CORPUS is not set")
		}
		t.Skip("PARLEY_CORPUS is not set: 290 hellos not read")
	}
	var out []corpusHello
	for _, name := range []string{"hellos.jsonl", "impersonators-hellos.jsonl"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(text))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var h corpusHello
			if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
				t.Fatal(err)
			}
			out = append(out, h)
		}
	}
	return out
}

// decodeAll feeds pieces to a new Decoder and returns all items, those of Close included.
func decodeAll(from Sender, pieces ...[]byte) []Item {
	d := NewDecoder(from)
	var items []Item
	for _, p := range pieces {
		d.Write(p)
		for {
			it, ok := d.Next()
			if !ok {
				break
			}
			items = append(items, it)
		}
	}
	for {
		it, ok := d.Close()
		if !ok {
			return items
		}
		items = append(items, it)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
