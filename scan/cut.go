package scan

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
	"github.com/parley-tls/parley/survey"
)

// Cut is what ended a scan of an endpoint before all was asked.
type Cut string

// The cuts; an empty one: nothing did.
const (
	CutTime        Cut = "timeout"     // Options.Timeout
	CutConnections Cut = "connections" // Options.Most
	CutInterrupted Cut = "interrupted" // the context ended
)

// cutBy says what ended the attempts of a scope. A planner that may make no more
// than most attempts, and made so many, had more to ask.
func cutBy(ctx context.Context, e *parley.Evidence, most int) Cut {
	interrupted := slices.ContainsFunc(e.Replies, func(r parley.Reply) bool { return r.End == parley.EndInterrupted })
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return CutTime
	case interrupted || ctx.Err() != nil:
		return CutInterrupted
	case len(e.Replies) >= most:
		return CutConnections
	}
	return ""
}

// Incomplete says which versions are not known, and of which the suites are not
// that a scan of this depth asks for, in a clause; empty: none.
func (e *Endpoint) Incomplete(d survey.Depth) string {
	var open, lists []string
	for _, v := range e.Server.Scope.Transport.Versions() {
		switch col := e.Server.Column(v); {
		case col.Accepted.Is == parley.Unknown:
			open = append(open, v.String())
		case d >= survey.DepthSuites && col.Accepted.Is != parley.No && v != iana.SSL2 && col.Suites.Complete == parley.Unknown:
			lists = append(lists, v.String())
		}
	}
	var out []string
	if len(open) > 0 {
		verb := " is"
		if len(open) > 1 {
			verb = " are"
		}
		out = append(out, "whether "+strings.Join(open, ", ")+verb+" accepted is not known")
	}
	if len(lists) > 0 {
		out = append(out, "the suites of "+strings.Join(lists, ", ")+" are not complete")
	}
	return strings.Join(out, "; ")
}
