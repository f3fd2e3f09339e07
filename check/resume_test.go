package check_test

import (
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/check"
)

// TestASessionIsResumedBeforeAServerIsFoundToDoSo: the silence of a healthy server
// says something only if a ticket was offered, and taken.
func TestASessionIsResumedBeforeAServerIsFoundToDoSo(t *testing.T) {
	t.Parallel()
	a, err := check.Run(t.Context(), atFault(t, "resume-sessions"))
	if err != nil {
		t.Fatal(err)
	}
	if a.Result.Verdict != parley.VerdictOK {
		t.Errorf("got %s, want ok", answer(a))
	}
	offered, taken := 0, 0
	for _, r := range a.Evidence.Replies {
		if a.Evidence.Attempts[r.Attempt].Resume {
			if offered++; r.Resumed() == parley.Yes {
				taken++
			}
		}
	}
	if offered != 1 || taken != 1 {
		t.Errorf("%d tickets offered and %d taken, want one\n%s", offered, taken, trail(a))
	}
}
