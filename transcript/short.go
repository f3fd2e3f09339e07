package transcript

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/wire"
)

// Line is one line of the short form, which screens show. It says the same as
// the full form in fewer words and does not parse.
type Line struct {
	// Arrow is ">" for the client, "<" for the server, empty for an end that
	// neither sent.
	Arrow string
	Name  string
	Text  string
	After time.Duration
}

// String writes the line without its time.
func (l Line) String() string {
	return strings.TrimRight(fmt.Sprintf("%-1s %-*s  %s", l.Arrow, nameSize-1, l.Name, l.Text), " ")
}

// Full writes an attempt with one answer in the full form, as String of a
// document shows it, without the first line.
func Full(a parley.Attempt, r parley.Reply) string {
	bl := Block{
		Role: parley.RoleBase, Name: "base", Times: 1, Prologue: a.Prologue, Hello: a.Hello, SSL2: a.SSL2,
		RecordVersion: a.RecordVersion, Split: a.Split, Whole: a.Whole, Reply: r,
		Until: a.Until, Cert: a.Cert, Request: a.Request, Resume: a.Resume,
	}
	_, text, _ := strings.Cut(bl.String(), "\n")
	return text
}

// Change writes a change as the first line of a variant does: "+ version 1.2".
func Change(c parley.Change) string { return changeText(c) }

// Changes writes a change set.
func Changes(cs []parley.Change) string {
	out := make([]string, len(cs))
	for i, c := range cs {
		out[i] = changeText(c)
	}
	return strings.Join(out, " ")
}

// Sent returns the lines of what an attempt sent until it ended as r says: no
// hello where the end came before it.
func Sent(a parley.Attempt, r parley.Reply) []Line {
	var out []Line
	if r.End.BeforeHello() && r.End != parley.EndPrologue {
		return nil
	}
	for _, s := range a.Prologue {
		switch s.Kind {
		case parley.StepStartTLS:
			out = append(out, Line{Arrow: ">", Name: "STARTTLS", Text: s.Text})
		case parley.StepProxyHeader:
			out = append(out, Line{Arrow: ">", Name: "PROXY", Text: s.Text})
		case parley.StepSend:
			out = append(out, Line{Arrow: ">", Name: "plain", Text: Text(s.Data)})
		}
	}
	switch {
	case r.End.BeforeHello():
	case a.SSL2 != nil:
		text := fmt.Sprintf("SSL 2 format, up to %v, %s", a.SSL2.Version, plural(len(a.SSL2.Kinds), "cipher kind"))
		out = append(out, Line{Arrow: ">", Name: "ClientHello", Text: text})
	case a.Hello != nil:
		out = append(out, Line{Arrow: ">", Name: "ClientHello", Text: ShortHello(a.Hello)})
	}
	return out
}

// Came returns the lines of an answer. Of what follows the server's first
// flight it has what is about a client's certificate or a request, and how it
// ended; that both sides closed says nothing.
func Came(r parley.Reply) []Line {
	var out []Line
	if len(r.Banner) > 0 {
		out = append(out, Line{Arrow: "<", Name: "banner", Text: Text(r.Banner)})
	}
	for _, e := range r.Events {
		arrow := "<"
		if e.From == parley.ClientSide {
			arrow = ">"
		}
		name, text, ok := shortItem(e.Item)
		if ok && e.From == parley.ClientSide {
			ok = tells(e.Item, r)
		}
		if ok && !closes(e.Item) {
			out = append(out, Line{Arrow: arrow, Name: name, Text: text, After: round(e.After)})
		}
	}
	bl := Block{Reply: r}
	if _, own := bl.end(); own && r.End != parley.EndUnknown && (r.End != parley.EndStopped || len(out) == 0) {
		out = append(out, shortEnd(r))
	}
	return out
}

// tells says of an item that the client sent behind its hello whether a reader
// wants it: where it presented a certificate, or none, to a server that asked.
func tells(it wire.Item, r parley.Reply) bool {
	if it.Type == iana.TypeClientHello && it.Kind == wire.KindHandshake {
		return true
	}
	_, presented := r.Presented()
	return presented || it.Kind == wire.KindApplicationData
}

func closes(it wire.Item) bool {
	return it.Kind == wire.KindAlert && it.Alert.Description == iana.AlertCloseNotify
}

// Terms returns the lines of an attempt and of its answer in the full form.
func Terms(a parley.Attempt, r parley.Reply) (sent, came []Line) {
	sent = Sent(a, parley.Reply{}) // whole, whether it was sent or not
	for i := range sent {
		switch {
		case sent[i].Name != "ClientHello":
		case a.Hello != nil:
			sent[i].Text = strings.Join(helloTerms(a.Hello), " ")
		case a.SSL2 != nil:
			sent[i].Name, sent[i].Text = "SSL2ClientHello", strings.Join(ssl2Terms(a.SSL2), " ")
		}
	}
	if len(r.Banner) > 0 {
		came = append(came, Line{Arrow: "<", Name: "banner", Text: quote(string(r.Banner))})
	}
	for _, e := range r.Events {
		if name, toks, ok := itemLine(e.Item); ok {
			l := Line{Arrow: "<", Name: name, Text: strings.Join(toks, " "), After: e.After}
			if e.From == parley.ClientSide {
				l.Arrow = ">"
			}
			came = append(came, l)
		}
	}
	bl := Block{Reply: r}
	if _, own := bl.end(); own && r.End != parley.EndUnknown {
		end := shortEnd(r)
		if r.End == parley.EndPlaintext {
			end.Text = quote(string(r.Plain))
		}
		came = append(came, end)
	}
	return sent, came
}

func shortEnd(r parley.Reply) Line {
	switch r.End {
	case parley.EndPlaintext:
		return Line{Arrow: "<", Name: "plaintext", Text: Text(r.Plain), After: round(r.Took)}
	case parley.EndAlert:
		return Line{Arrow: "<", Name: "Alert", Text: r.Alert.String(), After: round(r.Took)}
	}
	words := endWords[r.End]
	l := Line{Name: words, Text: r.Detail, After: round(r.Took)}
	if name, ok := strings.CutPrefix(words, "< "); ok {
		l.Arrow, l.Name = "<", name
	}
	return l
}

// Text writes the first line of what is not TLS, in ASCII and quotes.
func Text(b []byte) string {
	s := string(b)
	if first, _, cut := strings.Cut(strings.TrimLeft(s, "\r\n"), "\n"); cut && strings.TrimSpace(first) != "" {
		s = strings.TrimRight(first, "\r")
	}
	return quote(s)
}

// ShortHello writes what a hello offers: "1.0, 20 suites, server_name=shop.example".
func ShortHello(h *wire.ClientHello) string {
	parts := []string{shortVersions(h)}
	n := 0
	for _, s := range h.Suites {
		if i, ok := s.Info(); !iana.IsGREASE(uint16(s)) && !(ok && i.SCSV) {
			n++
		}
	}
	if n == 1 {
		parts = append(parts, onlySuite(h.Suites))
	} else {
		parts = append(parts, plural(n, "suite"))
	}
	if h.HasSuite(iana.SCSVFallback) {
		parts = append(parts, "fallback")
	}
	if name, ok := h.ServerName(); ok {
		parts = append(parts, "server_name="+word(name))
	} else {
		parts = append(parts, "no server_name")
	}
	if alpn := h.ALPN(); len(alpn) > 0 {
		parts = append(parts, "alpn="+words(alpn))
	}
	return strings.Join(parts, ", ")
}

func onlySuite(list []iana.Suite) string {
	for _, s := range list {
		if i, ok := s.Info(); !iana.IsGREASE(uint16(s)) && !(ok && i.SCSV) {
			return suites.name(s)
		}
	}
	return ""
}

func shortVersions(h *wire.ClientHello) string {
	vs := parley.OfferedVersions(h)
	if len(vs) == 0 {
		return "no version"
	}
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = versions.name(v)
	}
	return strings.Join(out, " ")
}

// shortItem writes a message in a few words; false for what a short form
// leaves out.
func shortItem(it wire.Item) (name, text string, ok bool) {
	switch it.Kind {
	case wire.KindAlert:
		return "Alert", it.Alert.String(), true
	case wire.KindMalformed, wire.KindTruncated, wire.KindTooLarge, wire.KindUnknownRecord:
		if it.Err != nil {
			return oddNames[it.Kind], it.Err.Error(), true
		}
		return oddNames[it.Kind], plural(len(it.Raw), "byte"), true
	case wire.KindHandshake, wire.KindSSL2:
		name, text = shortMessage(it)
		return name, text, name != ""
	case wire.KindApplicationData:
		return "ApplicationData", Text(it.Raw), it.Protected
	}
	return "", "", false
}

func shortMessage(it wire.Item) (name, text string) {
	switch m := it.Message.(type) {
	case *wire.ClientHello:
		return "ClientHello", ShortHello(m)
	case *wire.ServerHello:
		parts := []string{versions.name(m.Version()), suites.name(m.Suite)}
		if g, ok := m.Group(); ok {
			parts = append(parts, groups.name(g))
		}
		if m.IsHelloRetryRequest() {
			return "HelloRetryRequest", strings.Join(parts, ", ")
		}
		return "ServerHello", strings.Join(parts, ", ")
	case *wire.Certificate:
		return "Certificate", shortCertificate(m)
	case *wire.ServerKeyExchange:
		switch {
		case m.Group != 0:
			return "ServerKeyExchange", groups.name(m.Group)
		case m.PBits != 0:
			return "ServerKeyExchange", "DHE of " + strconv.Itoa(m.PBits) + " bits"
		}
		return "ServerKeyExchange", ""
	case *wire.CertificateRequest:
		return "CertificateRequest", ""
	case *wire.SSL2ServerHello:
		return "ServerHello", "SSL 2, " + plural(len(m.Kinds), "cipher kind")
	case *wire.SSL2Error:
		return "SSL2Error", "code " + strconv.Itoa(int(m.Code))
	case *wire.ServerHelloDone:
		return "ServerHelloDone", ""
	case *wire.HelloRequest:
		return "HelloRequest", ""
	}
	return "", ""
}

func shortCertificate(m *wire.Certificate) string {
	if len(m.Raw) == 0 {
		return "empty"
	}
	text := plural(len(m.Raw), "certificate")
	parts, err := unwords(certificateValue(m.Raw[0]))
	if err != nil || len(parts) < 2 {
		return text
	}
	text += ": " + parts[0]
	if len(parts) > 2 {
		text += " " + word(parts[2])
	}
	return text
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
