package explain

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/parley-tls/parley/knowledge/errors"
)

// Bounds of reading, in bytes. Memory does not grow with the text.
const (
	small     = 8 << 10   // up to here a text is read whole
	block     = 256 << 10 // of a larger one this much is held at a time
	window    = 2 << 10   // of a line this much is seen around what was found
	nearby    = 160       // and this much around what is read by code
	shown     = 300       // of a line this much is shown
	maxFound  = 400       // different things found
	maxTimes  = 1000      // times that one thing is counted
	maxTries  = 5000      // from then on one try of 64 is made
	anchorLen = 20        // of a text this much is looked for at first
)

// Found is one thing that was found in a text.
type Found struct {
	Rule *errors.Rule // nil: what code reads, see Number
	// Took is what the holes of the rule took.
	Took []string
	// Offset is where it begins in the text, Start and End where in its line as
	// the catalogue matches it.
	Offset     int64
	Start, End int
	Line       string // the line, or the part of it around what was found
	normal     string
	Times      int // at most 1000
	// special is what was found without a rule.
	special special
	alert   alertFound
	packed  uint32
}

// special is what is read by code and not by the catalogue.
type special uint8

const (
	specialUnknown   special = iota
	specialAlert             // an alert by name or number
	specialPacked            // error:0A00042E:
	specialCleartext         // bytes in clear in the place of a record
)

// Text is what was found in a text.
type Text struct {
	Size  int64
	Found []Found
	// Head is the beginning of the text, for what it looks like.
	Head string
	// Binary says that the beginning is no text.
	Binary bool
}

// seeker is what the automaton looks for: rules, and what code reads.
type seeker struct {
	rule    *errors.Rule
	special special
}

var specialAnchors = []struct {
	word string
	kind special
}{
	{"alert", specialAlert},
	{"remote error: ", specialAlert},
	{"fatal error: ", specialAlert},
	{"local error: ", specialAlert},
	{"gnutls handshake() failed: ", specialAlert},
	{"gnutls, handshake failed: ", specialAlert},
	{"error:", specialPacked},
	{"reason(", specialPacked},
	{" (in), , unknown (", specialCleartext},
}

var seekers = sync.OnceValue(func() []seeker {
	var out []seeker
	for _, r := range errors.Rules() {
		out = append(out, seeker{rule: r})
	}
	for _, s := range specialAnchors {
		out = append(out, seeker{special: s.kind})
	}
	return out
})

func anchors() []string {
	var out []string
	for _, s := range seekers() {
		if s.rule != nil {
			a := s.rule.Pattern.Anchor()
			out = append(out, a[:min(len(a), anchorLen)])
		}
	}
	for _, s := range specialAnchors {
		out = append(out, s.word)
	}
	return out
}

var search = sync.OnceValue(func() *automaton { return newAutomaton(anchors()) })

// reading is a text while it is read.
type reading struct {
	text  Text
	index map[key]int
	tries []int  // by seeker; -1: it is counted no more
	final []bool // by state of the automaton: whether one ends there that is counted
}

// key tells things that were found apart.
type key struct {
	rule    *errors.Rule
	special special
	took    string
}

// Read reads a text to its end. The error is that of r; what was found before
// it stands in the text.
func Read(r io.Reader) (*Text, error) {
	rd := &reading{index: map[key]int{}, tries: make([]int, len(seekers()))}
	buf := make([]byte, 0, block)
	base := int64(0) // of buf in the text
	done := 0        // of buf
	for {
		n, err := io.ReadFull(r, buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		rd.text.Size += int64(n)
		end := err == io.EOF || err == io.ErrUnexpectedEOF
		if base == 0 && done == 0 {
			rd.text.Head = string(buf[:min(len(buf), small)])
			rd.text.Binary = looksBinary(buf[:min(len(buf), small)])
		}
		switch {
		case end && base == 0 && len(buf) <= small:
			rd.whole(string(buf))
		case end || err != nil:
			rd.scan(buf, base, done, len(buf))
		default:
			rd.scan(buf, base, done, len(buf)-window)
		}
		if err != nil {
			rd.sort()
			if end {
				err = nil
			}
			return &rd.text, err
		}
		// What stands before the next part of a line is kept.
		keep := buf[len(buf)-2*window:]
		base += int64(len(buf) - len(keep))
		done = window
		buf = append(buf[:0], keep...)
	}
}

// ReadString reads a text that is at hand.
func ReadString(s string) *Text {
	t, _ := Read(strings.NewReader(s)) // a string has no error
	return t
}

// looksBinary says whether bytes are no text in any encoding that people paste.
func looksBinary(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	odd := 0
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0x1b {
			odd++
		}
	}
	return odd*10 > len(b) || odd > 0 && !utf8.Valid(b[:len(b)-min(len(b), 3)])
}

// whole reads a short text: each line by itself, and then without its breaks,
// which mails and terminals put into messages.
func (rd *reading) whole(s string) {
	at := int64(0)
	for line := range strings.Lines(s) {
		for from := 0; from < len(line); from += window {
			rd.line(line[from:min(len(line), from+window+anchorLen)], at+int64(from))
		}
		at += int64(len(line))
	}
	if strings.Count(strings.TrimSpace(s), "\n") == 0 {
		return
	}
	joined := errors.Normal(strings.ReplaceAll(s, "\n", " "))
	for _, k := range seekers() {
		if k.rule == nil || k.rule.Kind != errors.KindEntry {
			continue
		}
		start, end, took, ok := k.rule.Pattern.Find(joined)
		if !ok || end-start > window/8 {
			continue
		}
		f := Found{Rule: k.rule, Took: took, Offset: int64(min(start, len(s))), Start: start, End: end, normal: joined, Line: excerpt(joined[start:end])}
		if _, known := rd.index[f.key()]; !known {
			rd.add(f)
		}
	}
}

// line looks for everything in one line.
func (rd *reading) line(raw string, at int64) {
	normal := errors.Normal(raw)
	for _, k := range seekers() {
		if k.rule != nil {
			rd.look(k, raw, normal, at, 0)
		}
	}
	for i, s := range specialAnchors {
		k := seekers()[len(seekers())-len(specialAnchors)+i]
		for from := 0; ; {
			j := strings.Index(normal[from:], s.word)
			if j < 0 {
				break
			}
			rd.look(k, raw, normal, at, from+j)
			from += j + len(s.word)
		}
	}
}

// look tries one seeker on a line. from is where its anchor stands, for what is
// read by code.
func (rd *reading) look(k seeker, raw, normal string, at int64, from int) {
	f := Found{Rule: k.rule, Offset: at, Line: raw, normal: normal, special: k.special}
	ok := false
	switch k.special {
	case specialUnknown:
		f.Start, f.End, f.Took, ok = k.rule.Pattern.Find(normal)
	default:
		ok = f.read(normal, from)
	}
	if ok {
		f.Offset += int64(min(f.Start, len(raw)))
		rd.add(f)
	}
}

// read reads what is read by code: the anchor stands at from.
func (f *Found) read(normal string, from int) (ok bool) {
	switch f.special {
	case specialAlert:
		f.alert, ok = alertAt(normal, from)
	case specialPacked:
		f.packed, ok = packedAt(normal, from)
	case specialCleartext:
		ok = cleartextAt(normal, from)
	}
	f.Start, f.End = from, min(from+5, len(normal))
	return ok
}

func (f *Found) key() key {
	k := key{rule: f.Rule, special: f.special, took: strings.Join(f.Took, " ")}
	if f.Rule != nil && (f.Rule.Kind != errors.KindEntry || f.Rule.Entry.Takes == errors.TakesUnknown) {
		k.took = ""
	}
	switch f.special {
	case specialAlert:
		k.took = f.alert.String()
	case specialPacked:
		k.took = string([]byte{byte(f.packed >> 24), byte(f.packed >> 16), byte(f.packed >> 8), byte(f.packed)})
	}
	return k
}

// add keeps what was found, once.
func (rd *reading) add(f Found) {
	k := f.key()
	if i, ok := rd.index[k]; ok {
		if rd.text.Found[i].Times < maxTimes {
			rd.text.Found[i].Times++
		}
		return
	}
	if len(rd.text.Found) >= maxFound {
		return
	}
	f.Times = 1
	f.Line = excerpt(f.Line)
	rd.index[k] = len(rd.text.Found)
	rd.text.Found = append(rd.text.Found, f)
}

// sort brings what was found into the order of the text.
func (rd *reading) sort() {
	slices.SortStableFunc(rd.text.Found, func(a, b Found) int {
		switch {
		case a.Offset < b.Offset:
			return -1
		case a.Offset > b.Offset:
			return 1
		}
		return b.End - a.End
	})
}

// excerpt is a line as it is shown.
func excerpt(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "�"))
	if len(s) <= shown {
		return s
	}
	cut := shown
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// scan looks for what ends in buf[from:to], with the automaton. base is where
// buf begins in the text.
func (rd *reading) scan(buf []byte, base int64, from, to int) {
	a := search()
	ks := seekers()
	if rd.final == nil {
		rd.final = slices.Clone(a.final)
	}
	state, last := 0, byte(0)
	// What began before is found again: the anchors are short.
	for i := max(0, from-2*anchorLen); i < min(to, len(buf)); i++ {
		// As errors.Folder has it, which the compiler does not inline.
		c := errors.Folded[buf[i]]
		if c == '-' && last >= 'a' && last <= 'z' {
			c = ' '
		}
		if c == ' ' && last == ' ' {
			continue
		}
		last = c
		state = int(a.next[state*a.width+int(a.class[c])])
		if rd.final[state] && i >= from {
			rd.hit(buf, base, i, a.ends[state], ks)
			rd.final[state] = slices.ContainsFunc(a.ends[state], func(n uint16) bool { return rd.tries[n] >= 0 })
		}
	}
}

// hit looks at the line around a place at which anchors end.
func (rd *reading) hit(buf []byte, base int64, i int, ends []uint16, ks []seeker) {
	raw, normal := "", ""
	lineAt := 0
	for _, n := range ends {
		k := &ks[n]
		switch tries := rd.tries[n]; {
		case tries < 0:
			continue
		case tries >= maxTimes && k.rule != nil && rd.counted(k.rule):
			rd.tries[n] = -1
			continue
		default:
			rd.tries[n]++
			if tries > maxTries && tries%64 != 0 {
				continue
			}
		}
		if k.special != specialUnknown {
			rd.near(buf, base, i, *k, specialAnchors[int(n)-(len(ks)-len(specialAnchors))].word)
			continue
		}
		if raw == "" {
			lineAt = lineStart(buf, i, window)
			raw = string(buf[lineAt:lineEnd(buf, i, window)])
			normal = errors.Normal(raw)
		}
		rd.look(*k, raw, normal, base+int64(lineAt), 0)
	}
}

// near looks at what is close to the end of the anchor of what is read by code.
// The line as it is kept is the whole one, so that what is found in it is known
// to stand in one line.
func (rd *reading) near(buf []byte, base int64, i int, k seeker, word string) {
	at := lineStart(buf, i, nearby)
	upTo := errors.Normal(string(buf[at : i+1]))
	normal := upTo + errors.Normal(string(buf[i+1:max(i+1, lineEnd(buf, i+1, nearby))]))
	f := Found{special: k.special}
	if !f.read(normal, max(0, len(upTo)-len(word))) {
		return
	}
	if _, known := rd.index[f.key()]; known {
		rd.add(f)
		return
	}
	lineAt := lineStart(buf, i, window)
	raw := string(buf[lineAt:lineEnd(buf, i, window)])
	from := max(0, len(errors.Normal(string(buf[lineAt:i+1])))-len(word))
	rd.look(k, raw, errors.Normal(raw), base+int64(lineAt), from)
}

// counted says whether a rule was found as often as is counted. One whose
// number tells things apart is looked for on.
func (rd *reading) counted(r *errors.Rule) bool {
	i, ok := rd.index[key{rule: r}]
	return ok && rd.text.Found[i].Times >= maxTimes
}

// lineStart is where the line of buf[i] begins, or at most n bytes before.
func lineStart(buf []byte, i, n int) int {
	from := max(0, i-n)
	return from + 1 + bytes.LastIndexByte(buf[from:i], '\n')
}

// lineEnd is where it ends, or at most n bytes after.
func lineEnd(buf []byte, i, n int) int {
	to := min(len(buf), i+n)
	if at := bytes.IndexByte(buf[min(i, to):to], '\n'); at >= 0 {
		return i + at
	}
	return to
}
