package errors

import (
	"strconv"
	"strings"
)

// Pattern is a text of the catalogue, made ready to be looked for.
type Pattern struct {
	parts  []part
	anchor string // the longest literal part
	// wordStart and wordEnd: a word must begin or end there.
	wordStart, wordEnd bool
}

// part is a literal, then a hole; hole 0: none.
type part struct {
	literal string
	hole    byte
}

// Compile reads the notation. A text without a literal, or with a hole that is
// none of the notation, panics: the catalogue is data of this module.
func Compile(text string) Pattern {
	var p Pattern
	rest := text
	for rest != "" {
		open := strings.IndexByte(rest, '<')
		for open >= 0 && !isHole(rest[open:]) {
			next := strings.IndexByte(rest[open+1:], '<')
			if next < 0 {
				open = -1
				break
			}
			open += 1 + next
		}
		if open < 0 {
			p.parts = append(p.parts, part{literal: Normal(rest)})
			break
		}
		p.parts = append(p.parts, part{literal: Normal(rest[:open]), hole: rest[open+1]})
		rest = rest[open+3:]
	}
	for _, x := range p.parts {
		if len(x.literal) > len(p.anchor) {
			p.anchor = x.literal
		}
	}
	if strings.Trim(p.anchor, " \n") == "" {
		panic("errors: a text without a literal: " + strconv.Quote(text))
	}
	first, last := p.parts[0], p.parts[len(p.parts)-1]
	p.wordStart = first.literal != "" && isWord(first.literal[0])
	p.wordEnd = last.hole == 0 && isWord(last.literal[len(last.literal)-1])
	return p
}

func isHole(s string) bool {
	return len(s) >= 3 && s[2] == '>' && strings.IndexByte("nxwh*", s[1]) >= 0
}

func isWord(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// Anchor is a literal that stands in everything the pattern matches.
func (p *Pattern) Anchor() string { return p.anchor }

// Find looks for the pattern in a line that Normal returned, and returns where
// it begins and ends, and what its holes took. Its time is linear in the line
// for each place at which the first literal stands.
func (p *Pattern) Find(line string) (start, end int, took []string, ok bool) {
	const tries = 64 // of one line; a line of nothing but beginnings is no message
	from := 0
	for range tries {
		i := strings.Index(line[from:], p.parts[0].literal)
		if i < 0 {
			return 0, 0, nil, false
		}
		start = from + i
		if !p.wordStart || start == 0 || !isWord(line[start-1]) {
			if end, took, ok = p.match(line, start); ok {
				return start, end, took, true
			}
		}
		from = start + 1
		if from > len(line) {
			return 0, 0, nil, false
		}
	}
	return 0, 0, nil, false
}

// match matches the pattern at start.
func (p *Pattern) match(line string, start int) (end int, took []string, ok bool) {
	at := start
	for i, x := range p.parts {
		if !strings.HasPrefix(line[at:], x.literal) {
			return 0, nil, false
		}
		at += len(x.literal)
		n := -1
		switch x.hole {
		case 0:
			n = 0
		case 'n':
			n = number(line[at:], false)
		case 'x':
			n = number(line[at:], true)
		case 'w':
			n = word(line[at:])
			if i+1 < len(p.parts) && p.parts[i+1].literal != "" && p.parts[i+1].literal[0] != ' ' {
				// The word ends where the next literal begins.
				n = strings.Index(line[at:at+max(n, 0)], p.parts[i+1].literal[:1])
			}
			if n == 0 {
				n = -1
			}
		case 'h':
			next := ""
			if i+1 < len(p.parts) {
				next = p.parts[i+1].literal
			}
			n = host(line[at:], next)
		case '*':
			n = 0
			if i+1 < len(p.parts) {
				n = strings.Index(line[at:], p.parts[i+1].literal)
			}
		}
		if n < 0 {
			return 0, nil, false
		}
		if x.hole == 'n' || x.hole == 'x' {
			took = append(took, line[at:at+n])
		}
		at += n
	}
	if p.wordEnd && at < len(line) && isWord(line[at]) {
		return 0, nil, false
	}
	return at, took, true
}

// word is the length of the word at the beginning of s.
func word(s string) int {
	if n := strings.IndexAny(s, " \n"); n >= 0 {
		return n
	}
	return len(s)
}

// host is the length of the name of a host at the beginning of s, before next, or
// -1. Its hyphens are blanks by now.
func host(s, next string) int {
	const blanks = 6 // in one name
	end := 0
	for range blanks {
		i := word(s[end:])
		if next == "" && i > 0 {
			return i
		}
		if next != "" && next[0] != ' ' {
			for at := end; at < end+i; at++ {
				if at > 0 && strings.HasPrefix(s[at:], next) {
					return at
				}
			}
		}
		end += i
		if i == 0 || end == len(s) || s[end] == '\n' {
			return -1
		}
		if next != "" && strings.HasPrefix(s[end:], next) {
			return end
		}
		end++
	}
	return -1
}

// number is the length of the number at the beginning of s, or -1.
func number(s string, hex bool) int {
	n := 0
	if strings.HasPrefix(s, "-") {
		n++
	}
	if hex && strings.HasPrefix(s[n:], "0x") {
		n += 2
	}
	digits := n
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || hex && s[n] >= 'a' && s[n] <= 'f') {
		n++
	}
	if n == digits || n-digits > 20 || n < len(s) && isWord(s[n]) {
		return -1
	}
	return n
}

// Folded maps a byte to what it is matched as, whatever stands beside it.
var Folded = func() (t [256]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '\t' || c == '\r' || c == '_' || c == 0 || c == '\v' || c == '\f':
			c = ' '
		}
		t[i] = c
	}
	return t
}()

// Folder makes text normal byte by byte: letters small, everything that
// separates words one blank. The zero Folder begins a text.
type Folder struct{ last byte }

// Fold returns what b is matched as; ok is false for a byte that is passed over.
func (f *Folder) Fold(b byte) (c byte, ok bool) {
	c = Folded[b]
	if c == '-' && f.last >= 'a' && f.last <= 'z' {
		c = ' '
	}
	if c == ' ' && f.last == ' ' {
		return 0, false
	}
	f.last = c
	return c, true
}

// Normal returns a text as patterns are matched against it. Line breaks stay.
// Quotation marks of typographers become those of typewriters.
func Normal(s string) string {
	if strings.Contains(s, "\xe2\x80") {
		s = quotes.Replace(s)
	}
	var f Folder
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if c, ok := f.Fold(s[i]); ok {
			b = append(b, c)
		}
	}
	return string(b)
}

var quotes = strings.NewReplacer("‘", "'", "’", "'", "“", `"`, "”", `"`)
