package main

import (
	"strings"

	"github.com/parley-tls/parley/internal/near"
)

// similar returns names that want is part of, or a few letters off.
func similar(want string, names []string) []string {
	want = strings.ToLower(want)
	return near.Names(want, names, 1+len(want)/5, func(n string) bool {
		return len(want) >= 3 && strings.Contains(n, want)
	})
}
