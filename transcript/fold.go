package transcript

import (
	"strings"

	"github.com/parley-tls/parley/internal/lazy"
)

// afterEnd is the time that a printed line ends with.
var afterEnd = lazy.Regexp(` {2,}(after [0-9.]+ m?s)$`)

// Fold breaks the lines of a printed transcript that have more than n columns, at
// spaces and behind commas, so that it fits a screen and reads as the same
// transcript. What has neither, such as a long run of hexadecimal, stays whole.
func Fold(text string, n int) string {
	var out []string
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); {
		end := i + 1
		for end < len(lines) && strings.HasPrefix(lines[end], " ") {
			end++
		}
		out = append(out, foldLine(lines[i:end], n)...)
		i = end
	}
	return strings.Join(out, "\n")
}

// foldLine breaks one line, which is given with its continuations.
func foldLine(lines []string, n int) []string {
	fits := true
	for _, l := range lines {
		fits = fits && len(l) <= n
	}
	whole := join(strings.Join(lines, "\n"))
	if fits || len(whole) != 1 || strings.HasPrefix(whole[0].text, "#") {
		return lines
	}
	text, after := whole[0].text, ""
	if m := afterEnd().FindStringSubmatchIndex(lines[len(lines)-1]); m != nil {
		after = lines[len(lines)-1][m[2]:m[3]]
		text = strings.TrimRight(strings.TrimSuffix(text, after), " ")
	}
	toks, err := tokens(text)
	if err != nil {
		return lines
	}
	l := line{n: n, indent: 4}
	if len(toks) > 1 && strings.ContainsAny(toks[0], "<>") {
		l.indent = nameSize + 3
		l.head, toks = toks[0]+" "+toks[1], toks[2:]
	} else {
		l.head, toks = toks[0], toks[1:]
	}
	return strings.Split(l.layout(toks, after), "\n")
}
