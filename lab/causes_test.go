package lab

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/causes"
)

// TestEveryCauseHasAFaultThatShowsIt holds the lab to the causes, and what a
// fault wants to what its cause can be.
func TestEveryCauseHasAFaultThatShowsIt(t *testing.T) {
	t.Parallel()
	for _, c := range causes.All() {
		if !slices.ContainsFunc(All(), func(f Fault) bool { return f.Want.Cause == c.ID }) {
			t.Errorf("no fault of the lab wants %s", c.ID)
		}
	}
	for _, f := range All() {
		if f.Want.Cause == "" {
			continue
		}
		c, err := causes.Get(f.Want.Cause)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		if f.Want.Certainty > c.Best || f.Want.Certainty == parley.NotCertain {
			t.Errorf("%s wants %s %s, which is at best %s", f.Name, c.ID, f.Want.Certainty, c.Best)
		}
		if want := map[bool]int{false: 1, true: 3}[c.CannotTell]; f.Want.Exit != want {
			t.Errorf("%s wants exit status %d of %s, want %d", f.Name, f.Want.Exit, c.ID, want)
		}
	}
}
