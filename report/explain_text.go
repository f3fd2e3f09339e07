package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/explain"
	"github.com/parley-tls/parley/knowledge/errors"
)

// Text is the answer to parley explain TEXT.
type Text struct {
	Tool   string
	Exit   int
	Answer *explain.Answer
	// SettledBy is the check that settled it; "": none.
	SettledBy string
	// Causes are the words of the causes that the answer names.
	Causes map[parley.CauseID]Cause
}

// ExplainText writes what a text says of TLS.
func ExplainText(w io.Writer, t *Text, o Options) error {
	if o.Plain {
		return textPlain(w, t)
	}
	p := page{o: o, cols: o.width()}
	a := t.Answer
	p.wrapped("read as  ", a.ReadAs)
	p.wrapped("says     ", a.Says)
	p.wrapped("refused  ", refusedBy(a))
	if a.Line != "" {
		p.add("")
		p.wrapped("  ", a.Line)
	}
	p.causesOf(t)
	if len(a.Causes) > 0 && a.Causes[0].Certainty >= parley.Seen {
		p.fixLines([]Cause{t.Causes[a.Causes[0].ID]})
	}
	p.testsOf(a)
	p.list("will not help", t.willNotHelp())
	if len(a.Also) > 0 {
		p.add("")
		p.add("also in this text")
		for _, x := range a.Also {
			p.wrapped("  ", x.Says)
		}
	}
	return writeLines(w, p.lines, o.Color)
}

// refusedBy says who refused, and with which alert.
func refusedBy(a *explain.Answer) string {
	who := map[errors.By]string{
		errors.ByPeer: "by the peer", errors.BySelf: "by the program that prints it",
		errors.ByLocal: "by nobody: nothing was sent", errors.ByNobody: "by nobody: the connection ended without a word",
		errors.ByUnknown: "the text does not say by whom",
	}[a.By]
	if a.Alert != nil {
		who += fmt.Sprintf(", alert %s(%d) %s", a.Alert.Name, a.Alert.Number, direction(a.Alert))
	}
	return who
}

func direction(a *explain.Alert) string {
	if a.Sent {
		return "sent"
	}
	return "received"
}

func (p *page) causesOf(t *Text) {
	a := t.Answer
	p.add("")
	switch {
	case isNoFailure(a):
		p.wrapped("", "That is no failure of TLS: no cause follows from it.")
		return
	case len(a.Causes) == 0:
		p.wrapped("", "This message says that TLS failed, and nothing of why. Every cause remains.")
		return
	case a.Causes[0].Certainty >= parley.Seen:
		p.add("cause")
	default:
		p.add("causes that remain, commonest first")
	}
	for _, c := range a.Causes {
		p.lines = append(p.lines, columns(2, string(c.ID), "", c.Certainty.String()+", "+sideName(c.Side), p.cols)...)
		p.wrapped("      ", withWhy(t.Causes[c.ID].Title, c.Why))
	}
}

// withWhy is the title of a cause and why it remains, which is no second time what
// the title says.
func withWhy(title, why string) string {
	if why == "" || strings.Contains(strings.ToLower(title), strings.ToLower(why)) {
		return title
	}
	return title + ": " + why
}

// isNoFailure says whether the text is of something that came after TLS.
func isNoFailure(a *explain.Answer) bool {
	return a.Outside || len(a.Causes) == 0 && a.Phase == parley.PhasePolicy
}

func sideName(s parley.Side) string {
	if s == parley.SideUnknown {
		return "either side"
	}
	return s.String()
}

func (p *page) testsOf(a *explain.Answer) {
	if len(a.Tests) == 0 || isNoFailure(a) {
		return
	}
	p.add("")
	switch {
	case len(a.Causes) > 0 && a.Causes[0].Certainty >= parley.Seen:
		p.add("see it")
	case !slices.ContainsFunc(a.Tests, func(t explain.Test) bool { return strings.HasPrefix(t.Command, "parley check ") }):
		p.add("The text cannot decide, and no check of an endpoint can. What to look at:")
	default:
		p.add("The text cannot decide. This can:")
	}
	for _, x := range a.Tests {
		p.add("  " + x.Command)
	}
}

func textPlain(w io.Writer, t *Text) error {
	a := t.Answer
	var f facts
	f.add("read-as", a.ReadAs)
	f.add("exit", strconv.Itoa(t.Exit))
	f.add("says", a.Says)
	f.add("said-by", a.Product)
	if a.Role != errors.RoleUnknown {
		f.add("role", a.Role.String())
	}
	f.add("refused-by", a.By.String())
	if a.Alert != nil {
		f.add("alert", fmt.Sprintf("%d %s %s", a.Alert.Number, a.Alert.Name, direction(a.Alert)))
	}
	f.add("line", a.Line)
	for _, c := range a.Causes {
		f.add("cause", fmt.Sprintf("%s %s %s %s", c.ID, c.Certainty, c.Side, c.Why))
	}
	for _, c := range a.Causes {
		for _, x := range firstOfEachSide(t.Causes[c.ID]) {
			f.add("fix", fmt.Sprintf("%s %s %s", c.ID, sideWord(x.Side), x.text()))
		}
	}
	for _, x := range a.Tests {
		f.add("test", x.Command)
	}
	for _, x := range t.willNotHelp() {
		f.add("will-not-help", x)
	}
	for _, x := range a.Also {
		f.add("also", x.Says)
	}
	_, err := io.WriteString(w, f.String())
	return err
}

type saidByJSON struct {
	Product string `json:"product"`
	Role    string `json:"role"`
}

type alertJSON struct {
	Number    int    `json:"number"`
	Name      string `json:"name"`
	Direction string `json:"direction"`
}

type alsoJSON struct {
	Says string `json:"says"`
	Line string `json:"line"`
}

// ExplainTextJSON writes what a text says of TLS as a document.
func ExplainTextJSON(w io.Writer, t *Text) error {
	a := t.Answer
	doc := explainJSON{
		Schema: ExplainSchema, ToolVersion: t.Tool, Exit: t.Exit, ReadAs: a.ReadAs, RefusedBy: a.By.String(),
		Says: a.Says, Phase: a.Phase.String(), Line: a.Line, Offset: a.Offset,
		Causes: []explainCauseJSON{}, Tests: []explainTestJSON{}, WillNotHelp: some(t.willNotHelp()), Also: []alsoJSON{},
		SettledBy: t.SettledBy,
	}
	if a.Known {
		doc.SaidBy = &saidByJSON{Product: a.Product, Role: a.Role.String()}
	}
	if a.Alert != nil {
		doc.Alert = &alertJSON{Number: a.Alert.Number, Name: a.Alert.Name, Direction: direction(a.Alert)}
	}
	for _, c := range a.Causes {
		words := t.Causes[c.ID]
		out := explainCauseJSON{
			ID: c.ID, Certainty: c.Certainty, Side: c.Side, Why: c.Why, Title: words.Title, Meaning: words.Meaning,
			ToldFrom: some(words.Told), Fixes: []fixJSON{}, References: some(words.References), Fault: words.Fault,
		}
		for _, f := range resolve(words.Intents, nil) {
			out.Fixes = append(out.Fixes, fixDocument(f))
		}
		doc.Causes = append(doc.Causes, out)
	}
	for _, x := range a.Tests {
		doc.Tests = append(doc.Tests, explainTestJSON{Command: x.Command, Separates: x.Separates})
	}
	for _, x := range a.Also {
		doc.Also = append(doc.Also, alsoJSON(x))
	}
	return writeJSON(w, doc)
}

// AlertPage is what is known of an alert, by its number.
type AlertPage struct {
	Name    errors.AlertName
	Meaning *errors.Meaning
	// Texts are how stacks print it, "stack: text".
	Texts []string
	Tests []explain.Test
	// Causes are those that it leaves, commonest first, each once.
	Causes []Cause
}

// ExplainAlert writes the page of an alert.
func ExplainAlert(w io.Writer, a *AlertPage, o Options) error {
	p := page{o: o, cols: o.width()}
	p.add(fmt.Sprintf("alert %s(%d)", a.Name.Name, a.Name.Number))
	p.wrapped("", a.Meaning.Says)
	p.add("")
	p.wrapped("", "Whoever prints it as received was refused by the other side: the reason is in what was sent, the details are in the other side's log.")
	p.guesses("causes, commonest first", a.Meaning.Guesses)
	p.guesses("where a client prints it", a.Meaning.AsClient)
	p.guesses("where a server prints it", a.Meaning.AsServer)
	p.fixLines(a.Causes)
	p.list("printed as", a.Texts)
	if len(a.Tests) > 0 {
		p.add("")
		p.add("The alert alone does not decide. This does:")
		for _, t := range a.Tests {
			p.add("  " + t.Command)
		}
	}
	p.list("will not help", willNotHelp(a.Meaning.Folk, a.Causes, a.Meaning.Decides))
	return writeLines(w, p.lines, o.Color)
}

// willNotHelp is the advice that fails for a text.
func (t *Text) willNotHelp() []string {
	var causes []Cause
	for _, c := range t.Answer.Causes {
		causes = append(causes, t.Causes[c.ID])
	}
	return willNotHelp(t.Answer.WillNotHelp, causes, len(causes) > 0 && t.Answer.Causes[0].Certainty >= parley.Seen)
}

// willNotHelp is the advice that fails for a message or, where none is known of
// the message itself, for its cause. Where several causes remain each piece says
// for which it holds, unless it holds for all: what is idle under one of them may
// be the cure under another.
func willNotHelp(folk []string, causes []Cause, decided bool) []string {
	switch {
	case len(folk) > 0 || len(causes) == 0:
		return folk
	case decided:
		return causes[0].WillNotHelp[:min(2, len(causes[0].WillNotHelp))]
	}
	var out []string
	for _, advice := range causes[0].WillNotHelp {
		if !slices.ContainsFunc(causes, func(c Cause) bool { return !slices.Contains(c.WillNotHelp, advice) }) {
			out = append(out, advice)
		}
	}
	var said []string
	for _, c := range causes {
		i := slices.IndexFunc(c.WillNotHelp, func(advice string) bool { return !slices.Contains(out, advice) })
		if i < 0 || len(out) == 3 || slices.Contains(said, c.WillNotHelp[i]) {
			continue
		}
		said = append(said, c.WillNotHelp[i])
		out = append(out, "if "+causesWith(causes, c.WillNotHelp[i])+": "+lowerFirst(c.WillNotHelp[i]))
	}
	return out
}

// causesWith are the ids of the causes under which a piece of advice fails.
func causesWith(causes []Cause, advice string) string {
	var ids []string
	for _, c := range causes {
		if slices.Contains(c.WillNotHelp, advice) {
			ids = append(ids, string(c.ID))
		}
	}
	return strings.Join(ids, " or ")
}

// lowerFirst makes the beginning of a sentence a clause; a name stays.
func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// fixLines lists the best fix on each side of every cause; of several causes each
// with its id.
func (p *page) fixLines(causes []Cause) {
	titled := false
	for _, c := range causes {
		for _, f := range firstOfEachSide(c) {
			if !titled {
				p.add("")
				p.add("fix")
				titled = true
			}
			text := f.text()
			if len(causes) > 1 {
				text = string(c.ID) + ": " + text
			}
			p.wrapped(fmt.Sprintf("  %-*s", sideCols, sideWord(f.Side)), text)
		}
	}
}

// firstOfEachSide are the fixes of a cause that are best on their side.
func firstOfEachSide(c Cause) []Fix {
	var out []Fix
	for _, f := range resolve(c.Intents, nil) {
		if !slices.ContainsFunc(out, func(o Fix) bool { return o.Side == f.Side }) {
			out = append(out, f)
		}
	}
	return out
}

func (p *page) guesses(title string, gs []errors.Guess) {
	if len(gs) == 0 {
		return
	}
	p.add("")
	p.add(title)
	for _, g := range gs {
		p.add("  " + string(g.Cause))
		p.wrapped("      ", g.Why)
	}
}
