package iana_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parley-tls/parley/iana"
)

// unnamed lists what real clients sent and nobody ever named, with who sent it.
var unnamed = map[string]string{
	"scheme 0x080d": "wolfSSL 4.6.0",
}

// captured is what the tests need of a line of the corpus.
type captured struct {
	Client  string
	Version string
	Facts   struct {
		Ciphers           []iana.Suite
		Extensions        []iana.ExtensionType
		Groups            []iana.Group
		KeyShares         []iana.Group   `json:"key_shares"`
		SigAlgs           []iana.Scheme  `json:"sigalgs"`
		SupportedVersions []iana.Version `json:"supported_versions"`
	}
}

func TestEveryCodePointOfTheCorpusHasAName(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must set PARLEY_CORPUS")
		}
		t.Skip("PARLEY_CORPUS is not set")
	}
	seen := map[string]bool{}
	for _, file := range []string{"hellos.jsonl", "impersonators-hellos.jsonl"} {
		hellos := 0
		for _, c := range readCorpus(t, filepath.Join(dir, file)) {
			hellos++
			facts := c.Facts
			check(t, seen, c, "suite", facts.Ciphers)
			check(t, seen, c, "extension", facts.Extensions)
			check(t, seen, c, "group", facts.Groups)
			check(t, seen, c, "group", facts.KeyShares)
			check(t, seen, c, "scheme", facts.SigAlgs)
			check(t, seen, c, "version", facts.SupportedVersions)
		}
		if hellos < 10 {
			t.Errorf("%s: only %d hellos", file, hellos)
		}
	}
	for what := range unnamed {
		if !seen[what] {
			t.Errorf("%s no longer occurs: drop it from unnamed", what)
		}
	}
}

func check[T interface {
	~uint16
	fmt.Stringer
}](t *testing.T, seen map[string]bool, c captured, kind string, all []T) {
	t.Helper()
	for _, x := range all {
		what := kind + " " + x.String()
		if iana.IsGREASE(uint16(x)) || !strings.HasPrefix(x.String(), "0x") || seen[what] {
			continue
		}
		seen[what] = true
		if unnamed[what] == "" {
			t.Errorf("%s of %s %s has no name", what, c.Client, c.Version)
		}
	}
}

func readCorpus(t *testing.T, file string) []captured {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []captured
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var c captured
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, c)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
