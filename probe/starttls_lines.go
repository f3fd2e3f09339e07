// The upgrades of protocols that speak in lines.

package probe

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/internal/lazy"
)

// upgrades are the protocols that StepStartTLS knows, by name.
var upgrades = map[string]func(*run) *end{
	"acap":        (*run).upgradeACAP,
	"ftp":         (*run).upgradeFTP,
	"imap":        (*run).upgradeIMAP,
	"irc":         (*run).upgradeIRC,
	"ldap":        (*run).upgradeLDAP,
	"lmtp":        func(x *run) *end { return x.upgradeMail("LHLO") },
	"mssql":       (*run).upgradeTDS,
	"mysql":       (*run).upgradeMySQL,
	"nats":        (*run).upgradeNATS,
	"nntp":        (*run).upgradeNNTP,
	"pop3":        (*run).upgradePOP3,
	"postgres":    (*run).upgradePostgres,
	"rdp":         (*run).upgradeRDP,
	"sieve":       (*run).upgradeSieve,
	"smtp":        func(x *run) *end { return x.upgradeMail("EHLO") },
	"telnet":      (*run).upgradeTelnet,
	"vnc":         (*run).upgradeVNC,
	"xmpp":        func(x *run) *end { return x.upgradeXMPP("jabber:client") },
	"xmpp-server": func(x *run) *end { return x.upgradeXMPP("jabber:server") },
}

// Upgrades returns the names of the protocols that StepStartTLS knows, sorted.
func Upgrades() []string { return slices.Sorted(maps.Keys(upgrades)) }

// maxLines bounds how many lines one answer may have.
const maxLines = 200

// say writes a line.
func (x *run) say(line string) *end { return x.link.write([]byte(line + "\r\n")) }

// ending says whether line, of an answer that began with first, is its last.
type ending func(first, line string) bool

// hear reads the lines of one answer.
func (x *run) hear(last ending) ([]string, *end) {
	deadline := sooner(time.Now().Add(3*x.link.silence), x.by)
	var lines []string
	for range maxLines {
		b, e := x.link.until([]byte("\n"), 2048, deadline)
		if e != nil {
			return nil, x.cut(e, b)
		}
		x.greet(b)
		line := strings.TrimRight(string(b), "\r\n")
		lines = append(lines, line)
		if last(lines[0], line) {
			return lines, nil
		}
	}
	return nil, refused("an answer of more than %d lines", maxLines)
}

// ask writes a line and reads the answer, whose last line must begin as good
// says.
func (x *run) ask(line, good string, last ending) ([]string, *end) {
	if line != "" {
		if e := x.say(line); e != nil {
			return nil, e
		}
	}
	lines, e := x.hear(last)
	if e != nil {
		return nil, e
	}
	if final := lines[len(lines)-1]; !strings.HasPrefix(strings.ToUpper(final), good) {
		if strings.ContainsFunc(final, unicode.IsControl) {
			return nil, refused("%s", identify([]byte(final)))
		}
		return nil, refused("%s", final)
	}
	return lines, nil
}

// offers says whether one of the lines has the word among those that words
// takes for what is offered; a refusal if none has.
func offers(lines []string, word string, words func(line string) []string) *end {
	for _, l := range lines {
		if slices.Contains(words(strings.ToUpper(l)), word) {
			return nil
		}
	}
	return refused("%s is not offered: %s", word, strings.Join(lines, " | "))
}

// replyWord is the first word behind a reply code: an extension of SMTP
// (RFC 5321, Section 4.1.1.1).
func replyWord(line string) []string {
	return firstWord(line[min(len(line), 4):])
}

// firstWord is the first word of a line, in quotes or not: a capability of POP3
// or ManageSieve.
func firstWord(line string) []string {
	for _, w := range strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '"' }) {
		return []string{w}
	}
	return nil
}

// imapWords are the capabilities in a line: in a response, or in a response
// code (RFC 9051, Sections 7.2.2 and 7.1).
func imapWords(line string) []string {
	list, ok := strings.CutPrefix(line, "* CAPABILITY ")
	if !ok {
		_, list, _ = strings.Cut(line, "[CAPABILITY ")
		list, _, _ = strings.Cut(list, "]")
	}
	return strings.Fields(list)
}

// acapWords are the capabilities of an ACAP greeting, each in parentheses
// (RFC 2244, Section 6.2.1).
func acapWords(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" ()", r) })
}

// finalReply ends a reply with a code. Between "220-" and "220 " any text may
// stand (RFC 959, Section 4.2).
func finalReply(first, line string) bool {
	if !openReply().MatchString(first) {
		return true
	}
	return len(line) > 3 && line[:3] == first[:3] && line[3] == ' '
}

var openReply = lazy.Regexp(`^\d{3}-`)

func oneLine(string, string) bool { return true }

func matching(pattern string) ending {
	re := lazy.Regexp(pattern)
	return func(_, line string) bool { return re().MatchString(line) }
}

// upgradeMail is STARTTLS of SMTP and LMTP (RFC 3207; RFC 2033).
func (x *run) upgradeMail(hello string) *end {
	if _, e := x.ask("", "220", finalReply); e != nil {
		return e
	}
	local, _ := x.link.endpoints()
	lines, e := x.ask(hello+" "+literal(local.Addr()), "250", finalReply)
	if e != nil {
		return e
	}
	if e := offers(lines, "STARTTLS", replyWord); e != nil {
		return e
	}
	_, e = x.ask("STARTTLS", "220", finalReply)
	return e
}

// upgradeFTP is AUTH TLS (RFC 4217, Section 4).
func (x *run) upgradeFTP() *end {
	if _, e := x.ask("", "220", finalReply); e != nil {
		return e
	}
	_, e := x.ask("AUTH TLS", "234", finalReply)
	return e
}

// upgradeNNTP is STARTTLS (RFC 4642).
func (x *run) upgradeNNTP() *end {
	if _, e := x.ask("", "20", finalReply); e != nil {
		return e
	}
	_, e := x.ask("STARTTLS", "382", finalReply)
	return e
}

var (
	imapTagged = matching(`^(a\d |\* BYE)`)
	sieveReply = matching(`(?i)^(OK|NO|BYE)\b`)
	// A server that does not know the command has an error numeric for it.
	ircReply = lazy.Regexp(`^(:\S+ )?(670|691|[45]\d\d|ERROR)\b`)
)

// popList ends the answer to CAPA: a dot, unless the first line says no
// (RFC 2449, Section 5).
func popList(first, line string) bool { return line == "." || !strings.HasPrefix(first, "+OK") }

// upgradeACAP is STARTTLS of ACAP (RFC 2595, Section 5).
func (x *run) upgradeACAP() *end {
	lines, e := x.ask("", "* ACAP", oneLine)
	if e != nil {
		return e
	}
	if e := offers(lines, "STARTTLS", acapWords); e != nil {
		return e
	}
	_, e = x.ask("a1 STARTTLS", "A1 OK", imapTagged)
	return e
}

// upgradeNATS reads the INFO that a server begins with. TLS follows it without
// a command, if it says so.
func (x *run) upgradeNATS() *end {
	b, e := x.link.until([]byte("\n"), maxHeader, x.by)
	if e != nil {
		return x.cut(e, b)
	}
	x.greet(b)
	text, ok := bytes.CutPrefix(b, []byte("INFO "))
	if !ok {
		return refused("%s", identify(b))
	}
	var info struct {
		Required  bool `json:"tls_required"`
		Available bool `json:"tls_available"`
	}
	if err := json.Unmarshal(text, &info); err != nil {
		return refused("an INFO that cannot be read: %s", clip(b))
	}
	if !info.Required && !info.Available {
		return refused("TLS is not offered: the INFO has neither tls_required nor tls_available")
	}
	return nil
}

// upgradeIMAP is STARTTLS (RFC 9051, Section 6.2.1). A session that is
// authenticated from the start cannot be upgraded.
func (x *run) upgradeIMAP() *end {
	if _, e := x.ask("", "* OK", oneLine); e != nil {
		return e
	}
	lines, e := x.ask("a1 CAPABILITY", "A1 OK", imapTagged)
	if e != nil {
		return e
	}
	if e := offers(lines, "STARTTLS", imapWords); e != nil {
		return e
	}
	_, e = x.ask("a2 STARTTLS", "A2 OK", imapTagged)
	return e
}

// upgradePOP3 is STLS (RFC 2595, Section 4). Servers without CAPA are asked
// outright.
func (x *run) upgradePOP3() *end {
	if _, e := x.ask("", "+OK", oneLine); e != nil {
		return e
	}
	if e := x.say("CAPA"); e != nil {
		return e
	}
	lines, e := x.hear(popList)
	if e != nil {
		return e
	}
	if lines[len(lines)-1] == "." {
		if e := offers(lines, "STLS", firstWord); e != nil {
			return e
		}
	}
	_, e = x.ask("STLS", "+OK", oneLine)
	return e
}

// upgradeSieve is STARTTLS of ManageSieve, whose greeting lists capabilities
// (RFC 5804, Section 2.2).
func (x *run) upgradeSieve() *end {
	lines, e := x.ask("", "OK", sieveReply)
	if e != nil {
		return e
	}
	if e := offers(lines, "STARTTLS", firstWord); e != nil {
		return e
	}
	_, e = x.ask("STARTTLS", "OK", sieveReply)
	return e
}

// upgradeIRC is the STARTTLS of IRC, where the server may speak first or not.
// Some servers say nothing to a command that they do not know before somebody is
// registered. So one goes before it that all know, and that lacks what it needs:
// they answer that, and then the other or nothing.
func (x *run) upgradeIRC() *end {
	if e := x.say("USER\r\nSTARTTLS"); e != nil {
		return e
	}
	heard, by := "", x.by
	for range maxLines {
		b, e := x.link.until([]byte("\n"), 2048, by)
		if e != nil && e.kind == parley.EndSilence && heard != "" && len(b) == 0 {
			return refused("STARTTLS is not answered, and what came before it is: %s", heard)
		}
		if e != nil {
			return x.cut(e, b)
		}
		x.greet(b)
		line := strings.TrimRight(string(b), "\r\n")
		numeric := ircReply().FindStringSubmatch(line)
		switch {
		case numeric == nil:
		case numeric[2] == "670":
			return nil
		case heard == "" && numeric[2] == "461" && !strings.Contains(line, "STARTTLS"):
			heard, by = line, sooner(x.by, time.Now().Add(max(rest, 3*x.r.Connect)))
		default:
			return refused("%s", line)
		}
	}
	return refused("more than %d lines without an answer", maxLines)
}
