// Package causes holds everything parley can name, one file a cause: what is
// wrong, what it is mistaken for, the evidence that shows it, the fix for each
// side, and the cases that it fires on and stays silent on.
//
// A cause computes. It reads a View, in which facts are asked by meaning, and
// returns findings; what it still wants to know it asks for as attempts. It
// opens no socket and formats nothing.
package causes

//go:generate go run ../internal/gen/causes
//go:generate go run ../internal/gen/docs ../docs/causes

import (
	"fmt"
	"slices"

	"github.com/parley-tls/parley"
)

// Cause is one thing that can be wrong, and all there is to say about it.
type Cause struct {
	ID    parley.CauseID
	Title string // what is wrong, ≤ 60 characters, no advice
	// Meaning is what it means, in a few sentences, for explain and the docs.
	Meaning string
	Phase   parley.Phase
	Best    parley.Certainty // the strongest certainty it can reach
	// CannotTell marks a cause that leaves the verdict unknown: exit status 3.
	CannotTell bool
	// Mistaken are the causes it is confused with, and the test that tells them apart.
	Mistaken []Mistake
	// Tries proposes change sets to the base hello that would flip the answer if
	// this cause is the one; nil: Negotiate proposes them.
	Tries func(v *View) [][]parley.Change
	// Asks are further attempts whose answers this cause needs.
	Asks func(v *View) []parley.Ask
	// Find returns the findings that the evidence bears out.
	Find func(v *View) []parley.Finding
	// Across looks at all scopes of a target at once.
	Across func(vs []*View) []parley.Finding
	// Explains are the causes that are symptoms when this one fires.
	Explains []parley.CauseID
	// Fixes are the intents in words, for the explain page; findings carry their own.
	Fixes       []parley.Intent
	WillNotHelp []string
	References  []string
	Cases       []Case
}

// Mistake is a cause that this one is mistaken for, and the test between them:
// what holds when it is this one, and not when it is that one.
type Mistake struct {
	For  parley.CauseID
	Test string
}

// Case is a transcript, in the notation of package transcript, and what the
// diagnosis makes of it.
type Case struct {
	// Name says what is seen: "the hello completes with one suite more".
	Name       string
	Transcript string
	// Fires is the certainty that the cause must reach; NotCertain: it must stay
	// silent.
	Fires parley.Certainty
	// Side is whose fault it must be, if it fires.
	Side parley.Side
	// Instead is the cause that fires in the place of a silent one: what it is
	// mistaken for here. Empty: nothing is wrong.
	Instead parley.CauseID
}

// Get returns the cause with an id.
func Get(id parley.CauseID) (*Cause, error) {
	i := slices.IndexFunc(all, func(c *Cause) bool { return c.ID == id })
	if i < 0 {
		return nil, fmt.Errorf("causes: no cause %q", id)
	}
	return all[i], nil
}

// All returns every cause, by id.
func All() []*Cause { return all }
