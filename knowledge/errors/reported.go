package errors

import (
	"sync"

	"github.com/parley-tls/parley"
)

// Reported is what the cause turned out to be in public reports of a meaning,
// of which the text left it open.
type Reported struct {
	Meaning string
	// Role is whose guesses stood for it: those of the one end, or the general.
	Role   Role
	Counts []Count // the commonest first
}

// Count is in how many reports a cause was the one.
type Count struct {
	Cause   parley.CauseID
	Reports int
}

// Of is in how many reports id was the cause.
func (r *Reported) Of(id parley.CauseID) int {
	if r == nil {
		return 0
	}
	for _, c := range r.Counts {
		if c.Cause == id {
			return c.Reports
		}
	}
	return 0
}

// Total is how many reports there are.
func (r *Reported) Total() int {
	if r == nil {
		return 0
	}
	n := 0
	for _, c := range r.Counts {
		n += c.Reports
	}
	return n
}

// Left returns the guesses of a meaning for the end that prints it, and whose
// they are: unknown where they are those of either.
func (m *Meaning) Left(role Role) ([]Guess, Role) {
	switch {
	case role == RoleServer && m.AsServer != nil:
		return m.AsServer, RoleServer
	case role == RoleClient && m.AsClient != nil:
		return m.AsClient, RoleClient
	}
	return m.Guesses, RoleUnknown
}

var reportedOf = sync.OnceValue(func() map[string]*Reported {
	out := map[string]*Reported{}
	for i := range reported {
		r := &reported[i]
		out[r.Meaning+" "+r.Role.String()] = r
	}
	return out
})

// Reported returns the reports of a meaning whose guesses were those of role, or
// nil.
func (m *Meaning) Reported(role Role) *Reported { return reportedOf()[m.ID+" "+role.String()] }
