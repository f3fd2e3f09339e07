package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/scan"
)

// manyEnd is what a screen says of a scan of many beside its groups.
type manyEnd struct {
	took                        time.Duration
	wrong, again, before, total int
	cut                         bool
	journal                     string
}

// The most groups of each verdict that a screen shows; with the lines between
// them they stay below 40 lines.
var mostGroups = map[parley.Verdict]int{parley.VerdictProblem: 8, parley.VerdictUnknown: 3, parley.VerdictOK: 5}

// fewGroups are the same where what is weak is told as well, in mostWeak lines, and
// policies in mostPolicies.
var fewGroups = map[parley.Verdict]int{parley.VerdictProblem: 4, parley.VerdictUnknown: 2, parley.VerdictOK: 3}

const (
	mostWeak     = 6
	mostPolicies = 3
)

// weakLines says how many targets have each weakness, and meet each policy.
func weakLines(s *scan.Summary, width int, line func(int, string, ...any)) {
	weak, policies := s.Weak(), s.Policies()
	if len(weak)+len(policies) == 0 {
		return
	}
	line(0, "")
	for _, p := range policies[:min(len(policies), mostPolicies)] {
		line(2, "policy %s: %d met, %d not met, %d unknown", p.Policy, p.Met, p.Not, p.Unknown)
	}
	for _, g := range weak[:min(len(weak), mostWeak)] {
		text := fmt.Sprintf("%-7s %d: %s: ", g.Weak.Severity, g.Count, g.Weak.Title)
		line(2, "%s%s", text, examples(g, width-2-len(text)))
	}
	if n := len(weak) - mostWeak; n > 0 {
		line(2, "and %d kinds of weakness more, in the lines of --jsonl", n)
	}
}

// sayMany writes the summary: to stdout, or to a terminal at stderr where stdout
// has the lines.
func (a *app) sayMany(f *scanFlags, s *manySink, end manyEnd) error {
	w := a.stdout
	if a.linesOnStdout(f) {
		w = a.stderr
		if a.columns(w) == 0 {
			if end.cut {
				fmt.Fprintf(w, "parley: %s\n", end.cutWords(&s.sum))
			}
			return nil
		}
	}
	width := 80
	if cols := a.columns(w); cols > 0 {
		width = min(width, cols)
	}
	_, err := io.WriteString(w, manyScreen(&s.sum, end, width))
	if err != nil {
		return &failure{exit: exitFailed, err: fmt.Errorf("write the answer: %w", err)}
	}
	return nil
}

// cutWords says what an interrupted scan has not asked.
func (e *manyEnd) cutWords(s *scan.Summary) string {
	text := fmt.Sprintf("interrupted: %s known, the rest of the list not asked", targets(s.Targets))
	if rest := e.total - s.Targets; e.total > 0 && rest > 0 {
		text = fmt.Sprintf("interrupted: %s known, %d not asked", targets(s.Targets), rest)
	}
	if e.journal != "" {
		text += "; the same command goes on"
	}
	return text
}

func targets(n int) string {
	if n == 1 {
		return "1 target"
	}
	return fmt.Sprintf("%d targets", n)
}

// manyScreen is the summary of a scan of many, of at most 40 lines.
func manyScreen(s *scan.Summary, end manyEnd, width int) string {
	var b strings.Builder
	line := func(indent int, format string, args ...any) {
		text := strings.Repeat(" ", indent) + printable(fmt.Sprintf(format, args...))
		if r := []rune(text); len(r) > width {
			text = string(r[:width-3]) + "..."
		}
		b.WriteString(text + "\n")
	}
	line(0, "%s in %v: %d fine, %d with a problem, %d could not be told", targets(s.Targets), end.took.Round(100*time.Millisecond), s.OK, s.Problems, s.Unknown)
	if end.before > 0 {
		line(0, "%d of them were in the journal already", end.before)
	}
	if end.again > 0 || end.wrong > 0 {
		line(0, "of the list %d came again and were asked once, %d were no targets", end.again, end.wrong)
	}
	if end.cut {
		line(0, "%s", end.cutWords(s))
	}
	shown, ask := map[parley.Verdict]int{}, ""
	groups, most := s.Groups(), mostGroups
	if len(s.Weak()) > 0 || len(s.Policies()) > 0 {
		most = fewGroups
	}
	for i, g := range groups {
		if i == 0 || groups[i-1].Verdict != g.Verdict {
			b.WriteByte('\n')
		}
		if shown[g.Verdict]++; shown[g.Verdict] > most[g.Verdict] {
			if shown[g.Verdict] == most[g.Verdict]+1 {
				more := slices.IndexFunc(groups[i:], func(o scan.Group) bool { return o.Verdict != g.Verdict })
				if more < 0 {
					more = len(groups) - i
				}
				line(2, "and %d kinds more, in the lines of --jsonl", more)
			}
			continue
		}
		switch {
		case g.Cause != nil && g.Count > 1:
			line(2, "%d share this cause: %s", g.Count, g.Cause.Title)
		case g.Cause != nil:
			line(2, "1 has this cause: %s", g.Cause.Title)
		case g.Verdict == parley.VerdictUnknown:
			line(2, "%d not told why: the endpoint %s", g.Count, g.Answer)
		default:
			line(2, "%d: the endpoint %s", g.Count, g.Answer)
		}
		if g.Verdict != parley.VerdictOK {
			label := ""
			if g.Cause != nil {
				label = fmt.Sprintf("%s, %v: ", g.Cause.ID, g.Cause.Certainty)
			}
			line(6, "%s%s", label, examples(g, width-6-len(label)))
			if ask == "" {
				ask = g.Examples[0]
			}
		}
	}
	weakLines(s, width, line)
	if ask != "" {
		line(0, "")
		line(0, "To prove one: %s", commandLine([]string{"parley", "check", ask}))
	}
	return b.String()
}

// printable leaves control characters out, which an error text may have.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// examples are the targets of a group that fit into n columns.
func examples(g scan.Group, n int) string {
	text := g.Examples[0]
	for _, e := range g.Examples[1:] {
		if len(text)+len(e)+8 > n {
			break
		}
		text += "  " + e
	}
	if g.Count > strings.Count(text, "  ")+1 {
		text += "  ..."
	}
	return text
}
