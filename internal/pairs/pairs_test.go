package pairs

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var record = flag.Bool("record", false, "run every pair and rewrite testdata/pairs.jsonl")
var show = flag.Bool("show", false, "print what the clients said")

func TestRecordPairs(t *testing.T) {
	if !*record {
		return // with it this runs every pair and writes testdata/pairs.jsonl
	}
	var out bytes.Buffer
	for _, r := range Run(t, Table()) {
		line, err := json.Marshal(r.Record)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
		if *show {
			t.Logf("%v: %+v\n%s", r.Client, r.Outcome, r.Text)
		}
	}
	if !t.Failed() {
		if err := os.WriteFile(recordFile, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
