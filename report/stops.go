package report

import (
	"slices"
	"strings"

	"github.com/parley-tls/parley"
)

// stops are the clients that a finding stops and, behind the first finding of a
// check, those that pass it and that another one stops.
func (c *Check) stops(f parley.Finding) string {
	text, told := members(f.Members), slices.Clone(f.Members)
	others := f.Symptoms
	if f.Cause == c.Findings[0].Cause {
		others = slices.Concat(others, c.Findings[1:])
	}
	for _, o := range others {
		more := slices.DeleteFunc(slices.Clone(o.Members), func(id parley.ClientID) bool { return slices.Contains(told, id) })
		if len(more) > 0 {
			text += "; " + members(more) + " by " + string(o.Cause)
			told = append(told, more...)
		}
	}
	return text
}

func members(ids []parley.ClientID) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = string(id)
	}
	return strings.Join(out, ", ")
}
