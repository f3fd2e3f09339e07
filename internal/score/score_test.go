package score

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/parley-tls/parley"
)

// corpus reads a file of the corpus; without one a test is skipped, but in CI.
func corpus(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("PARLEY_CORPUS")
	if dir == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must set PARLEY_CORPUS")
		}
		t.Skip("SKIPPED: PARLEY_CORPUS is not set")
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReportsAreExplainedAsWellAsBefore(t *testing.T) {
	t.Parallel()
	rs, err := Lines[Report](corpus(t, "errors.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	tallies, _ := Reports(rs, false, func(*Report) bool { return true })
	// In per cent; what was reached, less two.
	floors := map[string][3]float64{"label": {83, 73, 90}, "family": {63, 0, 85}, "no": {48, 0, 68}}
	for kind, floor := range floors {
		got := tallies[kind]
		for i, n := range []int{got.First, got.FirstSeen, got.Three} {
			if share := Share(n, got.N); share < floor[i] {
				t.Errorf("%s: %.0f%% of column %d, want at least %.0f%%: go run ./internal/score/print -v", kind, share, i, floor[i])
			}
		}
	}
	all := tallies["all"]
	if share := Share(all.Wrong, all.N); share > 2 {
		t.Errorf("%.1f%% are claimed and not true, want at most 2%%", share)
	}
	if mean := float64(all.Length) / float64(all.N); mean > 3.5 {
		t.Errorf("%.2f causes are named on average, want at most 3.5", mean)
	}
}

// The files have what was read since the corpus was made: public threads in
// which the cause was found, their messages and that cause. fresh.jsonl was read
// after threads.jsonl, then unseen.jsonl, then third.jsonl, by cause and by stack,
// with rare causes on purpose. Before any of it was looked at, the cause was first
// for 54, 66 and 73 % of them, and among three for 71, 79 and 94 %. fourth.jsonl
// was labelled whole, from how the threads ended, before the ranking was run on
// it: then it had 55 % first and 74 % among three, and was wrong of five. So was
// fifth.jsonl, which has only messages that leave several causes or do not decide
// at all: 35 % first, 50 % among three. Ranked with the reports counted that were
// known by then, which the shares of explain/rank.go are, the two came to 54 and
// 73 %, and 35 and 51 %: the catalogue decides what a new report is told, and
// counts of others add little. Both are counted since.
func TestThreadsAreExplained(t *testing.T) {
	t.Parallel()
	type floor struct {
		first, three float64 // in per cent; what was reached, less two or three
		wrong        int     // reports of which a cause is claimed that is not true
	}
	for name, floor := range map[string]floor{
		"threads": {74, 87, 2}, "fresh": {66, 88, 2}, "unseen": {79, 93, 2}, "third": {82, 95, 2},
		"fourth": {61, 77, 3}, "fifth": {36, 55, 3},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", name+".jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		rs, err := Lines[Report](data)
		if err != nil {
			t.Fatal(err)
		}
		tallies, _ := Reports(rs, false, func(*Report) bool { return true })
		all := tallies["all"]
		if first, three := Share(all.First, all.N), Share(all.Three, all.N); first < floor.first || three < floor.three {
			t.Errorf("%s: the cause is first for %.0f%% of %d threads and among three for %.0f%%, want %v", name, first, all.N, three, floor)
		}
		if all.Wrong > floor.wrong {
			t.Errorf("%s: %d are claimed and not true, want at most %d", name, all.Wrong, floor.wrong)
		}
	}
}

func TestMessagesOfRealClientsAreExplained(t *testing.T) {
	t.Parallel()
	rows, err := Lines[Row](corpus(t, "error-matrix.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	causes, err := Causes(corpus(t, "error-matrix-causes.json"))
	if err != nil {
		t.Fatal(err)
	}
	m := Matrices(rows, causes, func(*Row) bool { return true })
	if share := Share(m.SharedListed, m.Shared); share < 97 {
		t.Errorf("the true cause is listed for %.1f%% of rows, want 97%%", share)
	}
	if share := Share(m.UniqueFirst, m.Unique); share < 95 {
		t.Errorf("the true cause is first for %.1f%% of rows, want 95%%", share)
	}
	if share := Share(m.Wrong, m.Rows); share > 2 {
		t.Errorf("%.1f%% are claimed and not true, want at most 2%%", share)
	}
}

func TestAGradeSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text  string
		cause parley.CauseID
		at    int
		wrong bool
	}{
		{"tls: server selected unsupported protocol version 301", "version.server-too-old", 1, false},
		{"tls: server selected unsupported protocol version 301", "sni.missing", 0, true},
		{"A TLS error occurred", "sni.missing", 0, false},
	}
	for _, tt := range tests {
		g := Grade(&Report{Text: []string{tt.text}, Cause: tt.cause}, false)
		if g.At != tt.at || g.Wrong != tt.wrong {
			t.Errorf("%q as %s: at %d, wrong %t; want %d, %t", tt.text, tt.cause, g.At, g.Wrong, tt.at, tt.wrong)
		}
	}
}
