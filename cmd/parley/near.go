package main

import (
	"cmp"
	"slices"
	"strings"
)

// near returns at most five names that want is part of, or a few letters off.
func near(want string, names []string) []string {
	type guess struct {
		name string
		cost int
	}
	var gs []guess
	want = strings.ToLower(want)
	for _, n := range names {
		d := distance(n, want)
		switch {
		case d <= 1+len(want)/5:
			gs = append(gs, guess{n, d})
		case len(want) >= 3 && strings.Contains(n, want):
			gs = append(gs, guess{n, len(n)})
		}
	}
	slices.SortStableFunc(gs, func(a, b guess) int { return cmp.Compare(a.cost, b.cost) })
	var out []string
	for _, g := range gs[:min(len(gs), 5)] {
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
