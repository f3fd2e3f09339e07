package near

import (
	"slices"
	"strings"
	"testing"
)

func TestGuessesComeNearestFirst(t *testing.T) {
	t.Parallel()
	names := []string{"java17", "java6", "java7", "chrome", "go"}
	for _, c := range []struct {
		want  string
		alike func(string) bool
		got   []string
	}{
		{want: "javva7", got: []string{"java7", "java17", "java6"}},
		{want: "chrom", got: []string{"chrome"}},
		{want: "netscape"},
		{want: "java99", alike: func(n string) bool { return strings.HasPrefix(n, "java") }, got: []string{"java17", "java6", "java7"}},
	} {
		if got := Names(c.want, names, 2, c.alike); !slices.Equal(got, c.got) {
			t.Errorf("%s: got %v, want %v", c.want, got, c.got)
		}
	}
}

func TestAtMostFiveGuesses(t *testing.T) {
	t.Parallel()
	names := []string{"a1", "a2", "a3", "a4", "a5", "a6"}
	if got := Names("a", names, 1, nil); len(got) != 5 {
		t.Errorf("got %v", got)
	}
}
