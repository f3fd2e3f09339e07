package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/policies"
)

// Verification is all the data of one answer of parley verify.
type Verification struct {
	Tool    string // version of parley
	Target  parley.Target
	Again   string // the command that asks the same once more
	Verdict parley.Verdict
	Exit    int
	// Policies are what was demanded, Clients who must connect.
	Policies []Held
	Clients  []Connects
	// Addresses are the endpoints whose terms were learnt.
	Addresses   []Address
	Looks       int // how often all of it was asked, with --wait
	Connections int
	Elapsed     time.Duration
	Notes       []string
}

// Held is a policy and what became of it.
type Held struct {
	Policy  *policies.Policy
	Met     parley.Truth
	Demands []HeldDemand
}

// HeldDemand is a demand and what became of it.
type HeldDemand struct {
	Demand *policies.Demand
	Met    parley.Truth
	Why    string // what is not met, or why it is not known
	At     []HeldAt
	Fixes  []Fix // of one that is not met, best first
}

// HeldAt is what became of a demand at one endpoint.
type HeldAt struct {
	Scope   parley.Scope
	Met     parley.Truth
	Why     string
	Against []string // the values that break it
	From    []parley.Source
}

// Connects is a client that must connect.
type Connects struct {
	Name  string // "java8"
	Met   parley.Truth
	Cause parley.CauseID // why it does not; empty: it does, or no cause was found
	Title string         // of the cause
	Why   string         // where it could not be told
	Check string         // the command that says more
}

// maxClause is how long a clause may be, in columns, to stand at the right.
const maxClause = 28

// maxVerifyLines is the height of a screen of verify without Verbose.
const maxVerifyLines = 40

// Verify writes the answer for a person: one screen, or with Plain one fact a
// line. What is met is counted, what is not is told.
func Verify(w io.Writer, v *Verification, o Options) error {
	if o.Plain {
		return verifyPlain(w, v)
	}
	s := verifyScreen{v: v, o: o, cols: o.width(), most: 6}
	lines := s.build()
	for !o.Verbose && len(lines) > maxVerifyLines && s.most > 1 {
		s.most--
		s.tight = s.most < 4
		lines = s.build()
	}
	if !o.Verbose && len(lines) > maxVerifyLines {
		lines = append(lines[:maxVerifyLines-1], "  ...      more is shown with -v")
	}
	return writeLines(w, lines, o.Color)
}

// verifyScreen builds the screen. The fewer entries of a kind it may have, the
// shorter they are.
type verifyScreen struct {
	v     *Verification
	o     Options
	cols  int
	most  int
	tight bool
}

func (s *verifyScreen) clean(text string) string { return clean(text, s.o.Unicode) }

func (s *verifyScreen) labelled(label, text, right string) []string {
	return columns(2, fmt.Sprintf("%-*s", labelCols, label), s.clean(text), s.clean(right), s.cols-marginCols)
}

func (s *verifyScreen) build() []string {
	v := s.v
	target := s.clean((&screen{c: &Check{Target: v.Target}}).target())
	lines := columns(0, fmt.Sprintf("%-*s", labelCols, verdictWord(v.Verdict)), s.clean(v.heldAgainst()), target, s.cols)
	lines = append(lines, wrap(s.clean(v.sum()), s.cols)...)
	for _, part := range [][]string{s.demands(), s.server(), s.fixes(), s.rest()} {
		if len(part) > 0 && !s.tight {
			lines = append(lines, "")
		}
		lines = append(lines, part...)
	}
	return lines
}

// heldAgainst names the policies and the clients.
func (v *Verification) heldAgainst() string {
	var out []string
	for _, h := range v.Policies {
		out = append(out, h.name())
	}
	for _, c := range v.Clients {
		if c.Name == "" {
			out = append(out, "today's clients")
		} else {
			out = append(out, c.Name)
		}
	}
	return strings.Join(out, ", ")
}

func (h *Held) name() string {
	if strings.HasPrefix(h.Policy.Title, "--") || h.Policy.Name == "" {
		return h.Policy.Title
	}
	return h.Policy.Name
}

// sum says in a line how many demands are met.
func (v *Verification) sum() string {
	of := map[parley.Truth]int{}
	all := 0
	for _, h := range v.Policies {
		for _, d := range h.Demands {
			if !d.Demand.Advice {
				of[d.Met]++
				all++
			}
		}
	}
	for _, c := range v.Clients {
		of[c.Met]++
		all++
	}
	var out []string
	for _, t := range []parley.Truth{parley.No, parley.Unknown, parley.Yes} {
		if of[t] > 0 {
			out = append(out, fmt.Sprintf("%d %s", of[t], metWord(t)))
		}
	}
	return fmt.Sprintf("%s, of %d", strings.Join(out, ", "), all)
}

// metWord is what became of a demand, in words.
func metWord(t parley.Truth) string {
	switch t {
	case parley.Yes:
		return "met"
	case parley.No:
		return "not met"
	}
	return "unknown"
}

// demands are those that are not met, then those that are not known, then
// advice that is not followed. With Verbose those that are met follow.
func (s *verifyScreen) demands() []string {
	var out []string
	tell := func(word string, want func(d *HeldDemand) bool) {
		if n, why := s.alike(want); n > 2 && !s.o.Verbose {
			out = append(out, s.labelled(word, fmt.Sprintf("%d demands: %s", n, why), "")...)
			return
		}
		shown, left := 0, 0
		for i := range s.v.Policies {
			h := &s.v.Policies[i]
			for j := range h.Demands {
				d := &h.Demands[j]
				if !want(d) {
					continue
				}
				if shown++; shown > 2*s.most && !s.o.Verbose {
					left++
					continue
				}
				out = append(out, s.demand(word, h, d)...)
			}
		}
		if left > 0 {
			out = append(out, fmt.Sprintf("           and %d more %s: -v shows them", left, word))
		}
	}
	tell("not met", func(d *HeldDemand) bool { return d.Met == parley.No && !d.Demand.Advice })
	for _, c := range s.v.Clients {
		if c.Met != parley.Yes || s.o.Verbose {
			out = append(out, s.client(c)...)
		}
	}
	tell("unknown", func(d *HeldDemand) bool { return d.Met == parley.Unknown && !d.Demand.Advice })
	tell("advice", func(d *HeldDemand) bool { return d.Met != parley.Yes && d.Demand.Advice })
	if s.o.Verbose {
		tell("met", func(d *HeldDemand) bool { return d.Met == parley.Yes })
	}
	return out
}

// alike counts the demands that are wanted if all of them have one reason.
func (s *verifyScreen) alike(want func(d *HeldDemand) bool) (n int, why string) {
	for i := range s.v.Policies {
		for j := range s.v.Policies[i].Demands {
			d := &s.v.Policies[i].Demands[j]
			if !want(d) {
				continue
			}
			if n > 0 && d.Why != why || d.Why == "" {
				return 0, ""
			}
			n, why = n+1, d.Why
		}
	}
	return n, why
}

func (s *verifyScreen) demand(word string, h *Held, d *HeldDemand) []string {
	clause := d.Demand.Clause
	if len(s.v.Policies) > 1 && !strings.HasPrefix(clause, "--") {
		clause = strings.TrimSuffix(h.name()+", "+clause, ", ")
	}
	var lines []string
	if width(clause) <= maxClause {
		lines = s.labelled(word, d.Demand.Words(), clause)
	} else {
		lines = append(s.labelled(word, d.Demand.Words(), ""), s.labelled("", "("+clause+")", "")...)
	}
	if d.Why != "" && d.Met != parley.Yes {
		write := func(text string) []string {
			return columns(2, spaces(labelCols), s.clean(text), "", s.cols-marginCols)
		}
		why := write(d.Why)
		if !s.o.Verbose {
			why = whole(d.Why, max(1, s.most-3), write, func(lines []string, n int) []string { return capLines(lines, n, s.cols-marginCols) })
		}
		lines = append(lines, why...)
	}
	return lines
}

func (s *verifyScreen) client(c Connects) []string {
	name := c.Name
	if name == "" {
		name = "today's clients"
	}
	if c.Met == parley.Yes {
		return s.labelled("met", name+" can connect", "")
	}
	lines := s.labelled(metWord(c.Met), name+" can connect", "")
	switch {
	case c.Cause != "":
		lines = append(lines, s.labelled("", string(c.Cause)+": "+c.Title, "")...)
	case c.Why != "":
		lines = append(lines, s.labelled("", c.Why, "")...)
	}
	if c.Check != "" {
		lines = append(lines, s.labelled("", c.Check, "")...)
	}
	return lines
}

// server says what the endpoints accept, those that are alike once.
func (s *verifyScreen) server() []string {
	var texts []string
	at := map[string][]string{}
	for i := range s.v.Addresses {
		a := &s.v.Addresses[i]
		text := serverTerms(&a.Server)
		if text == "" {
			text = a.Note
		}
		if text == "" {
			continue
		}
		if at[text] == nil {
			texts = append(texts, text)
		}
		at[text] = append(at[text], a.Scope.Addr.String())
	}
	var out []string
	for i, text := range texts {
		label, where := "server", ""
		if i > 0 {
			label = ""
		}
		if len(texts) > 1 {
			where = strings.Join(at[text], " ")
		}
		if i >= s.most && !s.o.Verbose {
			return append(out, s.labelled("", fmt.Sprintf("and %d more: -v shows them", len(texts)-i), "")...)
		}
		out = append(out, s.labelled(label, text, where)...)
	}
	return out
}

// fixes are what to change, each once.
func (s *verifyScreen) fixes() []string {
	var out, seen []string
	left := 0
	label := fmt.Sprintf("%-*s", labelCols, "fix")
	for _, h := range s.v.Policies {
		for _, d := range h.Demands {
			of := 0 // the ways of one demand
			for _, f := range d.Fixes {
				text := strings.TrimSpace(f.Software + "  " + f.text())
				of++
				if slices.Contains(seen, text) {
					continue
				}
				seen = append(seen, text)
				if !s.o.Verbose && (of > 2 || len(seen)-left > s.most+1) {
					if of <= 2 { // else it is the same change for other software
						left++
					}
					continue
				}
				name := f.Software
				if name == "" {
					name = sideWord(f.Side)
				}
				out = append(out, columns(2, label+fmt.Sprintf("%-*s", sideCols, s.clean(name)), s.clean(f.text()), "", s.cols-marginCols)...)
				label = spaces(labelCols)
			}
		}
	}
	if left > 0 {
		out = append(out, s.labelled("", fmt.Sprintf("and %d more: %s", left, shows(left)), "")...)
	}
	return out
}

// rest is what no handshake shows, notes, what it cost, and how to ask again.
func (s *verifyScreen) rest() []string {
	var out []string
	label := "unseen"
	for _, h := range s.v.Policies {
		for i, u := range h.Policy.Unseen {
			if i >= max(1, s.most-2) && !s.o.Verbose {
				out = append(out, s.labelled("", fmt.Sprintf("and %d more: -v shows them", len(h.Policy.Unseen)-i), "")...)
				break
			}
			lines := s.labelled(label, u.Clause+": "+u.Text, "")
			if !s.o.Verbose {
				lines = capLines(lines, 2, s.cols-marginCols)
			}
			out = append(out, lines...)
			label = ""
		}
	}
	for _, n := range s.v.Notes {
		out = append(out, s.labelled("note", n, "")...)
	}
	if s.v.Looks > 1 {
		out = append(out, s.labelled("looked", fmt.Sprintf("%d times in %s", s.v.Looks, s.v.Elapsed.Round(100*time.Millisecond)), "")...)
	}
	return append(out, s.labelled("verify", s.v.Again, "")...)
}
