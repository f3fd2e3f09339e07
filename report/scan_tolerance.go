package report

import (
	"fmt"
	"strings"

	"github.com/parley-tls/parley"
)

// toleranceJSON is one entry of an address's tolerance.
type toleranceJSON struct {
	ID      string           `json:"id"`
	Title   string           `json:"title"`
	Clause  string           `json:"clause"`
	SentBy  string           `json:"sent_by"`
	Outcome parley.Treatment `json:"outcome"`
	Fault   bool             `json:"fault"`
	Answer  string           `json:"answer"`
	Why     string           `json:"why"`
	From    []string         `json:"from"`
}

// toleranceDocument is what a server does with odd hellos; empty: it was sent none.
func toleranceDocument(s *parley.Server) []toleranceJSON {
	out := []toleranceJSON{}
	for i := range s.Tolerance {
		t := &s.Tolerance[i]
		j := toleranceJSON{
			ID: string(t.ID), Title: t.Title, Clause: t.RFC, SentBy: t.Who, Outcome: t.Outcome, Fault: t.Fault(), Why: t.Why, From: []string{},
		}
		if t.Outcome == parley.Refuses || t.Outcome == parley.Violates {
			j.Answer = t.Answer.Words()
		}
		for _, f := range t.From {
			j.From = append(j.From, string(f.Attempt))
		}
		out = append(out, j)
	}
	return out
}

// toleranceTruths are the same by id: whether the server does what it has to.
func toleranceTruths(s *parley.Server) map[string]parley.Truth {
	out := map[string]parley.Truth{}
	for i := range s.Tolerance {
		t := &s.Tolerance[i]
		switch {
		case t.Outcome == parley.TreatmentUnknown:
			out[string(t.ID)] = parley.Unknown
		case t.Fault():
			out[string(t.ID)] = parley.No
		default:
			out[string(t.ID)] = parley.Yes
		}
	}
	return out
}

// toleranceLines are what a screen says of odd hellos, "label" and text: one line
// where nothing is wrong, then what is. Of many it says the first, or with all
// each, and what a server may refuse as well.
func toleranceLines(s *parley.Server, all bool) (out [][2]string) {
	taken, asked, may := 0, 0, 0
	faults := map[parley.Treatment][]string{}
	for i := range s.Tolerance {
		t := &s.Tolerance[i]
		if !t.Asked() {
			continue
		}
		asked++
		switch {
		case t.Outcome == parley.Tolerates:
			taken++
		case t.Fault():
			if like := lineLike(faults[t.Outcome], t); like != nil && !all {
				*like = strings.Replace(*like, "): ", ", "+kindOf(t)+"): ", 1)
				continue
			}
			faults[t.Outcome] = append(faults[t.Outcome], toleranceText(t, all))
		case t.Outcome == parley.Refuses:
			may++
			if all {
				faults[parley.Tolerates] = append(faults[parley.Tolerates], t.Title+", as it may: "+t.Answer.Words())
			}
		default:
			faults[parley.TreatmentUnknown] = append(faults[parley.TreatmentUnknown], t.Title+": "+t.Why)
		}
	}
	switch {
	case asked > 0:
	case len(s.Tolerance) > 0:
		return [][2]string{{"unclear", "odd hellos: " + s.Tolerance[0].Why}}
	default:
		return nil
	}
	text := fmt.Sprintf("all %d odd hellos", asked)
	if taken < asked {
		text = fmt.Sprintf("%d of %d odd hellos", taken, asked)
	}
	if may > 0 && taken+may == asked {
		text += fmt.Sprintf("; it may refuse the other %d", may)
		if may == 1 {
			text = fmt.Sprintf("%d of %d odd hellos; it may refuse the other", taken, asked)
		}
	}
	out = append(out, [2]string{"takes", text})
	for _, kind := range []struct {
		of    parley.Treatment
		label string
	}{{parley.Refuses, "refuses"}, {parley.Violates, "breaks"}, {parley.Tolerates, "refuses"}, {parley.TreatmentUnknown, "unclear"}} {
		label := kind.label
		for i, line := range faults[kind.of] {
			if i == shownFaults && !all {
				out = append(out, [2]string{"", fmt.Sprintf("and %d more, with -v", len(faults[kind.of])-i)})
				break
			}
			out = append(out, [2]string{label, line})
			label = ""
		}
	}
	return out
}

// shownFaults is how many odd hellos of a kind a screen names without Verbose.
const shownFaults = 4

// toleranceText says what the server does with an odd hello, and whom it meets. All
// kinds of GREASE that are answered alike are one line, unless all are to be told.
func toleranceText(t *parley.Tolerance, all bool) string {
	text := t.Title
	if t.With == "grease" && !all {
		text = "values reserved for GREASE (" + kindOf(t) + ")"
	}
	return text + toleranceAnswer(t)
}

func toleranceAnswer(t *parley.Tolerance) string {
	text := ": " + t.Why
	if t.Outcome != parley.Violates {
		text = ": " + t.Answer.Words()
	}
	if t.Who != "" && t.With != "grease" {
		text += "; sent by " + t.Who
	}
	return text
}

// kindOf is where the value stands: "suite".
func kindOf(t *parley.Tolerance) string {
	return strings.ReplaceAll(strings.TrimPrefix(string(t.ID), "grease-"), "-", " ")
}

// lineLike is the line of GREASE with the same answer; nil: there is none.
func lineLike(lines []string, t *parley.Tolerance) *string {
	for i, l := range lines {
		if t.With == "grease" && strings.HasPrefix(l, "values reserved for GREASE (") && strings.HasSuffix(l, ")"+toleranceAnswer(t)) {
			return &lines[i]
		}
	}
	return nil
}

// toleranceFacts are the same as facts, a line for each that is not taken.
func toleranceFacts(f *facts, s *parley.Server) {
	taken, asked := 0, 0
	for i := range s.Tolerance {
		if t := &s.Tolerance[i]; t.Asked() {
			asked++
			if t.Outcome == parley.Tolerates {
				taken++
			}
		}
	}
	if asked == 0 {
		if len(s.Tolerance) > 0 {
			f.add("tolerance-unknown", s.Tolerance[0].Why)
		}
		return
	}
	f.add("tolerates", fmt.Sprintf("%d of %d", taken, asked))
	for i := range s.Tolerance {
		t := &s.Tolerance[i]
		switch {
		case !t.Asked() || t.Outcome == parley.Tolerates:
		case t.Outcome == parley.Violates:
			f.add("violates", string(t.ID)+": "+t.Why)
		case t.Fault():
			f.add("refuses", string(t.ID)+": "+t.Answer.Words())
		case t.Outcome == parley.Refuses:
			f.add("may-refuse", string(t.ID)+": "+t.Answer.Words())
		default:
			f.add("tolerance-unknown", string(t.ID)+": "+t.Why)
		}
	}
}
