package report

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/weaknesses"
)

// Fleet writes what many targets came to, in the format of a Ledger. Each target is
// added as it ends. SARIF, JUnit and CSV are written as they come; of Markdown and
// HTML, which tell what is alike first, a name and some numbers are kept of each
// target.
type Fleet struct {
	out    *bufio.Writer
	format fleetFormat
	err    error
	count  int
}

// fleetFormat is one format under way.
type fleetFormat interface {
	add(*bufio.Writer, *Ledger) error
	end(*bufio.Writer, *FleetEnd) error
}

// FleetEnd is what is said of all targets when the last has ended.
type FleetEnd struct {
	Tool, Again string
	Exit        int
	Elapsed     time.Duration
	Day         time.Time
	Notes       []string
}

// NewFleet begins a format by its word of --format; nil: there is none of that word.
func NewFleet(word string, w io.Writer) *Fleet {
	var f fleetFormat
	switch word {
	case "csv":
		f = &fleetCSV{}
	case "junit":
		f = &fleetJUnit{}
	case "sarif":
		f = &fleetSARIF{at: map[string]int{}}
	case "md":
		f = &fleetPage{write: fleetMarkdown}
	case "html":
		f = &fleetPage{write: fleetHTML}
	default:
		return nil
	}
	return &Fleet{out: bufio.NewWriterSize(w, 64<<10), format: f}
}

// Add writes, or keeps, what one target came to. After an error it does nothing.
func (f *Fleet) Add(l *Ledger) error {
	if f.err == nil {
		f.count++
		f.err = f.format.add(f.out, l.cleaned())
	}
	return f.err
}

// End writes what comes last.
func (f *Fleet) End(e *FleetEnd) error {
	if f.err == nil {
		f.err = f.format.end(f.out, e)
	}
	return errors.Join(f.err, f.out.Flush())
}

// fleetCSV writes the lines of CSV below one line of names.
type fleetCSV struct{ begun bool }

func (c *fleetCSV) add(w *bufio.Writer, l *Ledger) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if !c.begun {
		c.begun = true
		if err := out.Write(csvNames); err != nil {
			return err
		}
	}
	for i := range l.Rows {
		if err := out.Write(l.csvLine(&l.Rows[i])); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func (c *fleetCSV) end(w *bufio.Writer, _ *FleetEnd) error {
	if c.begun {
		return nil
	}
	return c.add(w, &Ledger{})
}

// fleetJUnit writes a suite for each target.
type fleetJUnit struct{ begun bool }

func (j *fleetJUnit) begin(w *bufio.Writer) error {
	if j.begun {
		return nil
	}
	j.begun = true
	_, err := w.WriteString(xml.Header + `<testsuites name="parley scan">` + "\n")
	return err
}

func (j *fleetJUnit) add(w *bufio.Writer, l *Ledger) error {
	if err := j.begin(w); err != nil {
		return err
	}
	s := junitSuite{Name: l.Target}
	for i := range l.Rows {
		s.add(l, &l.Rows[i])
	}
	e := xml.NewEncoder(w)
	e.Indent("  ", "  ")
	if err := e.EncodeElement(s, xml.StartElement{Name: xml.Name{Local: "testsuite"}}); err != nil {
		return err
	}
	return w.WriteByte('\n')
}

func (j *fleetJUnit) end(w *bufio.Writer, _ *FleetEnd) error {
	if err := j.begin(w); err != nil {
		return err
	}
	_, err := w.WriteString("</testsuites>\n")
	return err
}

// fleetSARIF writes the results first, and then the rules that they are of.
type fleetSARIF struct {
	begun bool
	count int
	rules []sarifRule
	at    map[string]int // in rules, by ID
}

func (s *fleetSARIF) begin(w *bufio.Writer) error {
	if s.begun {
		return nil
	}
	s.begun = true
	_, err := w.WriteString(`{"$schema":"` + sarifSchemaURL + `","version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","results":[`)
	return err
}

func (s *fleetSARIF) add(w *bufio.Writer, l *Ledger) error {
	if err := s.begin(w); err != nil {
		return err
	}
	for i := range l.Rows {
		r := &l.Rows[i]
		index, seen := s.at[r.ID()]
		if !seen {
			index = len(s.rules)
			s.at[r.ID()] = index
			s.rules = append(s.rules, sarifRuleOf(r))
		}
		b, err := json.Marshal(l.sarifResult(r, index))
		if err != nil {
			return err
		}
		if s.count++; s.count > 1 {
			w.WriteByte(',')
		}
		w.WriteByte('\n')
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

func (s *fleetSARIF) end(w *bufio.Writer, e *FleetEnd) error {
	if err := s.begin(w); err != nil {
		return err
	}
	if s.rules == nil {
		s.rules = []sarifRule{}
	}
	driver := sarifDriver{Name: "parley", Version: e.Tool, InformationURI: informationURI, Rules: s.rules}
	tool, err := json.Marshal(sarifTool{Driver: driver})
	if err != nil {
		return err
	}
	invocation, err := json.Marshal(sarifInvocation{ExecutionSuccessful: true, ExitCode: e.Exit, CommandLine: clean(e.Again, true)})
	if err != nil {
		return err
	}
	_, err = w.WriteString("\n],\"tool\":" + string(tool) + ",\"invocations\":[" + string(invocation) + "]}]}\n")
	return err
}

// The bounds of a page: how many groups it keeps, and how many targets it names of
// one. What is beyond is counted.
const (
	maxFleetGroups = 2000
	maxFleetNamed  = 100_000
)

// fleetPage keeps what a page tells of many targets.
type fleetPage struct {
	write    func(*bufio.Writer, *fleetPage, *FleetEnd) error
	targets  []string
	verdicts [3]int // answered, problem, unknown
	groups   map[string]*fleetGroup
	beyond   int // entries in no group, for there were too many
}

// fleetGroup is targets of which the same is to be said.
type fleetGroup struct {
	Kind     fleetKind
	Severity string // of a weakness
	Rule     string
	Title    string
	Fix      string
	Clause   string
	Open     bool // it could not be told whether
	Count    int
	members  []int32
}

// fleetKind is what a group is about; the order is that of the page. The zero is
// unknown.
type fleetKind uint8

const (
	fleetUnknown fleetKind = iota
	fleetCause
	fleetPolicy
	fleetWeak
	fleetExpiry
	fleetOpen
	fleetAnswer
)

func (p *fleetPage) add(_ *bufio.Writer, l *Ledger) error {
	at := int32(len(p.targets))
	p.targets = append(p.targets, l.Target)
	switch l.Verdict {
	case parley.VerdictOK:
		p.verdicts[0]++
	case parley.VerdictProblem:
		p.verdicts[1]++
	default:
		p.verdicts[2]++
	}
	if p.groups == nil {
		p.groups = map[string]*fleetGroup{}
	}
	for i := range l.Rows {
		if g, ok := groupOf(&l.Rows[i]); ok {
			p.join(g, at)
		}
	}
	return nil
}

// groupOf is the group that a row puts its target into.
func groupOf(r *Row) (fleetGroup, bool) {
	g := fleetGroup{Rule: r.Rule, Title: r.Title, Fix: r.Fix, Clause: r.Clause, Severity: r.Severity, Open: r.State == StateUnknown}
	switch {
	case r.State == StatePass:
		return g, false
	case r.Set == "answers" && r.Rule != "answer":
		return g, false
	case r.Set == "certificates" && r.Severity == "":
		g.Kind, g.Rule = fleetExpiry, ""
	case r.Set == "answers":
		g.Kind, g.Title, g.Rule = fleetAnswer, r.Why, ""
		if g.Open {
			g.Kind = fleetOpen
		}
	case r.Severity != "":
		g.Kind = fleetWeak
	case r.Set == "causes":
		g.Kind = fleetCause
	default:
		g.Kind, g.Rule = fleetPolicy, r.Set
	}
	return g, true
}

func (p *fleetPage) join(g fleetGroup, at int32) {
	key := string(rune('a'+g.Kind)) + g.Severity + "\x00" + g.Rule + "\x00" + g.Title
	if g.Open {
		key += "\x00open"
	}
	have := p.groups[key]
	if have == nil {
		if len(p.groups) >= maxFleetGroups {
			p.beyond++
			return
		}
		have = &g
		p.groups[key] = have
	}
	if n := len(have.members); n > 0 && have.members[n-1] == at {
		return // another address of the same target
	}
	have.Count++
	if len(have.members) < maxFleetNamed {
		have.members = append(have.members, at)
	}
}

func (p *fleetPage) end(w *bufio.Writer, e *FleetEnd) error { return p.write(w, p, e) }

// sorted are the groups: by what they are about, findings by how severe they are, and
// the largest first.
func (p *fleetPage) sorted() []*fleetGroup {
	out := make([]*fleetGroup, 0, len(p.groups))
	for _, g := range p.groups {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *fleetGroup) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(open(a), open(b)),
			cmp.Compare(weaknesses.ParseSeverity(b.Severity), weaknesses.ParseSeverity(a.Severity)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Title, b.Title))
	})
	return out
}

func open(g *fleetGroup) int {
	if g.Open {
		return 1
	}
	return 0
}

// names are the targets of a group, in the order of the alphabet.
func (p *fleetPage) names(g *fleetGroup) []string {
	out := make([]string, len(g.members))
	for i, at := range g.members {
		out[i] = p.targets[at]
	}
	slices.Sort(out)
	return out
}
