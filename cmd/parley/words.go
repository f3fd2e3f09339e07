package main

import "strings"

// commandLine joins words so that a shell reads them apart again.
func commandLine(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = shellWord(w)
	}
	return strings.Join(out, " ")
}

// shellWord quotes w where a shell would split or expand it.
func shellWord(w string) string {
	safe := w != ""
	for i := 0; i < len(w); i++ {
		c := w[i]
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && strings.IndexByte("-._/:@%+=,", c) < 0 {
			safe = false
		}
	}
	if safe {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}
