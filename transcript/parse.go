package transcript

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
)

// Error is a line that a document does not understand.
type Error struct {
	Line int
	Text string
}

// Error reads "line 4: unknown term "foo"".
func (e *Error) Error() string { return fmt.Sprintf("transcript: line %d: %s", e.Line, e.Text) }

// maxTimes bounds how often one attempt may be said to have been made.
const maxTimes = 1000

type parser struct {
	doc   Doc
	scope parley.Scope
	known bool // a server line came
	block *Block
	items *items
	ended bool // the block has its end
	// makers are the certificates declared so far.
	makers []maker
}

// Parse reads a document.
func Parse(text string) (*Doc, error) {
	var p parser
	var title []string
	lines := join(text)
	for _, l := range lines {
		if t, ok := strings.CutPrefix(l.text, "#"); ok {
			if len(p.doc.Blocks) == 0 && !p.known {
				title = append(title, strings.TrimPrefix(t, " "))
			}
			continue
		}
		if err := p.line(l.text); err != nil {
			return nil, &Error{Line: l.number, Text: err.Error()}
		}
	}
	p.doc.Title = strings.Trim(strings.Join(title, "\n"), "\n")
	for i := range p.doc.Blocks {
		finish(&p.doc.Blocks[i])
	}
	return &p.doc, nil
}

// MustParse is Parse for documents in code; it panics where Parse fails.
func MustParse(text string) *Doc {
	d, err := Parse(text)
	if err != nil {
		panic(err)
	}
	return d
}

// finish fills in what the lines imply.
func finish(bl *Block) {
	r := &bl.Reply
	if bl.NotRun != "" {
		bl.Times = 0
		return
	}
	if r.End == parley.EndUnknown {
		r.End = impliedEnd(r.Events)
	}
	if r.End == parley.EndAlert {
		r.Alert = r.Events[len(r.Events)-1].Item.Alert
	}
	r.Took = tookOf(r)
	if r.End == parley.EndPlaintext {
		r.First = r.Took
	}
	for _, e := range r.Events {
		if e.After > 0 {
			r.First = e.After
			break
		}
	}
}

func (p *parser) line(text string) error {
	toks, err := tokens(text)
	if err != nil {
		return err
	}
	if p.block != nil {
		if ok, err := p.end(toks); ok || err != nil {
			return err
		}
	}
	switch toks[0] {
	case ">", "<":
		if p.block == nil {
			return fmt.Errorf("an attempt must begin before %q", text)
		}
		if len(toks) < 2 {
			return fmt.Errorf("a message must follow %q", toks[0])
		}
		rest, after, err := cutAfter(toks[2:])
		if err != nil {
			return err
		}
		return p.message(toks[0], toks[1], rest, after)
	case "client":
		if len(toks) != 2 || len(p.doc.Blocks) > 0 {
			return fmt.Errorf("want one client, before the attempts")
		}
		id, err := unword(toks[1])
		p.doc.Client = parley.ClientID(id)
		return err
	case "server":
		p.block, p.known = nil, true
		p.scope, err = parseScope(toks[1:])
		return err
	case "target":
		return p.target(toks[1:])
	case "lookup":
		return p.lookup(toks[1:])
	case "local":
		return p.local(toks[1:])
	case "now":
		if len(toks) != 2 {
			return fmt.Errorf("want now YYYY-MM-DD")
		}
		p.doc.Now, err = time.Parse(time.DateOnly, toks[1])
		return err
	case "certificate":
		return p.declare(toks[1:])
	case "trust":
		return p.trust(toks[1:])
	case "fetched":
		return p.fetched(toks[1:])
	case "unfollowed", "signature":
		return p.learned(toks)
	}
	return p.header(toks)
}

// pairs reads key=value tokens.
func pairs(toks []string, set func(key, value string) error) error {
	for _, tok := range toks {
		t := readTerm(tok)
		v := ""
		if t.key == "proxies" || t.key == "addresses" {
			v = t.value
		} else if !t.bare {
			var err error
			if v, err = unword(t.value); err != nil {
				return err
			}
		}
		if err := set(t.key, v); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) target(toks []string) error {
	if len(toks) == 0 {
		return fmt.Errorf("want target TEXT host=HOST port=PORT")
	}
	t := &p.doc.Target
	text, err := unword(toks[0])
	if err != nil {
		return err
	}
	*t = parley.Target{Text: text}
	return pairs(toks[1:], func(key, value string) (err error) {
		n := 0
		switch key {
		case "host":
			t.Host = value
		case "port":
			n, err = number(value, 0xffff)
			t.Port = uint16(n)
		case "name":
			t.Name = value
		case "over":
			err = t.Transport.UnmarshalText([]byte(value))
		case "starttls":
			t.StartTLS = value
		case "proxies":
			t.Proxies, err = unwords(value)
		case "origin":
			for w := range strings.SplitSeq(value, ",") {
				a, err := netip.ParseAddrPort(w)
				if err != nil {
					return fmt.Errorf("%q is not an address with a port", w)
				}
				t.Origin = append(t.Origin, a)
			}
		default:
			err = fmt.Errorf("unknown term %q", key)
		}
		return err
	})
}

func (p *parser) lookup(toks []string) error {
	if len(toks) == 0 {
		return fmt.Errorf("want lookup NAME [addresses=A,B] [end=END]")
	}
	l := &p.doc.Lookup
	name, err := unword(toks[0])
	if err != nil {
		return err
	}
	if rest := strings.Join(toks[1:], " "); rest == "not found" {
		*l = parley.Lookup{Name: name, End: parley.EndNameNotFound}
		return nil
	}
	*l = parley.Lookup{Name: name}
	return pairs(toks[1:], func(key, value string) error {
		switch key {
		case "addresses":
			for w := range strings.SplitSeq(value, ",") {
				a, err := netip.ParseAddr(w)
				if err != nil {
					return fmt.Errorf("%q is not an address", w)
				}
				l.Addrs = append(l.Addrs, a)
			}
		case "end":
			return l.End.UnmarshalText([]byte(value))
		case "detail":
			l.Detail = value
		default:
			return fmt.Errorf("unknown term %q", key)
		}
		return nil
	})
}

func (p *parser) local(toks []string) error {
	return pairs(toks, func(key, value string) error {
		switch key {
		case "no_ipv6":
			p.doc.Local.NoIPv6 = true
		case "os":
			p.doc.Local.OS = value
		case "unusable_client_certificate":
			p.doc.Local.Unusable = value
		default:
			return fmt.Errorf("unknown term %q", key)
		}
		return nil
	})
}

// header begins an attempt.
func (p *parser) header(toks []string) error {
	bl := Block{Scope: p.scope, Times: 1}
	toks, err := cutOptions(&bl, toks)
	if err != nil {
		return err
	}
	name := ""
	if at := slices.Index(toks, "as"); at > 0 {
		if name, err = joinName(toks[at+1:]); err != nil {
			return err
		}
		toks = toks[:at]
	}
	op := slices.IndexFunc(toks, isOp)
	switch {
	case op > 0:
		bl.Role, bl.Name = parley.RoleVariant, name
		if bl.On, err = joinName(toks[:op]); err != nil {
			return err
		}
		if bl.Changed, err = parseChanges(toks[op:]); err != nil {
			return err
		}
	case name != "":
		return fmt.Errorf("only a variant is named with \"as\"")
	default:
		err = plainHeader(&bl, toks)
	}
	if err != nil {
		return err
	}
	if !p.known && bl.Role != parley.RoleUnknown {
		return fmt.Errorf("a server line must stand before the attempts")
	}
	if bl.Role == parley.RoleVariant && !slices.ContainsFunc(p.doc.Blocks, func(b Block) bool {
		return b.Scope == bl.Scope && b.Name == bl.On
	}) {
		return fmt.Errorf("no attempt of this server is called %q above", bl.On)
	}
	p.doc.Blocks = append(p.doc.Blocks, bl)
	p.block = &p.doc.Blocks[len(p.doc.Blocks)-1]
	p.items, p.ended = newItems(), false
	p.items.certificates = p.doc.Certificates
	return nil
}

func plainHeader(bl *Block, toks []string) error {
	if len(toks) == 0 {
		return fmt.Errorf("want base, reference, control or NAME + CHANGE")
	}
	var err error
	switch toks[0] {
	case "base":
		bl.Role, bl.Name = parley.RoleBase, "base"
		if len(toks) == 1 {
			return nil
		}
	case "reference":
		bl.Role = parley.RoleReference
	case "control":
		bl.Role = parley.RoleControl
		if len(toks) == 3 && toks[1] == "plain" && strings.HasPrefix(toks[2], `"`) {
			data, err := unword(toks[2])
			bl.Name = "plain"
			bl.Prologue = []parley.Step{{Kind: parley.StepSend, Data: []byte(data)}}
			return err
		}
	default:
		return fmt.Errorf("%q begins no line: want base, reference, control or NAME + CHANGE", strings.Join(toks, " "))
	}
	if len(toks) > 1 {
		bl.Name, err = joinName(toks[1:])
	}
	if bl.Role == parley.RoleBase && bl.Name == "" {
		bl.Name = "base"
	}
	return err
}

// cutOptions takes what stands behind the name.
func cutOptions(bl *Block, toks []string) ([]string, error) {
	for len(toks) > 1 {
		last := toks[len(toks)-1]
		n, times := timesOf(last)
		others, isOthers := strings.CutPrefix(last, "others=")
		connect, isConnect := strings.CutPrefix(last, "connect=")
		until, isUntil := strings.CutPrefix(last, "until=")
		presents, isPresents := strings.CutPrefix(last, "presents=")
		var err error
		switch {
		case last == "resume":
			bl.Resume = true
		case isUntil:
			err = bl.Until.UnmarshalText([]byte(until))
		case isPresents:
			bl.Cert = &parley.ClientCert{}
			bl.Cert.Name, err = unword(presents)
		case times:
			if n < 1 || n > maxTimes {
				return nil, fmt.Errorf("%s: want x1 to x%d", last, maxTimes)
			}
			bl.Times = n
		case isOthers:
			bl.Reply.Others, err = number(others, 1000)
		case isConnect:
			bl.Reply.Connect, err = readDuration(connect)
		case last == "ms" && len(toks) > 2 && strings.HasPrefix(toks[len(toks)-2], "connect="):
		default:
			return toks, nil
		}
		if err != nil {
			return nil, err
		}
		toks = toks[:len(toks)-1]
	}
	return toks, nil
}

// joinName reads a name of one quoted or several plain words.
func joinName(toks []string) (string, error) {
	if len(toks) == 1 {
		return unword(toks[0])
	}
	if len(toks) == 0 {
		return "", fmt.Errorf("a name is missing")
	}
	for _, t := range toks {
		if strings.Contains(t, `"`) {
			return "", fmt.Errorf("a quoted name stands alone")
		}
	}
	return strings.Join(toks, " "), nil
}

// end reads an end that is a line of words; false if toks is none.
func (p *parser) end(toks []string) (bool, error) {
	rest, after, err := cutAfter(toks)
	if err != nil {
		return false, err
	}
	detail := ""
	if n := len(rest); n > 1 && strings.HasPrefix(rest[n-1], `"`) {
		if detail, err = unword(rest[n-1]); err != nil {
			return false, err
		}
		rest = rest[:n-1]
	}
	line := strings.Join(rest, " ")
	if line == "not run" && detail != "" {
		p.block.NotRun = detail
		return true, p.close(parley.EndUnknown, 0)
	}
	for kind, words := range endWords {
		if words == line {
			p.block.Reply.Detail = detail
			return true, p.close(kind, after)
		}
	}
	return false, nil
}

// learned reads what the keys of a connection gave.
func (p *parser) learned(toks []string) error {
	if p.block == nil || len(toks) != 2 {
		return fmt.Errorf("want one word after %s, below an attempt", toks[0])
	}
	if toks[0] == "signature" {
		return p.block.Reply.Signature.UnmarshalText([]byte(toks[1]))
	}
	var err error
	p.block.Reply.Unfollowed, err = unword(toks[1])
	return err
}

func (p *parser) close(kind parley.EndKind, after time.Duration) error {
	afterPlain := p.block.Reply.End == parley.EndPlaintext && kind == parley.EndProxyRefused
	if p.ended && !afterPlain {
		return fmt.Errorf("the attempt has ended already")
	}
	p.ended = true
	p.block.Reply.End, p.block.Reply.Took = kind, after
	return nil
}

// message reads a line of the wire.
func (p *parser) message(arrow, name string, toks []string, after time.Duration) error {
	if p.ended {
		return fmt.Errorf("the attempt has ended already")
	}
	bl := p.block
	if arrow == ">" && len(bl.Reply.Events) == 0 && len(bl.Reply.Banner) == 0 && bl.Hello == nil && bl.SSL2 == nil {
		if ok, err := p.send(name, toks); ok || err != nil {
			return err
		}
	}
	if arrow == "<" {
		switch name {
		case "FIN":
			return p.close(parley.EndFIN, after)
		case "RST":
			return p.close(parley.EndRST, after)
		case "plaintext", "banner":
			text, err := joinName(toks)
			if err != nil {
				return err
			}
			if name == "banner" {
				bl.Reply.Banner = []byte(text)
				return nil
			}
			bl.Reply.Plain = []byte(text)
			return p.close(parley.EndPlaintext, after)
		case "TTL":
			return pairs(toks, bl.Reply.TTL.Read)
		}
	}
	side := parley.ServerSide
	if arrow == ">" {
		side = parley.ClientSide
	}
	if name == "request" && side == parley.ClientSide {
		text, err := joinName(toks)
		bl.Request = []byte(text)
		return err
	}
	protected := len(toks) > 0 && toks[len(toks)-1] == encrypted
	if protected {
		toks = toks[:len(toks)-1]
	}
	it, err := p.items.read(side, name, toks)
	if err != nil {
		return err
	}
	it.Protected = protected
	bl.Reply.Events = append(bl.Reply.Events, parley.Event{From: side, After: after, Item: it})
	return nil
}

// send reads what the attempt itself sends; false if the line is none of that.
func (p *parser) send(name string, toks []string) (bool, error) {
	bl := p.block
	text, textErr := "", error(nil)
	if len(toks) > 0 {
		text, textErr = unword(toks[0])
	}
	switch name {
	case "STARTTLS":
		bl.Prologue = append(bl.Prologue, parley.Step{Kind: parley.StepStartTLS, Text: text})
		return true, textErr
	case "PROXY":
		bl.Prologue = append(bl.Prologue, parley.Step{Kind: parley.StepProxyHeader, Text: text})
		return true, textErr
	case "plain":
		bl.Prologue = append(bl.Prologue, parley.Step{Kind: parley.StepSend, Data: []byte(text)})
		return true, textErr
	case "listen":
		bl.Prologue = append(bl.Prologue, parley.Step{Kind: parley.StepListen})
		return true, nil
	case "ClientHello", "SSL2ClientHello":
	default:
		return false, nil
	}
	if n := len(toks); n > 1 && toks[n-2] == "as" {
		client, err := unword(toks[n-1])
		if err != nil {
			return true, err
		}
		if bl.Role == parley.RoleBase && bl.Name == "base" {
			bl.Name = client
		}
		toks = toks[:n-2]
	}
	var f framing
	var err error
	if name == "SSL2ClientHello" {
		bl.SSL2, f, err = readSSL2(readTerms(toks))
	} else {
		bl.Hello, f, err = readHello(readTerms(toks))
	}
	bl.RecordVersion, bl.Split, bl.Whole = f.record, f.split, f.whole
	return true, err
}

func readTerms(toks []string) []term {
	out := make([]term, len(toks))
	for i, t := range toks {
		out[i] = readTerm(t)
	}
	return out
}
