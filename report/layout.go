package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLines is the height of a screen without Verbose.
const maxLines = 25

// clean makes text fit for a terminal: control characters, which a peer could
// use to write over the screen, are escaped; without Unicode so is the rest.
func clean(s string, unicodeOK bool) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				fmt.Fprintf(&b, `\x%02x`, s[i])
			} else {
				b.WriteString(`\ufffd`)
			}
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r < 0x80 && unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicodeOK && unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r) && !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		case folds[r] != "":
			b.WriteString(folds[r])
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// folds are the characters that our own texts use, in ASCII.
var folds = map[rune]string{
	'…': "...", '“': `"`, '”': `"`, '‘': "'", '’': "'", '–': "-", '—': "-", '→': "->", '≥': ">=", '≤': "<=",
	'×': "x", '·': "-", '\u00a0': " ",
}

func width(s string) int { return utf8.RuneCountInString(s) }

func spaces(n int) string { return strings.Repeat(" ", max(0, n)) }

// wrap breaks text into lines of at most n columns, between words. A word
// longer than a line is broken behind a comma, a slash or a hyphen if it has
// one in reach, else where the line ends.
func wrap(text string, n int) []string {
	n = max(n, 8)
	var lines []string
	line := ""
	for _, w := range strings.Fields(text) {
		if line != "" && width(line)+1+width(w) <= n {
			line += " " + w
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for width(w) > n {
			at := breakAt(w, n)
			lines = append(lines, w[:at])
			w = w[at:]
		}
		line = w
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// breakAt returns the byte at which to break a word longer than n columns.
func breakAt(w string, n int) int {
	end, col := len(w), 0
	for i := range w {
		if col == n {
			end = i
			break
		}
		col++
	}
	if at := strings.LastIndexAny(w[:end], ",/-="); at > 0 {
		return at + 1
	}
	return end
}

// capLines keeps n lines, the last of which says that there is more.
func capLines(lines []string, n, cols int) []string {
	if len(lines) <= n {
		return lines
	}
	if n <= 0 {
		return nil
	}
	out := append([]string(nil), lines[:n]...)
	last := out[n-1]
	indent := last[:len(last)-len(strings.TrimLeft(last, " "))]
	for width(last)+4 > cols {
		cut := strings.LastIndexByte(last, ' ')
		if cut <= len(indent) {
			last = strings.TrimRight(indent, " ")
			break
		}
		last = strings.TrimRight(last[:cut], " ")
	}
	if strings.TrimSpace(last) == "" {
		last = strings.TrimSuffix(indent, " ")
	}
	out[n-1] = last + " ..."
	return out
}

// whole writes a list in so many lines: of one that is too long the first of its
// items, which commas part, and how many more there are. Where
// commas part clauses whole clauses stay, for which there is a line more, and what
// is one clause is cut by fit.
func whole(text string, most int, write func(string) []string, fit func([]string, int) []string) []string {
	lines := write(text)
	if len(lines) <= most {
		return lines
	}
	items := strings.Split(text, ", ")
	if strings.Contains(text, ", and ") || strings.Contains(text, ", which ") {
		items = nil
		for clauses := strings.Split(text, "; "); len(clauses) > 1; {
			clauses = clauses[:len(clauses)-1]
			if cut := write(strings.Join(clauses, "; ") + "; ..."); len(cut) <= most+1 {
				return cut
			}
		}
	}
	for n := len(items) - 1; n > 0; n-- {
		some := strings.Join(items[:n], ", ")
		if strings.Count(some, "(") != strings.Count(some, ")") {
			continue
		}
		if cut := write(fmt.Sprintf("%s, and %d more", some, len(items)-n)); len(cut) <= most {
			return cut
		}
	}
	return fit(lines, most)
}

// shows is what says so many things more.
func shows(n int) string {
	if n == 1 {
		return "-v shows it"
	}
	return "-v shows them"
}

// hang writes lines behind a label, the later ones under the first.
func hang(label string, lines []string) []string {
	var out []string
	for i, l := range lines {
		if i > 0 {
			label = spaces(width(label))
		}
		out = append(out, strings.TrimRight(label+l, " "))
	}
	return out
}

// columns writes left and right on one line of n columns; where they do not
// fit, left is wrapped and right stands on the last line, or on one of its own.
func columns(indent int, label, left, right string, n int) []string {
	start := indent + width(label)
	lines := wrap(left, n-start)
	if len(lines) == 0 {
		lines = []string{""}
	}
	if right != "" {
		free := n - start - width(right)
		if width(lines[len(lines)-1])+2 > free && free >= 24 {
			if narrow := wrap(left, free-2); even(narrow, free-2) {
				lines = narrow
			}
		}
		last := &lines[len(lines)-1]
		if width(*last)+2 <= free || *last == "" {
			*last += spaces(free-width(*last)) + right
		} else {
			for _, l := range wrap(right, n-start) {
				lines = append(lines, spaces(n-start-width(l))+l)
			}
		}
	}
	return hang(spaces(indent)+label, lines)
}

// even reports whether all lines but the last fill most of n columns.
func even(lines []string, n int) bool {
	for _, l := range lines[:max(0, len(lines)-1)] {
		if width(l) < n/2 {
			return false
		}
	}
	return true
}

// palette is the ANSI colours of a screen.
var palette = map[string]string{
	"problem": "1;31", "ok": "1;32", "unknown": "1;33",
	"proved": "1", "seen": "1", "inferred": "1", "fix": "1", "verify": "1",
	"not": "1;31", "met": "1;32", "advice": "1;33", "weak": "1;33", "part": "1;33",
	"changed": "32", "unchanged": "31", ">": "36", "<": "35",
}

// paint colours the word that a line begins with, if it is a label.
func paint(line string) string {
	body := strings.TrimLeft(line, " ")
	indent := line[:len(line)-len(body)]
	word, _, _ := strings.Cut(body, " ")
	code, ok := palette[word]
	if !ok || len(indent) > 2 {
		return line
	}
	return indent + "\x1b[" + code + "m" + word + "\x1b[0m" + body[len(word):]
}
