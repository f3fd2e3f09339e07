package errors

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/parley-tls/parley"
)

// Stacks returns all stacks.
func Stacks() []*Stack { return stacks }

var stacks = func() []*Stack {
	all := []*Stack{&openssl, &x509, &boringssl, &gnutls, &nss, &schannel, &dotnet, &apple, &java, &erlang, &golang, &rust, &curl, &chromium, &browsers}
	for _, more := range [][]Stack{embedded, scripting, services, enterprise, proxies} {
		for i := range more {
			all = append(all, &more[i])
		}
	}
	return append(all, &system, &vague)
}()

var meanings = sync.OnceValue(func() map[string]*Meaning {
	out := map[string]*Meaning{}
	for _, group := range [][]Meaning{received, sent, opening, ended, agreeing, verifying, peculiar, wrapped, browsed, served} {
		for i := range group {
			m := &group[i]
			if strings.HasPrefix(m.ID, "alert.") && m.ID != "alert.out" {
				m.By = ByPeer
				m.Phase = phaseOf(m.Alert)
			}
			if out[m.ID] != nil {
				panic("errors: two meanings " + m.ID)
			}
			out[m.ID] = m
		}
	}
	return out
})

// phaseOf is the phase in which an alert mostly comes.
func phaseOf(alert int) parley.Phase {
	switch alert {
	case 41, 42, 43, 44, 45, 46, 48, 49, 111, 114, 116:
		return parley.PhaseClientCertificate
	case 20, 21, 51:
		return parley.PhaseFinished
	}
	return parley.PhaseHello
}

// MeaningOf returns the meaning with an id, or nil.
func MeaningOf(id string) *Meaning { return meanings()[id] }

// Meanings returns all meanings, by id.
func Meanings() []*Meaning {
	var out []*Meaning
	for _, m := range meanings() {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b *Meaning) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// OfAlert returns the meaning of an alert that was received.
func OfAlert(number int) *Meaning {
	if m := MeaningOf(fmt.Sprintf("alert.%d", number)); m != nil {
		return m
	}
	return MeaningOf("alert.unknown")
}

// Kind says what a Rule found.
type Kind uint8

// The kinds of rules.
const (
	KindUnknown Kind = iota
	KindEntry
	KindHint
	KindProduct
	KindRole
)

// Rule is one text to look for, and what it stands for.
type Rule struct {
	Pattern Pattern
	Kind    Kind
	Stack   *Stack
	Entry   *Entry
	Hint    *Hint
	And     bool // the hint's second text
	Product *Product
	Role    Role
}

// Rules returns every text of the catalogue, made ready. They are in order:
// rules of entries in the order of stacks, then hints, products and roles.
var Rules = sync.OnceValue(func() []*Rule {
	var out []*Rule
	for _, s := range stacks {
		for i := range s.Entries {
			if e := &s.Entries[i]; e.Text != "" {
				out = append(out, &Rule{Pattern: Compile(e.Text), Kind: KindEntry, Stack: s, Entry: e})
			}
		}
	}
	for i := range Hints {
		for _, text := range Hints[i].Texts {
			out = append(out, &Rule{Pattern: Compile(text), Kind: KindHint, Hint: &Hints[i]})
		}
		if Hints[i].And != "" {
			out = append(out, &Rule{Pattern: Compile(Hints[i].And), Kind: KindHint, Hint: &Hints[i], And: true})
		}
	}
	for i := range Products {
		for _, sign := range Products[i].Signs {
			out = append(out, &Rule{Pattern: Compile(sign), Kind: KindProduct, Product: &Products[i]})
		}
	}
	for _, r := range roleSigns {
		for _, sign := range r.signs {
			out = append(out, &Rule{Pattern: Compile(sign), Kind: KindRole, Role: r.role})
		}
	}
	return out
})

// Printed is a message as a stack prints it.
type Printed struct{ Stack, Text string }

// PrintedFor returns messages whose first guess is a cause: those that people
// look for it by. At most n, of each stack one, those first that decide.
func PrintedFor(id parley.CauseID, n int) []Printed {
	var sure, open []Printed
	for _, s := range stacks {
		for _, decides := range []bool{true, false} {
			i := slices.IndexFunc(s.Entries, func(e Entry) bool {
				m := MeaningOf(e.Means)
				return m.Decides == decides && len(m.Guesses) > 0 && m.Guesses[0].Cause == id && m.Tells > TellsVaguely &&
					e.Text != "" && !e.General && !strings.Contains(e.Text, "<") && len(e.Text) < 90
			})
			if i < 0 {
				continue
			}
			p := Printed{Stack: s.Name, Text: s.Entries[i].Text}
			if decides {
				sure = append(sure, p)
			} else {
				open = append(open, p)
			}
			break
		}
	}
	all := append(sure, open...)
	return all[:min(len(all), n)]
}

// ByCode returns the entry of a stack with a number, or nil.
func (s *Stack) ByCode(code string) *Entry {
	for i := range s.Entries {
		if s.Entries[i].Code == code {
			return &s.Entries[i]
		}
	}
	return nil
}

// StackOf returns the stack with an id, or nil.
func StackOf(id string) *Stack {
	i := slices.IndexFunc(stacks, func(s *Stack) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return stacks[i]
}
