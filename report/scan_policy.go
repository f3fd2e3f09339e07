package report

import (
	"fmt"
	"strings"

	"github.com/parley-tls/parley"
)

// policies are the lines of what the terms were held against.
func (v *scanScreen) policies(most int) (out []string) {
	for i := range v.s.Policies {
		h := &v.s.Policies[i]
		out = append(out, v.labelled("policy", h.name()+": "+metWord(h.Met)+h.count(), "", 2)...)
		shown, left := 0, 0
		for j := range h.Demands {
			d := &h.Demands[j]
			if d.Met == parley.Yes || d.Demand.Advice && !v.o.Verbose {
				continue
			}
			if shown++; shown > max(1, most/3) && !v.o.Verbose {
				left++
				continue
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
			out = append(out, v.atMost(columns(2, spaces(labelCols)+fmt.Sprintf("%-*s", severityCols, word), v.clean(text), "", v.cols-marginCols), 2+most/12)...)
		}
		if left > 0 {
			out = append(out, v.labelled("", fmt.Sprintf("and %d more: -v shows them", left), "", 1)...)
		}
	}
	return out
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
