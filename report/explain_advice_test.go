package report

import (
	"slices"
	"testing"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/explain"
)

func TestAdviceThatFailsUnderOneCauseNamesIt(t *testing.T) {
	t.Parallel()
	words := map[parley.CauseID]Cause{
		"cipher.no-overlap":      {ID: "cipher.no-overlap", WillNotHelp: []string{"importing the certificate", "-k", "changing the versions"}},
		"version.client-too-old": {ID: "version.client-too-old", WillNotHelp: []string{"-k", "another list of suites"}},
		"dh.too-small":           {ID: "dh.too-small", WillNotHelp: []string{"changing the versions", "-k", "Another root."}},
	}
	tests := []struct {
		name   string
		causes []explain.Cause
		folk   []string
		want   []string
	}{
		{
			name:   "of several causes each piece says for which it holds, but what holds for all",
			causes: []explain.Cause{{ID: "cipher.no-overlap"}, {ID: "version.client-too-old"}},
			want:   []string{"-k", "if cipher.no-overlap: importing the certificate", "if version.client-too-old: another list of suites"},
		},
		{
			name:   "of a cause that is seen its own, whatever else is listed",
			causes: []explain.Cause{{ID: "dh.too-small", Certainty: parley.Seen}, {ID: "version.client-too-old"}},
			want:   []string{"changing the versions", "-k"},
		},
		{
			name:   "that of the message stands for itself",
			causes: []explain.Cause{{ID: "cipher.no-overlap"}, {ID: "dh.too-small"}},
			folk:   []string{"A new cable."},
			want:   []string{"A new cable."},
		},
		{
			name:   "what holds for some names them all, once",
			causes: []explain.Cause{{ID: "dh.too-small"}, {ID: "version.client-too-old"}, {ID: "cipher.no-overlap"}},
			want:   []string{"-k", "if dh.too-small or cipher.no-overlap: changing the versions", "if version.client-too-old: another list of suites"},
		},
		{name: "without a cause there is none"},
	}
	for _, tt := range tests {
		text := Text{Answer: &explain.Answer{Causes: tt.causes, WillNotHelp: tt.folk}, Causes: words}
		if got := text.willNotHelp(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
