// Package near guesses what name was meant by one that is not known.
package near

import (
	"cmp"
	"slices"
)

// most is how many guesses are worth reading.
const most = 5

// Names returns at most five of names, likeliest first: those within letters of
// want, then those that are alike for a reason of the caller's (nil: none).
func Names(want string, names []string, letters int, alike func(name string) bool) []string {
	type guess struct {
		name string
		cost int
	}
	var gs []guess
	for _, n := range names {
		switch d := distance(n, want); {
		case d <= letters:
			gs = append(gs, guess{n, d})
		case alike != nil && alike(n):
			gs = append(gs, guess{n, letters + d})
		}
	}
	slices.SortStableFunc(gs, func(a, b guess) int { return cmp.Compare(a.cost, b.cost) })
	var out []string
	for _, g := range gs[:min(len(gs), most)] {
		out = append(out, g.name)
	}
	return out
}

// distance is how many single letters must be put in, left out or exchanged.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
