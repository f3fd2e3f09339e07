// Package report turns the answer of a check, the page of a cause and the table
// of a tour into what people and programs read: a screen, plain lines, JSON. It
// is the only place that formats for a person, and it computes only: who calls
// it writes the result.
//
// Rules of every screen:
//
//   - 80 columns; without Verbose at most 25 lines. What does not fit is left
//     out by the least telling first, and a word is never cut to make room.
//   - Words say everything; colour repeats it, and only on request.
//   - What a peer sent is shown with its control characters escaped.
package report

import (
	"time"

	"github.com/parley-tls/parley"
)

// Check is all the data of one check's answer.
type Check struct {
	Tool   string // version of parley
	Target parley.Target
	// Question is the command that asked, which the screen suggests to ask
	// again; empty: one made of Target and Client.
	Question string
	// Client is the client in question; nil: today's panel. ClientIs says how
	// sure that is, ClientEvidence on what it rests.
	Client         *parley.Client
	ClientIs       parley.Certainty
	ClientEvidence string
	Verdict        parley.Verdict
	Exit           int
	Connections    int
	Elapsed        time.Duration
	Addresses      []Address
	// Findings are the causes that fired; the first is the answer.
	Findings []parley.Finding
	// Causes are the words of the causes that the findings name.
	Causes map[parley.CauseID]Cause
	// Software is what is known to run on either side, and how it expresses
	// intents; that of Client goes without saying.
	Software []Software
	Evidence *parley.Evidence
	Notes    []string
	// Connects are the clients of the panel that can connect.
	Connects []parley.ClientID
	// Layer and Why say, of a verdict unknown, where it ended and what was seen;
	// WouldTell are the commands that would tell more.
	Layer     parley.Phase
	Why       string
	WouldTell []string
}

// Address is the answer at one address.
type Address struct {
	Scope      parley.Scope
	Verdict    parley.Verdict
	Server     parley.Server
	AnsweredBy []string // who answered, as far as the bytes tell
	Note       string
}

// Software is a product on one side and how it expresses intents.
type Software struct {
	Name  string
	Side  parley.Side
	Knobs []parley.Knob
}

// Told says how a cause is told from one that it is mistaken for.
type Told struct {
	From parley.CauseID `json:"from"`
	By   string         `json:"by"` // a sentence
}

// Cause is the words of a cause, as its page shows them.
type Cause struct {
	ID      parley.CauseID
	Title   string
	Meaning string // paragraphs, separated by blank lines
	Told    []Told
	Best    parley.Certainty // that it can reach
	Sides   []parley.Side    // on which it can lie
	Phase   parley.Phase
	Intents []parley.Intent
	// Knobs are how known software expresses the intents.
	Software    []Software
	WillNotHelp []string
	References  []string
	Fault       string // of the lab, which shows it
	// Printed are messages that programs print of it, "stack: text".
	Printed []string
}

// Tour is the closing table of a tour.
type Tour struct {
	Tool    string
	Exit    int
	Rows    []TourRow
	Elapsed time.Duration
}

// TourRow is one fault and what was found of it.
type TourRow struct {
	Fault       string
	Cause       parley.CauseID // empty: none
	Certainty   parley.Certainty
	Side        parley.Side
	Exit        int
	Connections int
	Took        time.Duration
}

// Options say how a screen is written.
type Options struct {
	Width   int  // columns; 0: 80
	Color   bool // ANSI colours
	Plain   bool // one fact a line, ASCII
	Unicode bool // the terminal shows more than ASCII
	Verbose bool // everything, at any length
	Wire    bool // the attempts in full, below the screen
}

func (o Options) width() int {
	if o.Width <= 0 {
		return 80
	}
	return max(o.Width, 40)
}
