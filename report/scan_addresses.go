package report

import (
	"slices"
	"strings"
)

// paragraphs cuts the lines of an answer into parts: a label with its text, and the
// lines by which that goes on.
func paragraphs(lines []string) (out [][]string) {
	for _, l := range lines {
		if goesOn := strings.HasPrefix(l, strings.Repeat(" ", labelCols+2)); goesOn && len(out) > 0 {
			out[len(out)-1] = append(out[len(out)-1], l)
			continue
		}
		out = append(out, []string{l})
	}
	return out
}

// besides are of the lines of an answer those that another does not have: what two
// addresses say alike stands once.
func (v *scanScreen) besides(first, lines []string, where string) []string {
	known := paragraphs(first)
	var out []string
	same := 0
	for _, p := range paragraphs(lines) {
		if slices.ContainsFunc(known, func(k []string) bool { return slices.Equal(k, p) }) {
			same++
			continue
		}
		out = append(out, p...)
	}
	if same > 0 {
		out = append(out, v.labelled("same", "what is not told here, as at "+where, "", 1)...)
	}
	return out
}

// share cuts the answers of several addresses to what one screen holds, each of them to
// as much as the others leave: none is left out for the length of another.
func share(answers [][]string, most int) {
	for total := 0; ; {
		total = 0
		longest := 0
		for i, a := range answers {
			total += len(a)
			if len(a) > len(answers[longest]) {
				longest = i
			}
		}
		a := answers[longest]
		if total <= most || len(a) <= 3 {
			return
		}
		parts := paragraphs(a)
		if len(parts) < 4 {
			return
		}
		drop := len(parts) - 1
		if strings.HasPrefix(parts[drop][0], "  ...") {
			drop--
		}
		kept := slices.Concat(parts[:drop]...)
		answers[longest] = append(kept, "  ...      more of this address is shown with -v")
	}
}
