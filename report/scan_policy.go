package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/knowledge/weaknesses"
)

// failOn says what became of --fail-on, and how many findings decide that; empty:
// nobody asked.
func (s *Scan) failOn() string {
	if s.FailOn == weaknesses.SeverityUnknown {
		return ""
	}
	found, faults, open := 0, 0, len(s.Endpoints) == 0
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		open = open || !e.Learned
		faults += len(e.CertificateFaults())
		for k := range e.Findings {
			switch f := &e.Findings[k]; {
			case f.Severity < s.FailOn:
			case f.Found():
				found++
			case f.Is == parley.Unknown:
				open = true
			}
		}
	}
	var of []string
	if found > 0 {
		of = append(of, counted(found, "finding", "findings"))
	}
	if faults > 0 {
		of = append(of, counted(faults, "fault of a certificate", "faults of certificates"))
	}
	text := "--fail-on " + s.FailOn.String() + ": "
	switch {
	case len(of) > 0:
		return text + metWord(parley.No) + ", " + strings.Join(of, " and ")
	case open:
		return text + metWord(parley.Unknown)
	}
	return text + metWord(parley.Yes)
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// policies are the lines of what the terms were held against.
func (v *scanScreen) policies(most int) (out []string) {
	if text := v.s.failOn(); text != "" {
		out = append(out, v.labelled("demand", text, "", 2)...)
	}
	for i := range v.s.Policies {
		h := &v.s.Policies[i]
		out = append(out, v.labelled("policy", h.name()+": "+metWord(h.Met)+h.count(), "", 2)...)
		shown, left := 0, 0
		demands := slices.Clone(h.Demands)
		slices.SortStableFunc(demands, func(a, b HeldDemand) int { return cmp.Compare(rank(&a), rank(&b)) })
		for j := range demands {
			d := &demands[j]
			if d.Met == parley.Yes || d.Demand.Advice && !v.o.Verbose {
				continue
			}
			if d.Met != parley.No && !v.o.Verbose {
				if shown++; shown > max(1, most/3) {
					left++
					continue
				}
			}
			word := metWord(d.Met)
			if d.Demand.Advice {
				word = "advice"
			}
			text := d.Demand.Words()
			if d.Why != "" {
				text += ": " + d.Why
			}
			if d.Demand.Clause != "" && v.o.Verbose {
				text += " (" + d.Demand.Clause + ")"
			}
			out = append(out, whole(text, 2+most/12, func(text string) []string {
				return columns(2, spaces(labelCols)+fmt.Sprintf("%-*s", severityCols, word), v.clean(text), "", v.cols-marginCols)
			}, v.atMost)...)
		}
		if left > 0 {
			out = append(out, v.labelled("", fmt.Sprintf("and %d more unknown: %s", left, shows(left)), "", 1)...)
		}
	}
	return out
}

// rank orders demands: what is not met, what is not known, advice.
func rank(d *HeldDemand) int {
	switch {
	case d.Demand.Advice:
		return 2
	case d.Met == parley.No:
		return 0
	}
	return 1
}

// count says how many demands are not met, or not known to be: ", 2 not met of 7".
func (h *Held) count() string {
	of, all := map[parley.Truth]int{}, 0
	for i := range h.Demands {
		if d := &h.Demands[i]; !d.Demand.Advice {
			of[d.Met]++
			all++
		}
	}
	var out []string
	for _, t := range []parley.Truth{parley.No, parley.Unknown} {
		if of[t] > 0 {
			out = append(out, fmt.Sprintf("%d %s", of[t], metWord(t)))
		}
	}
	if len(out) == 0 {
		return fmt.Sprintf(", %d of %d", of[parley.Yes], all)
	}
	return fmt.Sprintf(" (%s, of %d)", strings.Join(out, ", "), all)
}

// policyFacts are the same, a line each.
func policyFacts(f *facts, list []Held) {
	for i := range list {
		h := &list[i]
		f.add("policy", h.name()+" "+metWord(h.Met))
		for j := range h.Demands {
			d := &h.Demands[j]
			word := metWord(d.Met)
			if d.Demand.Advice {
				word = "advice " + word
			}
			f.add("demand", h.name()+" "+d.Demand.ID+" "+word)
			f.add("found", d.Why)
		}
	}
}
