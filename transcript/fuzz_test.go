package transcript_test

import (
	"os"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/parley-tls/parley/transcript"
)

// FuzzParse: no text breaks the parser, and what it reads prints canonically.
func FuzzParse(f *testing.F) {
	for _, text := range documents(f) {
		f.Add(text)
	}
	chain, err := os.ReadFile(chainOf)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(chain))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := transcript.Parse(text)
		if err != nil {
			return
		}
		canonical := d.String()
		transcript.FromEvidence(d.Evidence())
		back, err := transcript.Parse(canonical)
		if err != nil {
			t.Fatalf("%v in what was printed:\n%s", err, canonical)
		}
		if got := back.String(); got != canonical {
			t.Fatalf("printed again it differs (-first +second):\n%s", cmp.Diff(canonical, got))
		}
		if reflect.DeepEqual(d, back) { // faster than cmp, and too strict
			return
		}
		if diff := cmp.Diff(d, back, compare); diff != "" {
			t.Fatalf("reads back as another document (-first +second):\n%s\n%s", diff, canonical)
		}
	})
}
