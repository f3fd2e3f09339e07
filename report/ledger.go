package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/parley-tls/parley"
)

// Ledger is what a command found as rows, for the formats that other programs
// read: SARIF, JUnit, CSV, Markdown, HTML. Every demand or finding is one row for
// each endpoint that it was looked at.
type Ledger struct {
	Tool    string // version of parley
	Command string // "verify"
	Target  string // "shop.example:443"
	Title   string // what the rows are held against: "Mozilla intermediate 6.0"
	Verdict parley.Verdict
	Word    string // what a page begins with: "weak"; empty: the verdict's
	Exit    int
	Elapsed time.Duration
	Again   string // the command that asks the same once more
	Rows    []Row
	Notes   []string
}

// word is what a page of it begins with.
func (l *Ledger) word() string { return cmp.Or(l.Word, verdictWord(l.Verdict)) }

// Row is one demand or finding at one endpoint.
type Row struct {
	Set    string // what the rule belongs to: "mozilla-intermediate-6.0"
	Rule   string // within the set: "versions"
	Title  string // the rule in words
	Clause string // where the rule stands; empty: nowhere
	Source string // the document of the clause
	State  State
	// Advice: whatever State says, the verdict does not hang on it.
	Advice bool
	// Severity is that of a finding: "high"; empty: it is a demand. Such a row
	// passes where it was looked for and is not there.
	Severity string
	Address  string // host:port of the endpoint; empty: the target as a whole
	Why      string // what was found; empty where there is nothing to say
	Fix      string
}

// ID is the rule's name in full.
func (r *Row) ID() string {
	if r.Set == "" || r.Severity != "" {
		return r.Rule
	}
	return r.Set + "/" + r.Rule
}

// State is what a row says.
type State uint8

// The zero State is StateUnknown: it could not be told.
const (
	StateUnknown State = iota
	StatePass
	StateFail
	StateInfo // nothing to judge
)

var stateWords = []string{"unknown", "met", "not met", "note"}

// String is the state in words.
func (s State) String() string {
	if int(s) < len(stateWords) {
		return stateWords[s]
	}
	return stateWords[StateUnknown]
}

// word is what a table says of a row.
func (r *Row) word() string {
	switch {
	case r.Severity != "" && r.State == StateFail:
		return r.Severity
	case r.Severity != "" && r.State == StateUnknown:
		return StateUnknown.String()
	case r.Severity != "" && r.State == StatePass:
		return "absent"
	case r.Advice && r.State != StatePass:
		return "advice"
	}
	return r.State.String()
}

// cleaned is the ledger with all that a peer could have sent as text that no
// reader takes for anything else.
func (l *Ledger) cleaned() *Ledger {
	out := *l
	tidy := func(fields ...*string) {
		for _, f := range fields {
			*f = clean(*f, true)
		}
	}
	tidy(&out.Tool, &out.Command, &out.Target, &out.Title, &out.Again)
	out.Rows, out.Notes = slices.Clone(l.Rows), slices.Clone(l.Notes)
	for i := range out.Rows {
		r := &out.Rows[i]
		tidy(&r.Set, &r.Rule, &r.Title, &r.Clause, &r.Source, &r.Address, &r.Why, &r.Fix)
	}
	for i := range out.Notes {
		tidy(&out.Notes[i])
	}
	return &out
}
