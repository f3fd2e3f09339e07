package transcript

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// The shape of a printed line.
const (
	wrapAt   = 100 // columns
	alignAt  = 76  // column at which "after" ends, where the line has room
	nameSize = 12  // of the column of message names
)

// logical is a line with its continuations joined.
type logical struct {
	number int // of its first line, from 1
	text   string
}

// join splits text into logical lines. Blank lines are dropped: they separate
// for the eye only.
func join(text string) []logical {
	var out []logical
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimRight(l, " \t\r")
		if l == "" {
			continue
		}
		if (l[0] == ' ' || l[0] == '\t') && len(out) > 0 && !strings.HasPrefix(out[len(out)-1].text, "#") {
			last := &out[len(out)-1]
			l = strings.TrimLeft(l, " \t")
			if strings.HasSuffix(last.text, ",") {
				last.text += l
			} else {
				last.text += " " + l
			}
			continue
		}
		out = append(out, logical{number: i + 1, text: strings.TrimLeft(l, " \t")})
	}
	return out
}

// tokens splits a line at spaces that are not inside quotes.
func tokens(s string) ([]string, error) {
	var out []string
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" {
			return out, nil
		}
		end, err := tokenEnd(s, " \t")
		if err != nil {
			return nil, err
		}
		out = append(out, s[:end])
		s = s[end:]
	}
}

// tokenEnd returns where the first of stops stands that is not inside quotes,
// or the length of s.
func tokenEnd(s, stops string) (int, error) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(stops, c) >= 0:
			return i, nil
		}
	}
	if quoted {
		return 0, fmt.Errorf("a quote is not closed")
	}
	return len(s), nil
}

// word writes s as a token or a list element, quoted where it must be.
func word(s string) string {
	if s == "" || s == "-" || strings.HasPrefix(s, "hex:") {
		return strconv.Quote(s)
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("._/:*@()~-[]%+?&", c) >= 0:
		default:
			return quote(s)
		}
	}
	return s
}

// quote writes any bytes as one line of ASCII.
func quote(s string) string { return strconv.QuoteToASCII(s) }

// unword inverts word.
func unword(s string) (string, error) {
	if !strings.HasPrefix(s, `"`) {
		if strings.Contains(s, `"`) {
			return "", fmt.Errorf("%s has a quote in the middle", s)
		}
		return s, nil
	}
	v, err := strconv.Unquote(s)
	if err != nil {
		return "", fmt.Errorf("%s is not a quoted text", s)
	}
	return v, nil
}

// splitList splits a value at the commas that are not inside quotes.
func splitList(s string) ([]string, error) {
	var out []string
	for {
		end, err := tokenEnd(s, ",")
		if err != nil {
			return nil, err
		}
		out = append(out, s[:end])
		if end == len(s) {
			return out, nil
		}
		s = s[end+1:]
	}
}

func words(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = word(s)
	}
	return strings.Join(out, ",")
}

func unwords(s string) ([]string, error) {
	list, err := splitList(s)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i], err = unword(list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// term is one key=value of a line, or a key alone.
type term struct {
	key, value string
	bare       bool
}

func (t term) String() string {
	if t.bare {
		return t.key
	}
	return t.key + "=" + t.value
}

func readTerm(tok string) term {
	if strings.HasPrefix(tok, `"`) {
		return term{key: tok, bare: true}
	}
	key, value, ok := strings.Cut(tok, "=")
	return term{key: key, value: value, bare: !ok}
}

// layout writes a line with its terms, wrapped, and the time at the right.
func layout(head string, toks []string, after time.Duration) string {
	s := duration(after)
	if s != "" {
		s = "after " + s
	}
	return line{head: head, n: wrapAt, indent: nameSize + 3}.layout(toks, s) + "\n"
}

// line is how a line is written: what it begins with, how many columns it may
// have, and how far its terms and continuations are indented.
type line struct {
	head      string
	n, indent int
}

func (l line) layout(toks []string, after string) string {
	var b strings.Builder
	col := len(l.head)
	b.WriteString(l.head)
	indent := strings.Repeat(" ", l.indent)
	if len(toks) > 0 {
		gap := 1
		if l.indent == nameSize+3 { // a message: the terms stand in a column
			gap = max(2, l.indent-len(l.head))
		}
		b.WriteString(strings.Repeat(" ", gap))
		col += gap
	}
	fresh := true
	for _, tok := range toks {
		if !fresh && col+1+len(tok) > l.n && len(indent)+len(tok) <= l.n {
			b.WriteString("\n" + indent)
			col, fresh = len(indent), true
		}
		for i, piece := range pieces(tok) {
			sep := 0
			if i == 0 && !fresh {
				sep = 1
			}
			if col+sep+len(piece) > l.n && !fresh {
				b.WriteString("\n" + indent)
				col, sep = len(indent), 0
			}
			b.WriteString(strings.Repeat(" ", sep) + piece)
			col += sep + len(piece)
			fresh = false
		}
	}
	if after != "" {
		if col+2+len(after) > l.n {
			b.WriteString("\n" + indent)
			col = len(indent)
		}
		b.WriteString(strings.Repeat(" ", max(2, min(alignAt, l.n)-len(after)-col)) + after)
	}
	return b.String()
}

// pieces splits a token behind its commas, where a line may be broken.
func pieces(tok string) []string {
	var out []string
	for {
		end, err := tokenEnd(tok, ",")
		if err != nil || end == len(tok) {
			return append(out, tok)
		}
		out = append(out, tok[:end+1])
		tok = tok[end+1:]
	}
}

// round is the precision of a transcript: a millisecond, below ten a tenth.
func round(d time.Duration) time.Duration {
	if d < 0 {
		return 0
	}
	if r := d.Round(100 * time.Microsecond); r < 10*time.Millisecond {
		return r
	}
	return d.Round(time.Millisecond)
}

// duration writes "52 ms" or "0.4 ms"; empty for none.
func duration(d time.Duration) string {
	if d = round(d); d == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + " ms"
}

func readDuration(s string) (time.Duration, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f < 0 || f > 1e9 {
		return 0, fmt.Errorf("%q is not a number of milliseconds", s)
	}
	return round(time.Duration(math.Round(f*1e4)) * (time.Millisecond / 1e4)), nil
}

// cutAfter takes "after N ms" from the end of toks.
func cutAfter(toks []string) ([]string, time.Duration, error) {
	n := len(toks)
	if n < 3 || toks[n-3] != "after" || toks[n-1] != "ms" {
		return toks, 0, nil
	}
	d, err := readDuration(toks[n-2])
	return toks[:n-3], d, err
}
