package pairs

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var live = flag.Bool("live", os.Getenv("CI") == "true", "run every pair with the real software and compare with the recording")

// TestTheRecordedPairsStillHold runs every pair again.
func TestTheRecordedPairsStillHold(t *testing.T) {
	if !*live {
		t.Skip("SKIPPED: with -live or CI=true this runs every pair with the real software")
	}
	records, err := Records(".")
	if err != nil {
		t.Fatal(err)
	}
	was := map[string]Record{}
	for _, r := range records {
		was[r.ID()] = r
	}
	results := Run(t, Table())
	for _, r := range results {
		old, ok := was[r.ID()]
		switch {
		case r.Client.Stack == "": // its failure is told
		case !ok:
			t.Errorf("%s is not recorded: run with -record", r.ID())
		case old.Outcome != r.Outcome:
			t.Errorf("%s: %s %s:\n recorded %+v with %q\n      now %+v with %q\n%s", short(r.Server), r.Client.Stack, strings.Join(r.Client.Options, " "),
				old.Outcome, old.Versions, r.Outcome, r.Versions, r.Text)
		}
	}
	if len(results) != len(records) {
		t.Errorf("%d pairs ran, %d are recorded", len(results), len(records))
	}
}
