package transcript

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/wire"
)

// String writes the document.
func (d *Doc) String() string {
	var b strings.Builder
	if d.Title != "" {
		for l := range strings.SplitSeq(d.Title, "\n") {
			b.WriteString(strings.TrimRight("# "+l, " ") + "\n")
		}
	}
	if d.Client != "" {
		b.WriteString("client " + word(string(d.Client)) + "\n")
	}
	if d.Target.Text != "" {
		b.WriteString(targetLine(d.Target) + "\n")
	}
	if d.Lookup.Name != "" {
		b.WriteString(lookupLine(d.Lookup) + "\n")
	}
	if d.Local != (parley.Local{}) {
		b.WriteString(localLine(d.Local) + "\n")
	}
	b.WriteString(d.head())
	var scope parley.Scope
	for i := range d.Blocks {
		bl := &d.Blocks[i]
		bl.declared = d.Certificates
		if bl.Scope != scope || i == 0 {
			if i > 0 {
				b.WriteString("\n")
			}
			b.WriteString(serverLine(bl.Scope) + "\n")
			scope = bl.Scope
		}
		b.WriteString("\n" + bl.String())
	}
	return b.String()
}

func serverLine(s parley.Scope) string {
	line := "server " + s.Addr.String()
	if s.Name != "" {
		line += " " + word(s.Name)
	}
	if s.Via != "" {
		line += " via=" + word(s.Via)
	}
	if s.Transport != parley.TransportTCP {
		line += " over=" + s.Transport.String()
	}
	return line
}

func targetLine(t parley.Target) string {
	line := "target " + word(t.Text) + " host=" + word(t.Host) + " port=" + strconv.Itoa(int(t.Port))
	if t.Name != "" {
		line += " name=" + word(t.Name)
	}
	if t.Transport != parley.TransportTCP {
		line += " over=" + t.Transport.String()
	}
	if t.StartTLS != "" {
		line += " starttls=" + word(t.StartTLS)
	}
	if len(t.Proxies) > 0 {
		line += " proxies=" + words(t.Proxies)
	}
	if len(t.Origin) > 0 {
		list := make([]string, len(t.Origin))
		for i, a := range t.Origin {
			list[i] = a.String()
		}
		line += " origin=" + strings.Join(list, ",")
	}
	return line
}

func lookupLine(l parley.Lookup) string {
	line := "lookup " + word(l.Name)
	if len(l.Addrs) > 0 {
		list := make([]string, len(l.Addrs))
		for i, a := range l.Addrs {
			list[i] = a.String()
		}
		line += " addresses=" + strings.Join(list, ",")
	}
	if l.End != parley.EndUnknown {
		line += " end=" + l.End.String()
	}
	if l.Detail != "" {
		line += " detail=" + word(l.Detail)
	}
	return line
}

func localLine(l parley.Local) string {
	line := "local"
	if l.NoIPv6 {
		line += " no_ipv6"
	}
	if l.OS != "" {
		line += " os=" + word(l.OS)
	}
	if l.Unusable != "" {
		line += " unusable_client_certificate=" + word(l.Unusable)
	}
	return line
}

// String writes the attempt with its answer.
func (bl *Block) String() string {
	var b strings.Builder
	plain := bl.isPlain()
	b.WriteString(bl.header(plain) + "\n")
	if !plain {
		for _, s := range bl.Prologue {
			b.WriteString(stepLine(s))
		}
	}
	f := framing{record: bl.RecordVersion, split: bl.Split, whole: bl.Whole}
	switch {
	case bl.Hello != nil:
		usual := usualRecord(bl.Hello)
		if f.record == 0 {
			f.record = usual
		}
		b.WriteString(layout("> ClientHello", append(f.terms(usual), helloTerms(bl.Hello)...), 0))
	case bl.SSL2 != nil:
		b.WriteString(layout("> SSL2ClientHello", append(f.terms(0), ssl2Terms(bl.SSL2)...), 0))
	}
	if len(bl.Request) > 0 {
		b.WriteString(layout("> request", []string{quote(string(bl.Request))}, 0))
	}
	b.WriteString(bl.answer())
	return b.String()
}

// isPlain says that the attempt is a control in the short form.
func (bl *Block) isPlain() bool {
	return bl.Role == parley.RoleControl && bl.Name == "plain" && bl.Hello == nil && bl.SSL2 == nil &&
		len(bl.Prologue) == 1 && bl.Prologue[0].Kind == parley.StepSend && bl.Prologue[0].Text == ""
}

func (bl *Block) header(plain bool) string {
	parts := []string{bl.Role.String()}
	switch {
	case bl.Role == parley.RoleVariant:
		parts[0] = nameWords(bl.On)
		for _, c := range bl.Changed {
			parts = append(parts, changeText(c))
		}
		if bl.Name != "" {
			parts = append(parts, "as", nameWords(bl.Name))
		}
	case plain:
		parts = append(parts, "plain", quote(string(bl.Prologue[0].Data)))
	case bl.Name != "" && !(bl.Role == parley.RoleBase && bl.Name == "base"):
		parts = append(parts, nameWords(bl.Name))
	}
	if bl.Until != parley.StopFlight {
		parts = append(parts, "until="+bl.Until.String())
	}
	if bl.Cert != nil {
		parts = append(parts, "presents="+word(bl.Cert.Name))
	}
	if bl.Resume {
		parts = append(parts, "resume")
	}
	if bl.Reply.Others != 0 {
		parts = append(parts, "others="+strconv.Itoa(bl.Reply.Others))
	}
	if s := duration(bl.Reply.Connect); s != "" {
		parts = append(parts, "connect="+strings.TrimSuffix(s, " ms"))
	}
	if bl.Times > 1 {
		parts = append(parts, "x"+strconv.Itoa(bl.Times))
	}
	return strings.Join(parts, " ")
}

// nameWords writes a name, quoted unless all its words are plain and none
// means something else in a header.
func nameWords(name string) string {
	for w := range strings.SplitSeq(name, " ") {
		if word(w) != w || headerWord(w) {
			return quote(name)
		}
	}
	return name
}

// headerWord reports whether w has a meaning in the first line of an attempt.
func headerWord(w string) bool {
	switch w {
	case "", "+", "-", "=", "as", "resume":
		return true
	}
	_, times := timesOf(w)
	return times || slices.ContainsFunc([]string{"others=", "connect=", "until=", "presents="}, func(p string) bool { return strings.HasPrefix(w, p) })
}

func timesOf(w string) (int, bool) {
	digits, ok := strings.CutPrefix(w, "x")
	if !ok {
		return 0, false
	}
	n, err := number(digits, 10000)
	return n, err == nil
}

func changeText(c parley.Change) string {
	text := c.Text
	c.Text = ""
	s := c.String()
	if text != "" {
		s += " " + quote(text)
		if plain := nameWords(text); plain == text {
			s = strings.TrimSuffix(s, quote(text)) + text
		}
	}
	return s
}

func stepLine(s parley.Step) string {
	switch s.Kind {
	case parley.StepStartTLS:
		return layout("> STARTTLS", []string{word(s.Text)}, 0)
	case parley.StepProxyHeader:
		return layout("> PROXY", []string{word(s.Text)}, 0)
	case parley.StepSend:
		return layout("> plain", []string{quote(string(s.Data))}, 0)
	case parley.StepListen:
		return layout("> listen", nil, 0)
	}
	return ""
}

// answer writes what came back, and how it ended.
func (bl *Block) answer() string {
	var b strings.Builder
	r := &bl.Reply
	if bl.NotRun != "" {
		return "not run " + quote(bl.NotRun) + "\n"
	}
	if len(r.Banner) > 0 {
		b.WriteString(layout("< banner", []string{quote(string(r.Banner))}, 0))
	}
	for _, e := range r.Events {
		name, toks, ok := itemLine(e.Item)
		if !ok {
			continue
		}
		if m, ok := e.Item.Message.(*wire.Certificate); ok {
			byName(toks, m.Raw, bl.declared)
		}
		arrow := "< "
		if e.From == parley.ClientSide {
			arrow = "> "
		}
		if e.Item.Protected {
			toks = append(toks, encrypted)
		}
		b.WriteString(layout(arrow+name, toks, e.After))
	}
	if toks := r.TTL.Terms(); len(toks) > 0 {
		b.WriteString(layout("< TTL", toks, 0))
	}
	if line, ok := bl.end(); ok {
		b.WriteString(line)
	}
	if r.Unfollowed != "" {
		b.WriteString("unfollowed " + quote(r.Unfollowed) + "\n")
	}
	if r.Signature != parley.SignatureUnknown {
		b.WriteString("signature " + r.Signature.String() + "\n")
	}
	return b.String()
}

// byName calls the certificates that the document made by their names.
func byName(toks []string, raw [][]byte, declared []Declared) {
	for i, der := range raw {
		for _, d := range declared {
			if bytes.Equal(d.DER, der) && i < len(toks) {
				toks[i] = "cert=" + d.Name
			}
		}
	}
}

// encrypted ends the line of what was read with the keys of the connection.
const encrypted = "encrypted"

// endWords are the ends that have a line of their own. Those with a detail are
// followed by it.
var endWords = map[parley.EndKind]string{
	parley.EndNameNotFound:   "name not found",
	parley.EndNameError:      "name error",
	parley.EndConnectRefused: "connect refused",
	parley.EndConnectTimeout: "connect timeout",
	parley.EndUnreachable:    "connect unreachable",
	parley.EndProxyRefused:   "proxy refused",
	parley.EndPrologue:       "prologue refused",
	parley.EndStopped:        "stopped",
	parley.EndFIN:            "< FIN",
	parley.EndRST:            "< RST",
	parley.EndSilence:        "silence",
	parley.EndMalformed:      "malformed",
	parley.EndLimit:          "limit",
	parley.EndLocal:          "local error",
	parley.EndInterrupted:    "interrupted",
	parley.EndVersions:       "other versions",
}

// end writes the end where the last message does not say it.
func (bl *Block) end() (string, bool) {
	r := &bl.Reply
	if implied := impliedEnd(r.Events); implied != parley.EndUnknown && implied == r.End {
		return "", false
	}
	var toks []string
	switch r.End {
	case parley.EndUnknown:
		return "", false
	case parley.EndPlaintext:
		return layout("< plaintext", []string{quote(string(r.Plain))}, r.Took), true
	case parley.EndAlert:
		return layout("< Alert", alertTokens(r.Alert), r.Took), true
	}
	if r.Detail != "" {
		toks = []string{quote(r.Detail)}
	}
	end := layout(endWords[r.End], toks, r.Took)
	if len(r.Plain) > 0 { // a proxy asked over TLS that answers in clear text
		end = layout("< plaintext", []string{quote(string(r.Plain))}, 0) + end
	}
	return end, true
}

// impliedEnd is the end that the last message says: a fatal alert, or that the
// server was answered as far as wanted.
func impliedEnd(events []parley.Event) parley.EndKind {
	if len(events) == 0 {
		return parley.EndUnknown
	}
	last := events[len(events)-1]
	if last.From != parley.ServerSide {
		return parley.EndUnknown
	}
	if last.Item.Kind == wire.KindAlert {
		if last.Item.Alert.Level == 2 {
			return parley.EndAlert
		}
		return parley.EndUnknown
	}
	return parley.EndStopped
}

func parseScope(toks []string) (parley.Scope, error) {
	var s parley.Scope
	for i, tok := range toks {
		if v, ok := strings.CutPrefix(tok, "via="); ok && i > 0 {
			via, err := unword(v)
			if err != nil {
				return s, err
			}
			s.Via = via
			continue
		}
		if v, ok := strings.CutPrefix(tok, "over="); ok && i > 0 {
			if err := s.Transport.UnmarshalText([]byte(v)); err != nil {
				return s, err
			}
			continue
		}
		switch i {
		case 0:
			a, err := netip.ParseAddrPort(tok)
			if err != nil {
				return s, fmt.Errorf("%q is not an address and port", tok)
			}
			s.Addr = a
		case 1:
			name, err := unword(tok)
			if err != nil {
				return s, err
			}
			s.Name = name
		default:
			return s, fmt.Errorf("unknown word %q: want server ADDRESS:PORT [NAME] [via=URL] [over=dtls]", tok)
		}
	}
	if len(toks) == 0 {
		return s, fmt.Errorf("want server ADDRESS:PORT [NAME] [via=URL] [over=dtls]")
	}
	return s, nil
}

func tookOf(r *parley.Reply) time.Duration {
	if n := len(r.Events); n > 0 && r.Took == 0 {
		return r.Events[n-1].After
	}
	return r.Took
}
