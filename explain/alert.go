package explain

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/parley-tls/parley/knowledge/errors"
)

// alertFound is an alert that a text names.
type alertFound struct {
	Number int
	Sent   bool // by the program that prints it
}

func (a alertFound) String() string { return fmt.Sprintf("%d %t", a.Number, a.Sent) }

// spelling is a spelling of an alert, without what separates its words.
type spelling struct {
	text   string
	number int
}

// spellings are all of them, longest first, so that the longest one is taken.
var spellings = sync.OnceValue(func() []spelling {
	var out []spelling
	for _, a := range errors.Alerts {
		for _, s := range append([]string{a.Name}, a.Spelled...) {
			out = append(out, spelling{compact(s), a.Number})
		}
	}
	slices.SortStableFunc(out, func(a, b spelling) int { return len(b.text) - len(a.text) })
	return out
})

// compact leaves the letters and digits of a text, small.
func compact(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// filler are words between "alert" and the name of one.
var filler = []string{
	"received", "fatal", "warning", "error", "read", "write", "sent", "level2", "level1", "level", "description", "number", "code", "message", "length0002", "length2",
	"from", "server", "client", "the", "was", "peer", "tls", "ssl", "is", "type", "with", "2", "desc", "hasbeen", "by", "remote", "host",
}

// alertAt reads the alert that a normal line names around from, where one of
// the anchors of alerts stands.
func alertAt(line string, from int) (alertFound, bool) {
	rest := line[from:]
	word, after, _ := strings.Cut(rest, " ")
	if strings.HasPrefix(rest, "alert") {
		word, after = "alert", rest[len("alert"):]
		if isLetter(after) && !strings.HasPrefix(after, "received") {
			return alertFound{}, false
		}
	} else if i := strings.Index(rest, ": "); i >= 0 {
		word, after = rest[:i], rest[i+2:]
		if word == "fatal error" && !strings.Contains(line[:from], ".erl:") {
			return alertFound{}, false
		}
	}
	sent := isSent(line, from, word)
	after = after[:min(len(after), 90)]
	if n, ok := alertNamed(after); ok {
		return alertFound{n, sent}, true
	}
	if word != "alert" {
		return alertFound{}, false
	}
	if n, ok := alertNumber(after); ok {
		return alertFound{n, sent}, true
	}
	// "handshake_failure alert", "internal_error(80) alert"
	before := strings.TrimRight(compact(line[max(0, from-50):from]), "0123456789")
	for _, s := range spellings() {
		if strings.HasSuffix(before, s.text) {
			return alertFound{s.number, sent}, true
		}
	}
	return alertFound{}, false
}

func isLetter(s string) bool { return s != "" && s[0] >= 'a' && s[0] <= 'z' }

// alertNamed reads the name that a text begins with.
func alertNamed(after string) (int, bool) {
	c := compact(after)
	for {
		for _, s := range spellings() {
			if strings.HasPrefix(c, s.text) {
				return s.number, true
			}
		}
		n := slices.IndexFunc(filler, func(f string) bool { return strings.HasPrefix(c, f) })
		if n < 0 {
			return 0, false
		}
		c = c[len(filler[n]):]
	}
}

// alertNumber reads "number 40", "(40)", "[40]", ": 40", "(582)" as curl has it.
func alertNumber(after string) (int, bool) {
	s := strings.TrimLeft(after, " ")
	for _, w := range []string{"received", "fatal", "number", "code", "description", "desc", ",", ":", "=", "is", "unknown", " "} {
		s = strings.TrimLeft(strings.TrimPrefix(s, w), " ")
	}
	s = strings.TrimLeft(s, "([:= ")
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits == 0 || digits > 3 || digits < len(s) && (isLetter(s[digits:]) || s[digits] == '/' || s[digits] == '.') {
		return 0, false
	}
	n, _ := strconv.Atoi(s[:digits])
	if level := n >> 8; level == 1 || level == 2 {
		n &= 0xff // level × 256 + number
	}
	known := slices.ContainsFunc(errors.Alerts, func(a errors.AlertName) bool { return a.Number == n })
	return n, known
}

// isSent says whether the line speaks of an alert that its own program sent.
func isSent(line string, from int, word string) bool {
	switch {
	case strings.HasPrefix(word, "local error"):
		return true
	case strings.HasPrefix(word, "remote error"):
		return false
	case word == "fatal error": // Erlang up to 20 names the module: that of alerts has read it
		return !strings.Contains(line[:from], "ssl alert.erl:")
	}
	switch { // Erlang names who sent it, and how it came to know
	case strings.Contains(line, "generated client alert"), strings.Contains(line, "generated server alert"):
		return true
	case strings.Contains(line, "received client alert"), strings.Contains(line, "received server alert"):
		return false
	}
	before := line[max(0, from-60):from]
	after := line[from:min(len(line), from+60)]
	for _, w := range []string{"remote party sent", "peer sent", "server sent", "remote host sent", "other side sent"} {
		if strings.Contains(before, w) {
			return false
		}
	}
	if strings.HasPrefix(after, "alertreceived") || strings.Contains(before, "receive") {
		return false
	}
	for _, w := range []string{"(out)", ">>> ", "sending", "sent ", "send ", "generated", "tlsfatal", "raised", "we sent", "wrote"} {
		if strings.Contains(before, w) {
			return true
		}
	}
	for _, w := range []string{"alert write", "alert sent", "alert was sent", "alert was generated", "alert was raised", "alert:write"} {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	if strings.HasSuffix(before, " write ") && strings.HasPrefix(after, "alert, level") { // BoringSSL in Apple's logs
		return true
	}
	// Erlang names who sent it.
	server := strings.Contains(line, "tls server") || strings.Contains(line, "tls :server")
	switch {
	case strings.HasSuffix(before, "client "):
		return !server && strings.HasPrefix(after, "alert: ")
	case strings.HasSuffix(before, "server "):
		return server
	}
	return false
}
