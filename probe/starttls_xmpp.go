package probe

import (
	"bytes"
	"html"
	"strings"
	"time"

	"github.com/parley-tls/parley/internal/lazy"
)

// upgradeXMPP is STARTTLS of XMPP (RFC 6120, Section 5), for a stream of clients
// or of servers, by its namespace.
func (x *run) upgradeXMPP(namespace string) *end {
	open := "<?xml version='1.0'?><stream:stream xmlns='" + namespace +
		"' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'"
	if to := html.EscapeString(x.a.Scope.Name); to != "" {
		open += " to='" + to + "'"
	}
	features, e := x.stanza(open+">", "</stream:features>", "</stream:error>", "</stream:stream>", "<stream:features/>")
	if e != nil {
		return e
	}
	if words := streamError(features); words != "" {
		return refused("%s", words)
	}
	if !startTLSFeature().Match(features) {
		return refused("starttls is not offered: %s", clip(features))
	}
	answer, e := x.stanza("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "/>", "</proceed>", "</failure>", "</stream:error>")
	if e != nil {
		return e
	}
	if !bytes.Contains(answer, []byte("<proceed")) {
		if words := streamError(answer); words != "" {
			return refused("%s", words)
		}
		return refused("%s", clip(answer))
	}
	return nil
}

var (
	startTLSFeature = lazy.Regexp(`<starttls\b[^>]*urn:ietf:params:xml:ns:xmpp-tls`)
	// streamCondition is the condition of a stream error, and its text
	// (RFC 6120, Section 4.9.2).
	streamCondition = lazy.Regexp(`<stream:error[^>]*>\s*(?:<text\b[^>]*>[^<]*</text>\s*)?<([a-z-]+)`)
	streamText      = lazy.Regexp(`<text\b[^>]*>([^<]*)</text>`)
)

// streamError is the error of a stream in the server's words, or nothing.
func streamError(b []byte) string {
	condition := streamCondition().FindSubmatch(b)
	if condition == nil {
		return ""
	}
	words := "stream error " + string(condition[1])
	if text := streamText().FindSubmatch(b); text != nil && len(text[1]) > 0 {
		words += ": " + html.UnescapeString(string(text[1]))
	}
	return words
}

// stanza writes s and reads until one of the marks.
func (x *run) stanza(s string, marks ...string) ([]byte, *end) {
	if e := x.link.write([]byte(s)); e != nil {
		return nil, e
	}
	l := x.link
	deadline := sooner(time.Now().Add(3*l.silence), x.by)
	for {
		if b, ok := cutAt(l.in, marks); ok {
			l.in = l.in[len(b):]
			x.greet(b)
			return b, nil
		}
		if len(l.in) > maxHeader {
			return nil, refused("more than %d bytes without an end", maxHeader)
		}
		if begun := bytes.TrimLeft(l.in, " \t\r\n"); len(begun) > 0 && begun[0] != '<' {
			return nil, x.stranger("XMPP", l.take())
		}
		if e := l.fill(deadline); e != nil {
			return nil, x.cut(e, l.take())
		}
	}
}

// cutAt returns b up to the end of the mark that comes first.
func cutAt(b []byte, marks []string) ([]byte, bool) {
	at := -1
	for _, m := range marks {
		if i := bytes.Index(b, []byte(m)); i >= 0 && (at < 0 || i+len(m) < at) {
			at = i + len(m)
		}
	}
	return b[:max(at, 0):max(at, 0)], at >= 0
}

// clip cuts b to what a detail may hold.
func clip(b []byte) string { return strings.TrimSpace(string(b[:min(len(b), 240)])) }
