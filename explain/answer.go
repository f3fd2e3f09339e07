package explain

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/knowledge/errors"
)

// Most is how many causes an answer names.
const Most = 5

// Answer is what a text says of TLS.
type Answer struct {
	// ReadAs says what the text was taken for.
	ReadAs string
	// Hint says where what is no message goes; "": nothing is to be said.
	Hint string
	// Known says that something of it is in the catalogue.
	Known bool
	// Foreign says that it is a message of another protocol, which ReadAs names.
	Foreign bool
	// Product is what printed it, Role which end of the handshake that is.
	Product string
	Role    errors.Role
	// Outside says that the text is of no handshake: no cause follows from it.
	Outside bool
	// Says is what the failure says, in the words of the handshake.
	Says string
	By   errors.By
	// Phase is how far the handshake got.
	Phase parley.Phase
	// Alert is the alert it speaks of; nil: none.
	Alert *Alert
	// Line is the line that says it, Offset where that begins.
	Line   string
	Offset int64
	Times  int
	Causes []Cause
	Tests  []Test
	// Fix is the product's own setting that mends the first cause; "": none is known.
	Fix string
	// WillNotHelp is advice often met for it that does not help.
	WillNotHelp []string
	// Also are other messages of the text, as consequences or other failures.
	Also []Also
	// Meaning is the id of the meaning it was given; "": none.
	Meaning string
}

// Alert is an alert that a text speaks of.
type Alert struct {
	Number int
	Name   string
	Sent   bool // by the program that printed the text
}

// Cause is one that the text leaves possible.
type Cause struct {
	ID        parley.CauseID
	Certainty parley.Certainty
	Side      parley.Side
	Why       string
	score     int
}

// Test is a command that tells causes apart.
type Test struct {
	Command   string
	Separates []parley.CauseID
}

// Also is another message of the text.
type Also struct {
	Says string
	Line string
}

// Options are what is known besides the text.
type Options struct {
	// Product is what printed it, in the user's words.
	Product string
	// Host is what to name in commands; "": HOST.
	Host string
}

// event is something found that means something.
type event struct {
	found   *Found
	meaning *errors.Meaning
	stack   *errors.Stack
	role    errors.Role
	tells   errors.Tells
	alert   *Alert
	number  bool // it was read from a number
}

// Explain says what a text means.
func Explain(t *Text, o Options) *Answer {
	if o.Product != "" {
		t = withProduct(t, o.Product)
	}
	a := &Answer{}
	events := t.events()
	first := primary(events)
	if first == nil {
		events = bare(t)
		first = primary(events)
	}
	first = sharpest(events, first)
	if t.isSSH(first) {
		a.ReadAs, a.Foreign = "a message of SSH, a protocol of its own without TLS", true
		return a
	}
	if first == nil {
		a.ReadAs = "text of which nothing is in the catalogue"
		what, hint := thing(t)
		switch {
		case what != "":
			a.ReadAs, a.Hint = what, hint
		case strings.TrimSpace(t.Head) == "" && !t.Binary:
			a.ReadAs = "nothing: the input is empty"
		case t.Binary:
			a.ReadAs = "binary data"
		}
		return a
	}
	a.Known = true
	first = t.viaProxy(first)
	a.Meaning = first.meaning.ID
	a.Says, a.By, a.Phase = first.meaning.Says, first.meaning.By, first.meaning.Phase
	a.Alert = first.alert
	if a.Alert == nil && first.meaning.Alert >= 0 && first.meaning.By == errors.ByPeer {
		a.Alert = &Alert{Number: first.meaning.Alert, Name: alertName(first.meaning.Alert)}
	}
	a.Line, a.Offset, a.Times = first.found.Line, first.found.Offset, first.found.Times
	a.Product = t.product(first, o)
	a.Role = t.role(first)
	if a.Role == errors.RoleServer && first.meaning.SaysAsServer != "" {
		a.Says = first.meaning.SaysAsServer
	}
	a.ReadAs = readAs(t, first, a)
	a.Also = also(events, first)
	if t.isElsewhere(first.meaning) {
		a.Says, a.Outside, a.By = first.meaning.Otherwise, true, errors.ByLocal
		a.Tests = []Test{{Command: "parley explain --list", Separates: []parley.CauseID{}}}
		return a
	}
	a.Causes = rank(t, first, events, a.Role)
	a.Tests = t.tests(first, a, o.Host)
	a.Fix = first.meaning.Fix
	a.WillNotHelp = folk(t, first.meaning, a)
	return a
}

// OfAlert is the answer to the number of an alert alone.
func OfAlert(number int) *Answer {
	f := &Found{Times: 1}
	first := alertEvent(f, alertFound{Number: number})
	a := &Answer{
		ReadAs: "alert", Known: true, Meaning: first.meaning.ID, Says: first.meaning.Says, By: errors.ByPeer,
		Phase: first.meaning.Phase, Alert: first.alert, WillNotHelp: first.meaning.Folk,
	}
	a.Causes = rank(&Text{}, first, nil, errors.RoleUnknown)
	for i := range a.Causes {
		a.Causes[i].Certainty = parley.Inferred // no text says it
	}
	a.Tests = tests(a.Causes, "", "", nil)
	return a
}

// folk is the advice that fails for a meaning, and what of its lore is for those
// who use what printed the text.
func folk(t *Text, m *errors.Meaning, a *Answer) []string {
	out := slices.Clone(m.Folk)
	where := strings.ToLower(a.Product + "\n" + a.Line + "\n" + t.Head)
	for _, l := range m.Lore {
		if slices.ContainsFunc(l.Signs, func(s string) bool { return strings.Contains(where, s) }) {
			out = append(out, l.Says)
		}
	}
	return out
}

// withProduct adds what the user says of the product to what was found.
func withProduct(t *Text, product string) *Text {
	more := ReadString(product)
	out := *t
	out.Found = slices.Clone(t.Found)
	for _, f := range more.Found {
		if f.Rule != nil && f.Rule.Kind != errors.KindEntry {
			f.Offset = t.Size
			out.Found = append(out.Found, f)
		}
	}
	return &out
}

// events are what was found that means something, in the order of the text.
func (t *Text) events() []*event {
	var out []*event
	for i := range t.Found {
		f := &t.Found[i]
		if e := t.eventOf(f); e != nil && !t.covered(f, i) {
			out = append(out, e)
		}
	}
	return out
}

// covered says whether what was found is a part of a longer message found in
// the same line.
func (t *Text) covered(f *Found, at int) bool {
	for i := range t.Found {
		g := &t.Found[i]
		if i == at || g.normal != f.normal {
			continue
		}
		if g.special == specialAlert && f.Rule != nil && namesAlert(f, g.alert.Number) {
			return true
		}
		if g.Rule == nil || g.Rule.Kind != errors.KindEntry {
			continue
		}
		if g.Start <= f.Start && f.End <= g.End && g.End-g.Start > f.End-f.Start && f.special == specialUnknown && !isCarrier(g.Rule.Entry) {
			return true
		}
	}
	return false
}

// namesAlert says whether what was found is only the name of an alert that the
// line names: a verdict of one's own may have the same words.
func namesAlert(f *Found, number int) bool {
	words := compact(f.normal[f.Start:f.End])
	return slices.ContainsFunc(spellings(), func(s spelling) bool { return s.number == number && s.text == words })
}

// isCarrier says whether a message only stands around others.
func isCarrier(e *errors.Entry) bool {
	return e.Takes != errors.TakesUnknown || strings.Contains(e.Text, "<*>") && errors.MeaningOf(e.Means).Tells <= errors.TellsVaguely
}

// eventOf gives what was found its meaning, or nil.
func (t *Text) eventOf(f *Found) *event {
	switch f.special {
	case specialAlert:
		return alertEvent(f, f.alert)
	case specialPacked:
		return packedEvent(f, f.packed)
	case specialCleartext:
		return eventFor(f, nil, "http.response")
	}
	if f.Rule == nil || f.Rule.Kind != errors.KindEntry {
		return nil
	}
	e, s := f.Rule.Entry, f.Rule.Stack
	took := ""
	if len(f.Took) > 0 {
		took = f.Took[0]
	}
	switch e.Takes {
	case errors.TakesAlert:
		if n := atoi(took); n >= 0 {
			return alertEvent(f, alertFound{Number: n})
		}
	case errors.TakesSentAlert:
		if ev := sentEvent(f, atoi(took)); ev != nil {
			return ev
		}
	case errors.TakesPacked:
		if n := atoi(took); n > 0 {
			return packedEvent(f, uint32(n))
		}
	case errors.TakesErrno:
		if id, ok := errnos[took]; ok {
			return eventFor(f, s, id)
		}
	case errors.TakesASCII:
		if ascii(took, 10) != "" {
			return eventFor(f, s, "http.response")
		}
	case errors.TakesCode:
		if strings.Trim(took, "-0x") == "" {
			return nil // that went well
		}
		if found := s.ByCode(codeOf(s, took)); found != nil {
			ev := eventFor(f, s, found.Means)
			ev.role, ev.number = found.Role, true
			// A number says no more than the class; the words beside it say which.
			ev.tells = min(ev.tells, errors.TellsHow)
			if s.ID == "curl" {
				ev.tells = min(ev.tells, errors.TellsVaguely)
			}
			return ev
		}
		if e.Means == "nothing" {
			return nil
		}
	}
	ev := eventFor(f, s, e.Means)
	ev.role = e.Role
	return ev
}

func eventFor(f *Found, s *errors.Stack, id string) *event {
	m := errors.MeaningOf(id)
	return &event{found: f, meaning: m, stack: s, tells: m.Tells}
}

func alertEvent(f *Found, a alertFound) *event {
	alert := &Alert{Number: a.Number, Name: alertName(a.Number), Sent: a.Sent}
	if !a.Sent {
		m := errors.OfAlert(a.Number)
		return &event{found: f, meaning: m, tells: m.Tells, alert: alert}
	}
	i := slices.IndexFunc(errors.Alerts, func(n errors.AlertName) bool { return n.Number == a.Number })
	if i < 0 {
		return nil
	}
	m := errors.MeaningOf(errors.Alerts[i].Sent)
	return &event{found: f, meaning: m, tells: min(m.Tells, errors.TellsHow), alert: alert}
}

// sentEvent is the alert that a text says its own program sent, or nil.
func sentEvent(f *Found, number int) *event {
	if number < 0 {
		return nil
	}
	return alertEvent(f, alertFound{Number: number, Sent: true})
}

func packedEvent(f *Found, code uint32) *event {
	s, e, alert := decode(code)
	switch {
	case alert >= 0:
		ev := alertEvent(f, alertFound{Number: alert})
		ev.stack = s
		return ev
	case e != nil:
		ev := eventFor(f, s, e.Means)
		ev.role, ev.number = e.Role, true
		return ev
	}
	return eventFor(f, s, "nothing")
}

func alertName(n int) string {
	return iana.Alert(n).String()
}

func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || n > 1<<32 {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	if s == "" {
		return -1
	}
	return n
}

// primary is the failure: of those that tell most the first. What comes after
// it is its consequence, or another failure.
func primary(events []*event) *event {
	var best *event
	for _, e := range events {
		if best == nil || e.weight() > best.weight() || e.weight() == best.weight() && e.found.Offset < best.found.Offset {
			best = e
		}
	}
	if best == nil || best.meaning.By != errors.ByNobody {
		return best
	}
	// Whoever sent an alert did not leave without a word.
	for _, e := range events {
		if e.alert != nil && !e.alert.Sent && e.found.normal == best.found.normal {
			return e
		}
	}
	return best
}

// sharpest is what says the same as the failure and decides which of its causes
// it is, as a browser's page does beside its code; the failure, where nothing does.
func sharpest(events []*event, first *event) *event {
	if first == nil || first.meaning.Decides {
		return first
	}
	for _, e := range events {
		m := e.meaning
		if !m.Decides || e.tells < first.tells || m.By != first.meaning.By || m.Phase != first.meaning.Phase {
			continue
		}
		guesses, _ := first.meaning.Left(first.role)
		if slices.ContainsFunc(guesses, func(g errors.Guess) bool { return g.Cause == m.Guesses[0].Cause }) {
			return e
		}
	}
	return first
}

// weight orders messages by how much they tell. Of two that tell as much the
// words of a library tell more than a number, those of the operating system, or
// the alert that this side sent after it had refused.
func (e *event) weight() int {
	w := 2 * int(e.tells)
	plain := e.stack != nil && (e.stack.ID == "system" || e.stack.ID == "any") || e.found.Rule != nil && e.found.Rule.Entry != nil && e.found.Rule.Entry.General
	// That something failed tells less than who refused what.
	plain = plain || e.meaning.By == errors.ByUnknown && e.tells <= errors.TellsVaguely
	if !e.number && !plain && (e.alert == nil || !e.alert.Sent) {
		w++
	}
	return w
}

// also lists other meanings of the text, each once.
func also(events []*event, first *event) []Also {
	var out []Also
	seen := map[string]bool{first.meaning.ID: true}
	for _, e := range events {
		general := e.found.Rule != nil && e.found.Rule.Entry != nil && e.found.Rule.Entry.General
		if seen[e.meaning.ID] || e.follows(first) || e.tells < errors.TellsHow || len(out) == 3 || general && e.found.normal == first.found.normal {
			continue
		}
		seen[e.meaning.ID] = true
		out = append(out, Also{Says: e.meaning.Says, Line: e.found.Line})
	}
	return out
}

// product names what printed the failure: of its own line first, then of the
// text.
func (t *Text) product(first *event, o Options) string {
	if o.Product != "" {
		return o.Product
	}
	name := ""
	for i := range t.Found {
		f := &t.Found[i]
		if f.Rule == nil || f.Rule.Kind != errors.KindProduct {
			continue
		}
		if f.normal == first.found.normal {
			return f.Rule.Product.Name
		}
		if name == "" {
			name = f.Rule.Product.Name
		}
	}
	if name == "" && first.stack != nil && !slices.Contains([]string{"any", "system", "x509", "databases", "mail", "brokers", "haproxy", "aws", "vpn", "browsers"}, first.stack.ID) {
		name = first.stack.Name
	}
	return name
}

// role tells which end of the connection printed the failure.
func (t *Text) role(first *event) errors.Role {
	if first.role != errors.RoleUnknown {
		return first.role
	}
	var here, anywhere, byProduct [3]int
	for i := range t.Found {
		f := &t.Found[i]
		if f.Rule == nil {
			continue
		}
		switch f.Rule.Kind {
		case errors.KindRole:
			anywhere[f.Rule.Role]++
			if f.normal == first.found.normal {
				here[f.Rule.Role]++
			}
		case errors.KindEntry:
			anywhere[f.Rule.Entry.Role]++
		case errors.KindProduct:
			byProduct[f.Rule.Product.Role]++
		}
	}
	for _, votes := range [][3]int{here, anywhere, byProduct} {
		switch c, s := votes[errors.RoleClient], votes[errors.RoleServer]; {
		case c > s:
			return errors.RoleClient
		case s > c:
			return errors.RoleServer
		case c > 0:
			return errors.RoleUnknown
		}
	}
	return errors.RoleUnknown
}
