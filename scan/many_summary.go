package scan

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/parley-tls/parley"
	"github.com/parley-tls/parley/iana"
)

// maxGroups bounds how many groups a summary keeps; what is in none of them is
// counted all the same.
const maxGroups = 2000

// Summary is what many targets came to, in groups of what is alike. It keeps no
// target but the examples.
type Summary struct {
	Targets, OK, Problems, Unknown int
	// Flagged counts those of OK that are weak, or show what clients may refuse.
	Flagged              int
	groups, weak, beside map[string]*Group
	policies             []PolicyCount
}

// PolicyCount is how many targets meet a policy.
type PolicyCount struct {
	Policy            string
	Met, Not, Unknown int
}

// Group is targets of which the same is to be said.
type Group struct {
	// Cause is what they share; nil: no cause was told, and Answer is what the
	// endpoints said.
	Cause    *Told
	Weak     *Weak // of Summary.Weak
	Answer   string
	Verdict  parley.Verdict
	Count    int
	Examples []string // three at most
}

// Add counts a record.
func (s *Summary) Add(r *Record) {
	s.Targets++
	switch r.Verdict {
	case parley.VerdictOK:
		s.OK++
	case parley.VerdictProblem:
		s.Problems++
	default:
		s.Unknown++
	}
	s.weaknesses(r)
	s.besides(r)
	for i := range r.Causes {
		c := r.Causes[i]
		s.add(string(c.ID)+" "+c.Side.String(), r.Target, Group{Cause: &c, Verdict: r.Verdict})
	}
	if len(r.Causes) > 0 || len(r.Addresses) == 0 {
		return
	}
	a := &r.Addresses[0]
	for i := range r.Addresses {
		if r.Addresses[i].Verdict != parley.VerdictOK {
			a = &r.Addresses[i] // what keeps the target from being ok
			break
		}
	}
	words := a.Words()
	s.add(r.Verdict.String()+" "+words, r.Target, Group{Answer: words, Verdict: r.Verdict})
}

func (s *Summary) add(key, target string, g Group) {
	if s.groups == nil {
		s.groups = map[string]*Group{}
	}
	count(s.groups, key, target, g)
}

func count(groups map[string]*Group, key, target string, g Group) {
	have := groups[key]
	if have == nil {
		if len(groups) >= maxGroups {
			return
		}
		have = &g
		groups[key] = have
	}
	have.Count++
	if len(have.Examples) < 3 {
		have.Examples = append(have.Examples, target)
	}
}

// Groups returns the groups: problems first, then what could not be told, then
// what answered, the largest of each first.
func (s *Summary) Groups() []Group {
	rank := func(v parley.Verdict) int {
		return slices.Index([]parley.Verdict{parley.VerdictProblem, parley.VerdictUnknown, parley.VerdictOK}, v)
	}
	var out []Group
	for _, key := range slices.Sorted(maps.Keys(s.groups)) {
		out = append(out, *s.groups[key])
	}
	slices.SortStableFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(rank(a.Verdict), rank(b.Verdict)), cmp.Compare(b.Count, a.Count))
	})
	return out
}

// Exit is the exit status of many targets: 1 if a problem was found at any, 3 if
// something could not be told of any, 0 if all answered what was asked.
func (s *Summary) Exit() int {
	switch {
	case s.Problems > 0:
		return 1
	case s.Unknown > 0 || s.Targets == 0:
		return 3
	}
	return 0
}

// Words says what an address answered, for people.
func (a *Asked) Words() string {
	switch {
	case a.Terms != nil && a.Version != "":
		var vs []string
		for _, v := range iana.Versions() {
			if a.Terms[v.String()].Accepted == parley.Yes {
				vs = append(vs, v.String())
			}
		}
		return "accepts " + strings.Join(vs, ", ")
	case a.Verdict == parley.VerdictOK:
		return "selects " + a.Version
	case a.Alert != "":
		return "refuses with alert " + a.Alert
	}
	switch a.End {
	case parley.EndFIN:
		return "closes the connection at the hello"
	case parley.EndRST:
		return "resets the connection at the hello"
	case parley.EndSilence:
		return "says nothing to the hello"
	case parley.EndStopped:
		return "selects " + a.Version + ", which was not offered"
	case parley.EndPrologue:
		return "does not go along with the upgrade: " + a.Detail
	case parley.EndLocal:
		return "not asked: " + a.Detail
	}
	return "ends with " + a.End.String()
}
