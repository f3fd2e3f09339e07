package main

import (
	"slices"
	"testing"
)

func TestANumberBelowZeroIsNoFlag(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ args, want []string }{
		{[]string{"-0x7780"}, []string{"explain", "--", "-0x7780"}},
		{[]string{"explain", "-9836"}, []string{"explain", "--", "-9836"}},
		{[]string{"explain", "-9836", "--json"}, []string{"explain", "--json", "--", "-9836"}},
		{[]string{"explain", "-0x7780", "--at", "shop.example"}, []string{"explain", "--at", "shop.example", "--", "-0x7780"}},
		{[]string{"explain", "--", "-9836"}, []string{"explain", "--", "-9836"}},
		{[]string{"check", "shop.example", "-6"}, []string{"check", "shop.example", "-6"}},
		{[]string{"-v"}, []string{"-v"}},
		{[]string{"explain"}, []string{"explain"}},
	} {
		if got := withNumbers(tt.args); !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.args, got, tt.want)
		}
	}
}
