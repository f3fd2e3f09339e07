package main

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/parley-tls/parley/internal/lazy"
)

// width is how many columns a line for people may have on a stream: those of its
// terminal and at most 80, which is also what a file or a pipe gets.
func (a *app) width(w io.Writer) int {
	if cols := a.columns(w); cols > 0 {
		return min(80, max(cols, 40))
	}
	return 80
}

// fold breaks the lines of a text that have more than n columns, between words;
// what goes on is indented. A word longer than a line stays whole: it is a path
// or an address, which is of use only so.
func fold(text string, n, indent int) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		words := strings.Split(line, " ")
		at, fresh := words[0], false
		for _, w := range words[1:] {
			switch {
			case fresh: // spaces where a line breaks belong to neither
				at += w
				fresh = w == ""
			case utf8.RuneCountInString(at)+1+utf8.RuneCountInString(w) <= n || strings.TrimSpace(at) == "":
				at += " " + w
			default:
				out = append(out, strings.TrimRight(at, " "))
				at, fresh = strings.Repeat(" ", indent)+w, w == ""
			}
		}
		out = append(out, at)
	}
	return strings.Join(out, "\n")
}

// lastCommand finds a command of parley that a line ends with.
var lastCommand = lazy.Regexp(`: (parley [a-z][^\n]*)$`)

// foldMessage is fold for an error or a hint. A command at its end is kept whole,
// on a line of its own.
func foldMessage(text string, n int) string {
	m := lastCommand().FindStringSubmatchIndex(text)
	if m == nil || utf8.RuneCountInString(text) <= n {
		return fold(text, n, 2)
	}
	return fold(text[:m[0]+1], n, 2) + "\n  " + text[m[2]:]
}

// foldCommand breaks a command line before flags, so that a shell reads what
// stands on several lines as one.
func foldCommand(line string, n, indent int) string {
	var parts []string
	quoted, begin := false, 0
	for i := 0; i < len(line); i++ {
		switch {
		case line[i] == '\'' && (quoted || i == 0 || line[i-1] != '\\'):
			quoted = !quoted
		case !quoted && strings.HasPrefix(line[i:], " -"):
			parts = append(parts, line[begin:i])
			begin = i + 1
		}
	}
	parts = append(parts, line[begin:])
	out, at := "", parts[0]
	for i, p := range parts[1:] {
		room := n - 2 // for the sign that the command goes on
		if i+2 == len(parts) {
			room = n
		}
		if utf8.RuneCountInString(at)+1+utf8.RuneCountInString(p) <= room {
			at += " " + p
			continue
		}
		out += at + " \\\n"
		at = strings.Repeat(" ", indent) + p
	}
	return out + at
}
