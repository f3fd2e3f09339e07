package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/parley-tls/parley"
)

// Explain writes the page of a cause.
func Explain(w io.Writer, cause Cause, o Options) error {
	if o.Plain {
		return explainPlain(w, cause)
	}
	p := page{o: o, cols: o.width()}
	p.add(string(cause.ID))
	p.wrapped("", cause.Title)
	for para := range strings.SplitSeq(cause.Meaning, "\n\n") {
		if strings.TrimSpace(para) != "" {
			p.add("")
			p.wrapped("", para)
		}
	}
	p.list("printed as", cause.Printed)
	p.told(cause)
	p.fixes(cause)
	p.list("will not help", cause.WillNotHelp)
	p.list("references", cause.References)
	if cause.Fault != "" {
		p.list("see it", []string{"parley lab " + shellWord(cause.Fault)})
	}
	return writeLines(w, p.lines, o.Color)
}

// page collects the lines of a page.
type page struct {
	o     Options
	cols  int
	lines []string
}

func (p *page) add(line string) { p.lines = append(p.lines, clean(line, p.o.Unicode)) }

func (p *page) wrapped(label, text string) {
	p.lines = append(p.lines, columns(0, label, clean(text, p.o.Unicode), "", p.cols)...)
}

func (p *page) told(cause Cause) {
	facts := []string{}
	if cause.Best != parley.NotCertain {
		facts = append(facts, "at best "+cause.Best.String())
	}
	var sides []string
	for _, s := range cause.Sides {
		sides = append(sides, s.String())
	}
	if len(sides) > 0 {
		facts = append(facts, "side "+strings.Join(sides, " or "))
	}
	if cause.Phase != parley.PhaseUnknown {
		facts = append(facts, "phase "+cause.Phase.String())
	}
	if len(facts) > 0 {
		p.add("")
		p.wrapped("", strings.Join(facts, ", "))
	}
	if len(cause.Told) == 0 {
		return
	}
	p.add("")
	p.add("told from")
	for _, t := range cause.Told {
		p.wrapped("  ", string(t.From))
		p.wrapped("      ", t.By)
	}
}

func (p *page) fixes(cause Cause) {
	fixes := resolve(cause.Intents, nil)
	if len(fixes) == 0 {
		return
	}
	p.add("")
	p.add("fix")
	for _, f := range fixes {
		p.wrapped(fmt.Sprintf("  %-*s%-*s", sideCols, sideWord(f.Side), sideCols, f.Grade), f.text())
		for _, s := range cause.Software {
			p.knobs(f, s)
		}
	}
}

// knobs lists how a software says the fix.
func (p *page) knobs(f Fix, s Software) {
	for _, k := range s.Knobs {
		if s.Side == f.Side && k.Intent == f.Intent {
			text := s.Name + "  " + k.Text
			if k.Price != "" {
				text += " (" + k.Price + ")"
			}
			p.wrapped(spaces(2+2*sideCols), text)
		}
	}
}

func (p *page) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	p.add("")
	p.add(title)
	for _, s := range items {
		p.wrapped("  ", s)
	}
}

func explainPlain(w io.Writer, cause Cause) error {
	var f facts
	f.add("cause", string(cause.ID))
	f.add("title", cause.Title)
	f.add("meaning", cause.Meaning)
	if cause.Best != parley.NotCertain {
		f.add("at-best", cause.Best.String())
	}
	for _, s := range cause.Sides {
		f.add("side", s.String())
	}
	for _, t := range cause.Printed {
		f.add("printed-as", t)
	}
	for _, t := range cause.Told {
		f.add("told-from", string(t.From)+" "+t.By)
	}
	for _, fix := range resolve(cause.Intents, cause.Software) {
		f.add("fix", fmt.Sprintf("%s %s %s", sideWord(fix.Side), fix.Grade, fix.text()))
	}
	for _, h := range cause.WillNotHelp {
		f.add("will-not-help", h)
	}
	for _, r := range cause.References {
		f.add("reference", r)
	}
	f.add("fault", cause.Fault)
	_, err := io.WriteString(w, f.String())
	return err
}

// ExplainSchema names the contract of ExplainJSON.
const ExplainSchema = "parley.explain/1"

type explainJSON struct {
	Schema      string             `json:"schema"`
	ToolVersion string             `json:"tool_version"`
	Exit        int                `json:"exit"`
	ReadAs      string             `json:"read_as"`
	SaidBy      *saidByJSON        `json:"said_by"`
	RefusedBy   string             `json:"refused_by"`
	Alert       *alertJSON         `json:"alert"`
	Says        string             `json:"says,omitempty"`
	Phase       string             `json:"phase,omitempty"`
	Line        string             `json:"line,omitempty"`
	Offset      int64              `json:"offset,omitempty"`
	Causes      []explainCauseJSON `json:"causes"`
	Tests       []explainTestJSON  `json:"tests"`
	WillNotHelp []string           `json:"will_not_help"`
	Also        []alsoJSON         `json:"also,omitempty"`
	SettledBy   string             `json:"settled_by,omitempty"`
}

type explainCauseJSON struct {
	ID         parley.CauseID   `json:"id"`
	Certainty  parley.Certainty `json:"certainty"`
	Side       parley.Side      `json:"side"`
	Why        string           `json:"why"`
	Title      string           `json:"title"`
	Meaning    string           `json:"meaning"`
	ToldFrom   []Told           `json:"told_from"`
	Fixes      []fixJSON        `json:"fixes"`
	References []string         `json:"references"`
	Fault      string           `json:"fault"`
}

type explainTestJSON struct {
	Command   string           `json:"command"`
	Separates []parley.CauseID `json:"separates"`
}

// ExplainJSON writes the page of a cause as a document. That a cause was asked
// for by its id says nothing of a target: its certainty is unknown.
func ExplainJSON(w io.Writer, tool string, cause Cause) error {
	doc := explainCauseJSON{
		ID: cause.ID, Why: "named by its id", Title: cause.Title, Meaning: cause.Meaning,
		ToldFrom: some(cause.Told), Fixes: []fixJSON{}, References: some(cause.References), Fault: cause.Fault,
	}
	if len(cause.Sides) == 1 {
		doc.Side = cause.Sides[0]
	}
	for _, f := range resolve(cause.Intents, cause.Software) {
		doc.Fixes = append(doc.Fixes, fixDocument(f))
	}
	tests := []explainTestJSON{}
	if cause.Fault != "" {
		tests = append(tests, explainTestJSON{Command: "parley lab " + shellWord(cause.Fault), Separates: []parley.CauseID{cause.ID}})
	}
	return writeJSON(w, explainJSON{
		Schema: ExplainSchema, ToolVersion: tool, ReadAs: "cause", RefusedBy: "unknown",
		Causes: []explainCauseJSON{doc}, Tests: tests, WillNotHelp: some(cause.WillNotHelp),
	})
}

// WriteTour writes the closing table of a tour.
func WriteTour(w io.Writer, t *Tour, o Options) error {
	rows := [][]string{{"fault", "cause", "certainty", "side", "connections", "time"}}
	for _, r := range t.Rows {
		cause, certainty, side := string(r.Cause), r.Certainty.String(), r.Side.String()
		if cause == "" {
			cause, certainty, side = "none", "-", "-"
		}
		rows = append(rows, []string{r.Fault, cause, certainty, side, strconv.Itoa(r.Connections), seconds(r.Took)})
	}
	if o.Plain {
		return tourPlain(w, rows)
	}
	wide := func(l string) bool { return width(l) > o.width() }
	lines := tourTable(rows, 4)
	if slices.ContainsFunc(lines, wide) {
		rows[0][4] = "conns" // the word is wider than its numbers
		lines = tourTable(rows, 4)
	}
	if slices.ContainsFunc(lines, wide) {
		lines = tourByCause(rows)
	}
	for i, l := range lines {
		lines[i] = clean(l, o.Unicode)
	}
	noun := "faults"
	if len(t.Rows) == 1 {
		noun = "fault"
	}
	lines = append(lines, "", fmt.Sprintf("%d %s, %s", len(t.Rows), noun, seconds(t.Elapsed)))
	return writeLines(w, lines, o.Color)
}

// tourTable sets rows in columns, of which those from numbers on end in line.
func tourTable(rows [][]string, numbers int) []string {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], width(cell))
		}
	}
	var lines []string
	for _, r := range rows {
		line := ""
		for i, cell := range r {
			pad := spaces(widths[i] - width(cell))
			if i >= numbers {
				line += pad + cell + "  "
			} else {
				line += cell + pad + "  "
			}
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// tourByCause is the table for a narrow terminal: each cause stands over its
// faults, sorted.
func tourByCause(rows [][]string) []string {
	var causes []string
	for _, r := range rows[1:] {
		if !slices.Contains(causes, r[1]) {
			causes = append(causes, r[1])
		}
	}
	slices.Sort(causes)
	table := [][]string{{"cause and faults", "certainty", "side", "conns", "time"}}
	under := []int{-1}
	for i, c := range causes {
		for _, r := range rows[1:] {
			if r[1] == c {
				table = append(table, []string{"  " + r[0], r[2], r[3], r[4], r[5]})
				under = append(under, i)
			}
		}
	}
	var lines []string
	for i, l := range tourTable(table, 3) {
		if i > 0 && under[i] != under[i-1] {
			lines = append(lines, causes[under[i]])
		}
		lines = append(lines, l)
	}
	return lines
}

func tourPlain(w io.Writer, rows [][]string) error {
	var f facts
	for _, r := range rows[1:] {
		f.add("fault", strings.Join(r, " "))
	}
	_, err := io.WriteString(w, f.String())
	return err
}

// TourSchema names the contract of TourJSON.
const TourSchema = "parley.tour/1"

type tourJSON struct {
	Schema      string        `json:"schema"`
	ToolVersion string        `json:"tool_version"`
	Exit        int           `json:"exit"`
	ElapsedMS   float64       `json:"elapsed_ms"`
	Faults      []tourRowJSON `json:"faults"`
}

type tourRowJSON struct {
	Fault       string           `json:"fault"`
	Cause       parley.CauseID   `json:"cause"`
	Certainty   parley.Certainty `json:"certainty"`
	Side        parley.Side      `json:"side"`
	Exit        int              `json:"exit"`
	Connections int              `json:"connections"`
	TookMS      float64          `json:"took_ms"`
}

// TourJSON writes the closing table of a tour as a document.
func TourJSON(w io.Writer, t *Tour) error {
	doc := tourJSON{
		Schema: TourSchema, ToolVersion: t.Tool, Exit: t.Exit, ElapsedMS: milliseconds(t.Elapsed), Faults: []tourRowJSON{},
	}
	for _, r := range t.Rows {
		doc.Faults = append(doc.Faults, tourRowJSON{
			Fault: r.Fault, Cause: r.Cause, Certainty: r.Certainty, Side: r.Side, Exit: r.Exit,
			Connections: r.Connections, TookMS: milliseconds(r.Took),
		})
	}
	return writeJSON(w, doc)
}
