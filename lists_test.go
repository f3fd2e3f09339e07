package parley

import (
	"slices"
	"testing"
)

func TestSelectionsSayWhoseOrderDecides(t *testing.T) {
	t.Parallel()
	type s = Pick[uint16]
	for _, tt := range []struct {
		name    string
		picks   []s
		decides Truth
		order   []uint16
		open    int
	}{
		{name: "nothing was offered twice", picks: []s{{[]uint16{1, 2, 3}, 1}}, decides: Unknown, order: []uint16{1, 2, 3}, open: 2},
		{name: "the last of the offer is selected", picks: []s{{[]uint16{1, 2, 3}, 3}, {[]uint16{1, 2}, 2}}, decides: Yes, order: []uint16{3, 2, 1}},
		{name: "the first of either offer is selected", picks: []s{{[]uint16{1, 2, 3}, 1}, {[]uint16{2, 1, 3}, 2}}, decides: No, order: []uint16{1, 2, 3}, open: 2},
		{
			name:    "the client's order moves some",
			picks:   []s{{[]uint16{1, 2, 3}, 1}, {[]uint16{2, 1, 3}, 2}, {[]uint16{3, 1}, 1}},
			decides: Mixed, order: []uint16{1, 2, 3}, open: 2,
		},
		{
			name:    "they go in circles",
			picks:   []s{{[]uint16{2, 1}, 1}, {[]uint16{3, 2}, 2}, {[]uint16{1, 3}, 3}},
			decides: Mixed, order: []uint16{1, 2, 3},
		},
	} {
		r := Rank([]uint16{1, 2, 3}, tt.picks, nil)
		if r.Decides != tt.decides || !slices.Equal(r.Order, tt.order) || len(r.Open) != tt.open {
			t.Errorf("%s: %v, %v, open %v; want %v, %v, %d open", tt.name, r.Decides, r.Order, r.Open, tt.decides, tt.order, tt.open)
		}
	}
}

func TestDoubtsHalveWhatIsOpenOfAnOrder(t *testing.T) {
	t.Parallel()
	const n = 64
	var accepted []uint16
	for i := range uint16(n) {
		accepted = append(accepted, i*29%n) // any order but that of the server
	}
	var picks []Pick[uint16]
	asked := 0
	for range 12 {
		r := Rank(accepted, picks, nil)
		pairs := r.Doubts()
		if len(pairs) == 0 {
			if !slices.IsSorted(r.Order) || len(r.Open) != 0 {
				t.Fatalf("order %v, open %v", r.Order, r.Open)
			}
			t.Logf("%d pairs", asked)
			return
		}
		for _, p := range pairs {
			asked++
			picks = append(picks, Pick[uint16]{Offered: []uint16{p[1], p[0]}, Selected: min(p[0], p[1])})
		}
	}
	t.Fatalf("after %d pairs something is still open", asked)
}
