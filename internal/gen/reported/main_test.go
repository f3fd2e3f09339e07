package main

import (
	"os"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/score"
	"github.com/parley-tls/parley/knowledge/errors"
)

// An entry that gives a report another meaning does not make the counts wrong;
// many of them make them old.
func TestTheReportsThatAreCountedAreThoseAtHand(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must set PARLEY_CORPUS")
		}
		t.Skip("SKIPPED: PARLEY_CORPUS is not set")
	}
	counts, err := counted(dir, "../../score/testdata")
	if err != nil {
		t.Fatal(err)
	}
	all, moved := 0, 0
	for k, causes := range counts {
		r := errors.MeaningOf(k.meaning).Reported(k.role)
		for id, n := range causes {
			all += n
			moved += max(0, n-r.Of(id))
		}
	}
	if moved*20 > all {
		t.Errorf("%d of %d reports stand elsewhere in knowledge/errors/reported_data.go: go generate ./knowledge/errors", moved, all)
	}
}

// heldOut is an id of the quarter that is held out, counted is one that is not.
func ids(t *testing.T) (heldOut, counted string) {
	t.Helper()
	for c := 'a'; c <= 'z'; c++ {
		if score.HeldOut(string(c)) {
			heldOut = string(c)
		} else {
			counted = string(c)
		}
	}
	return heldOut, counted
}

func TestOnlyReportsWhoseTextLeavesTheCauseOpenAreCounted(t *testing.T) {
	t.Parallel()
	heldOut, counted := ids(t)
	const open, shut = "sslv3 alert handshake failure", "tls: server selected unsupported protocol version 301"
	tests := []struct {
		name string
		r    score.Report
		want int
	}{
		{"open", score.Report{ID: counted, Text: []string{open}, Cause: "sni.missing", Decides: "no"}, 1},
		{"held out", score.Report{ID: heldOut, Text: []string{open}, Cause: "sni.missing", Decides: "no"}, 0},
		{"the text decides", score.Report{ID: counted, Text: []string{open}, Cause: "sni.missing", Decides: "label"}, 0},
		{"the message decides", score.Report{ID: counted, Text: []string{shut}, Cause: "version.server-too-old", Decides: "family"}, 0},
		{"nothing is read", score.Report{ID: counted, Text: []string{"hello"}, Cause: "sni.missing", Decides: "no"}, 0},
	}
	for _, tt := range tests {
		counts := map[key]map[parley.CauseID]int{}
		count(counts, &tt.r)
		got := 0
		for _, c := range counts {
			got += c[tt.r.Cause]
		}
		if got != tt.want {
			t.Errorf("%s: counted %d times, want %d", tt.name, got, tt.want)
		}
		if n := counts[key{"alert.40", errors.RoleUnknown}]["sni.missing"]; n != tt.want {
			t.Errorf("%s: %d of alert 40, want %d", tt.name, n, tt.want)
		}
	}
}
