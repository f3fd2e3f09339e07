package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

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

// weakLines says how many targets have each weakness, show what clients may refuse, and
// meet each policy.
func weakLines(s *scan.Summary, width, most int, line func(int, string, ...any)) {
	weak, policies, beside := s.Weak(), s.Policies(), s.Beside()
	if len(weak)+len(policies)+len(beside) == 0 {
		return
	}
	line(0, "")
	for _, p := range policies[:min(len(policies), mostPolicies)] {
		line(2, "policy %s: %d met, %d not met, %d unknown", p.Policy, p.Met, p.Not, p.Unknown)
	}
	for _, g := range beside {
		counted(g, "shown", g.Answer, width, line)
	}
	for _, g := range weak[:min(len(weak), most)] {
		counted(g, g.Weak.Severity.String(), g.Weak.Title, width, line)
	}
	if n := len(weak) - most; n > 0 {
		line(2, "and %s of weakness more, in the lines of --jsonl", kinds(n))
	}
}

// leastExamples are the columns that the targets of a kind have in any case.
const leastExamples = 36

// counted says what so many targets have, and names the first.
func counted(g scan.Group, label, what string, width int, line func(int, string, ...any)) {
	head := fmt.Sprintf("%-7s %d: ", label, g.Count)
	room := width - 2 - len(head) - 2
	who := examples(g, max(leastExamples, room-utf8.RuneCountInString(what)))
	if left := room - utf8.RuneCountInString(who); left > 20 {
		what = cutLine(what, left)
	}
	line(2, "%s%s: %s", head, what, who)
}

func kinds(n int) string {
	if n == 1 {
		return "1 kind"
	}
	return fmt.Sprintf("%d kinds", n)
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

// manyLines is the height of the summary of a scan of many.
const manyLines = 40

// manyScreen is that summary: as many kinds of each verdict as there is room for.
func manyScreen(s *scan.Summary, end manyEnd, width int) string {
	least := mostGroups
	if len(s.Weak()) > 0 || len(s.Policies()) > 0 || len(s.Beside()) > 0 {
		least = fewGroups
	}
	for more := manyLines; ; more-- {
		screen := manyGroups(s, end, width, mostWeak+more, func(v parley.Verdict) int { return least[v] + more })
		if more == 0 || strings.Count(screen, "\n") <= manyLines {
			return screen
		}
	}
}

// manyGroups is the summary with so many kinds of each verdict, and of weakness.
func manyGroups(s *scan.Summary, end manyEnd, width, weak int, most func(parley.Verdict) int) string {
	var b strings.Builder
	line := func(indent int, format string, args ...any) {
		b.WriteString(cutLine(strings.Repeat(" ", indent)+printable(fmt.Sprintf(format, args...)), width) + "\n")
	}
	line(0, "%s in %v: %d answered, %d with a problem, %d could not be told", targets(s.Targets), end.took.Round(100*time.Millisecond), s.OK, s.Problems, s.Unknown)
	if s.Flagged > 0 {
		text := "1 is weak, or shows"
		if s.Flagged > 1 {
			text = fmt.Sprintf("%d are weak, or show", s.Flagged)
		}
		line(0, "of the %d that answered %s what clients may refuse", s.OK, text)
	}
	if end.before > 0 {
		line(0, "%d of them were in the journal already", end.before)
	}
	if end.again > 0 || end.wrong > 0 {
		line(0, "of the list %d came again and were asked once, %d were no targets", end.again, end.wrong)
	}
	if end.cut {
		line(0, "%s", end.cutWords(s))
	}
	shown, ask, groups := map[parley.Verdict]int{}, "", s.Groups()
	for i, g := range groups {
		if i == 0 || groups[i-1].Verdict != g.Verdict {
			b.WriteByte('\n')
		}
		if shown[g.Verdict]++; shown[g.Verdict] > most(g.Verdict) {
			if shown[g.Verdict] == most(g.Verdict)+1 {
				more := slices.IndexFunc(groups[i:], func(o scan.Group) bool { return o.Verdict != g.Verdict })
				if more < 0 {
					more = len(groups) - i
				}
				line(2, "and %s more, in the lines of --jsonl", kinds(more))
			}
			continue
		}
		groupLines(g, width, line)
		if g.Verdict != parley.VerdictOK && ask == "" {
			ask = g.Examples[0]
		}
	}
	weakLines(s, width, weak, line)
	if ask != "" {
		line(0, "")
		line(0, "To prove one: %s", commandLine([]string{"parley", "check", ask}))
	}
	return b.String()
}

// groupLines say what targets share, and name the first of them.
func groupLines(g scan.Group, width int, line func(int, string, ...any)) {
	switch {
	case g.Cause != nil && g.Count > 1:
		line(2, "%d share this cause: %s", g.Count, g.Cause.Title)
	case g.Cause != nil:
		line(2, "1 has this cause: %s", g.Cause.Title)
	case g.Verdict == parley.VerdictUnknown:
		line(2, "%d not told why: the endpoint %s", g.Count, g.Answer)
	case g.Verdict == parley.VerdictOK:
		text := fmt.Sprintf("%d: the endpoint %s: ", g.Count, g.Answer)
		line(2, "%s%s", text, examples(g, width-2-len(text)))
		return
	default:
		line(2, "%d: the endpoint %s", g.Count, g.Answer)
	}
	label := ""
	if g.Cause != nil {
		label = fmt.Sprintf("%s, %v: ", g.Cause.ID, g.Cause.Certainty)
	}
	line(6, "%s%s", label, examples(g, width-6-len(label)))
}

// cutLine shortens a line to so many columns, between words.
func cutLine(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	short := string([]rune(text)[:width-3])
	if at := strings.LastIndexByte(short, ' '); at > 0 && strings.TrimSpace(short[:at]) != "" {
		return strings.TrimRight(short[:at], " :,") + " ..."
	}
	return short + "..."
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

// examples are the targets of a group that fit into n columns, and how many more
// there are. The first stands there in any case.
func examples(g scan.Group, n int) string {
	with := func(some int) string {
		text := strings.Join(g.Examples[:some], "  ")
		if more := g.Count - some; more > 0 {
			text += fmt.Sprintf("  and %d more", more)
		}
		return text
	}
	for some := len(g.Examples); some > 1; some-- {
		if text := with(some); utf8.RuneCountInString(text) <= n {
			return text
		}
	}
	return with(1)
}
