package report

import (
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Formats are the formats of a Ledger, by the word of --format.
var Formats = map[string]func(io.Writer, *Ledger) error{
	"sarif": SARIF, "junit": JUnit, "csv": CSV, "md": Markdown, "html": HTML,
}

// The types below are the XML of JUnit, as continuous integration reads it.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string     `xml:"name,attr"`
		Class   string     `xml:"classname,attr"`
		Failure *junitText `xml:"failure"`
		Error   *junitText `xml:"error"`
		Skipped *junitText `xml:"skipped"`
	}
	junitText struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the rows as test cases, a suite for each set of rules. What could
// not be told is an error, which fails a build as it should; advice that is not
// followed is skipped.
func JUnit(w io.Writer, l *Ledger) error {
	l = l.cleaned()
	all := junitSuites{Name: "parley " + l.Command + " " + l.Target, Time: strconv.FormatFloat(l.Elapsed.Seconds(), 'f', 3, 64)}
	for _, set := range l.sets() {
		s := junitSuite{Name: set}
		for i := range l.Rows {
			if r := &l.Rows[i]; r.Set == set {
				s.add(l, r)
			}
		}
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *junitSuite) add(l *Ledger, r *Row) {
	c := junitCase{Name: r.Rule + ": " + r.Title, Class: l.Target}
	if r.Address != "" && r.Address != l.Target {
		c.Name += " at " + r.Address
	}
	text := &junitText{Message: r.Why, Text: strings.Join(nonEmpty(r.Clause, r.Fix), "\n")}
	switch {
	case r.State == StatePass:
	case r.Advice || r.State == StateInfo:
		c.Skipped = text
		s.Skipped++
	case r.State == StateFail:
		c.Failure = text
		s.Failures++
	default:
		c.Error = text
		s.Errors++
	}
	s.Tests++
	s.Cases = append(s.Cases, c)
}

func nonEmpty(list ...string) (out []string) {
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// CSV writes a line for each row, below a line of names (RFC 4180).
func CSV(w io.Writer, l *Ledger) error {
	l = l.cleaned()
	c := csv.NewWriter(w)
	c.UseCRLF = true
	lines := [][]string{csvNames}
	for i := range l.Rows {
		lines = append(lines, l.csvLine(&l.Rows[i]))
	}
	if err := c.WriteAll(lines); err != nil {
		return err
	}
	return c.Error()
}

// state is what a line says of a row: of a weakness whether it is there, of a demand
// whether it is met.
func (r *Row) state() string {
	switch {
	case r.Severity != "" && r.State == StatePass:
		return "absent"
	case r.Severity != "" && r.State == StateFail:
		return "present"
	}
	return r.State.String()
}

// csvNames is the line of names.
var csvNames = []string{"target", "address", "set", "rule", "state", "advice", "demand", "found", "clause", "fix", "severity"}

// csvLine is the line of a row.
func (l *Ledger) csvLine(r *Row) []string {
	line := []string{
		l.Target, r.Address, r.Set, r.Rule, r.state(), strconv.FormatBool(r.Advice), r.Title, r.Why, r.Clause, r.Fix, r.Severity,
	}
	for i := range line {
		line[i] = unformula(line[i])
	}
	return line
}

// unformula keeps a spreadsheet from taking what a peer sent for a formula.
func unformula(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Markdown writes a heading and a table, what is not met first.
func Markdown(w io.Writer, l *Ledger) error {
	l = l.cleaned()
	var b strings.Builder
	fmt.Fprintf(&b, "## %s: parley %s %s\n\n", l.word(), md(l.Command), md(l.Target))
	if l.Title != "" {
		fmt.Fprintf(&b, "Held against %s. ", md(l.Title))
	}
	fmt.Fprintf(&b, "%s.\n\n| | demand | found | clause | where |\n| --- | --- | --- | --- | --- |\n", l.sum())
	for _, r := range l.sorted() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.word(), md(r.Title), md(r.Why), md(strings.Join(nonEmpty(r.Set, r.Clause), ", ")), md(r.Address))
	}
	for _, f := range l.fixes() {
		fmt.Fprintf(&b, "\nfix: %s\n", md(f))
	}
	for _, n := range l.Notes {
		fmt.Fprintf(&b, "\nnote: %s\n", md(n))
	}
	if l.Again != "" {
		fmt.Fprintf(&b, "\n    %s\n", l.Again)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// md escapes what Markdown would read.
var mdEscape = strings.NewReplacer(`\`, `\\`, `|`, `\|`, `*`, `\*`, `_`, `\_`, "`", "\\`", `<`, `&lt;`, `>`, `&gt;`, `[`, `\[`, `]`, `\]`, `&`, `&amp;`)

func md(text string) string { return mdEscape.Replace(text) }

// sum counts the rows: "1 not met, 2 unknown, 7 met".
func (l *Ledger) sum() string {
	of := map[string]int{}
	for i := range l.Rows {
		of[l.Rows[i].word()]++
	}
	var out []string
	for _, word := range []string{"high", "medium", "low", "info", "not met", "unknown", "met", "absent", "note", "advice"} {
		if of[word] > 0 {
			out = append(out, fmt.Sprintf("%d %s", of[word], word))
		}
	}
	if len(out) == 0 {
		return "nothing was asked for"
	}
	return strings.Join(out, ", ")
}

// sorted are the rows by what they ask of a reader: what is not met, what was
// found, what is unknown, what is advised, what is met.
func (l *Ledger) sorted() []Row {
	var out []Row
	found := func(severity string) func(*Row) bool {
		return func(r *Row) bool { return r.State == StateFail && r.Severity == severity }
	}
	for _, want := range []func(*Row) bool{
		func(r *Row) bool { return r.State == StateFail && !r.Advice && r.Severity == "" },
		found("high"), found("medium"), found("low"), found("info"),
		func(r *Row) bool { return r.State == StateUnknown && !r.Advice },
		func(r *Row) bool { return r.State == StateInfo && !r.Advice },
		func(r *Row) bool {
			return r.State != StatePass && r.Advice && (r.Severity == "" || r.State != StateFail)
		},
		func(r *Row) bool { return r.State == StatePass },
	} {
		for i := range l.Rows {
			if want(&l.Rows[i]) {
				out = append(out, l.Rows[i])
			}
		}
	}
	return out
}

// fixes are those of the rows, each once.
func (l *Ledger) fixes() (out []string) {
	seen := map[string]bool{}
	for _, r := range l.sorted() {
		if r.Fix != "" && !seen[r.Fix] && r.State == StateFail {
			seen[r.Fix] = true
			out = append(out, r.Fix)
		}
	}
	return out
}
